import type { Environment } from "./environment.js";

const principal =
  /^arn:(?<partition>aws[a-z-]*):iam::(?<account>\d{12}):(?<kind>role|user)\/(?:[\w+=,.@-]+\/)*(?<name>[\w+=,.@-]+)$/;
const assumedRole =
  /^arn:(?<partition>aws[a-z-]*):sts::(?<account>\d{12}):assumed-role\/(?<name>[\w+=,.@-]+)\/[\w+=,.@-]+$/;

export const principalAllowed =
  "ARNs of roles and users, each by its full name: arn:aws:iam::123456789012:role/name or …:user/name, " +
  "without wildcards, whole accounts or sessions";

/** Whether the text is the ARN of one role or user in the partition. */
export function isPrincipalArn(text: string, partition: string): boolean {
  return principal.exec(text)?.groups?.["partition"] === partition;
}

/**
 * Whether the caller of this run is the principal. The ARN of a role's session lacks the role's path
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns), so a session is
 * recognised by account and name, which no two roles of an account share.
 */
export function isCaller({ callerArn }: Environment, principalArn: string): boolean {
  if (callerArn === principalArn) return true;
  const session = assumedRole.exec(callerArn)?.groups;
  const listed = principal.exec(principalArn)?.groups;
  return (
    session !== undefined &&
    listed?.["kind"] === "role" &&
    (["partition", "account", "name"] as const).every((part) => listed[part] === session[part])
  );
}
