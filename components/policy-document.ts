/** One statement of an IAM policy: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_statement.html */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** Only in policies attached to a resource or a role's trust. */
  readonly Principal?: "*" | { readonly AWS: readonly string[] } | { readonly Service: string };
  readonly Action: string | readonly string[];
  /** Absent in policies attached to a resource that mean the resource itself. */
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The JSON text of an IAM policy with these statements. */
export function policyDocument(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Trust policy of a role that one AWS service may assume, under the given condition. */
export function trustOf(service: string, condition?: Statement["Condition"]): string {
  return policyDocument({
    Sid: "Assume",
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(condition && { Condition: condition }),
  });
}
