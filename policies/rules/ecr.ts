import { UnknownValueError, type PolicyResource, type ResourceValidationPolicy } from "@pulumi/policy";
import { readStatements } from "../facts/iam-document.js";

const repositoryPolicyType = "aws:ecr/repositoryPolicy:RepositoryPolicy";

/** Who may push to and pull from ECR repositories. */
export const ecrPolicies: readonly ResourceValidationPolicy[] = [
  {
    name: "ecr-repository-policy-names-principals",
    displayName: "A repository policy allows named principals only",
    description:
      "An Allow for everyone (`*`) or for everyone but some (`NotPrincipal`) opens the repository to principals that nobody listed.",
    severity: "critical",
    remediationSteps: "List the ARNs of the roles and users that push or pull as the statement's Principal.",
    url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    validateResource(args, reportViolation) {
      if (args.type !== repositoryPolicyType) return args.notApplicable();
      for (const violation of judge(args.props)) reportViolation(violation);
    },
  },
];

function judge(props: PolicyResource["props"]): readonly string[] {
  try {
    return readStatements(props.policy).flatMap((statement, index) => {
      if (statement.effect === "Deny") return [];
      const where = `policy.Statement[${index}]`;
      if (statement.excludesPrincipals)
        return [`${where} allows everyone but the principals it names: name those who may instead`];
      if (statement.principals.includes("*"))
        return [`${where} allows everyone: name the principals that may push or pull`];
      return [];
    });
  } catch (error) {
    // The SDK reports an unknown value itself, as advice in preview; `up` judges it again.
    if (error instanceof UnknownValueError) throw error;
    return [`policy could not be judged: ${error instanceof Error ? error.message : "unexpected value"}`];
  }
}
