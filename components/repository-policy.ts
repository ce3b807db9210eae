import { administrationActions, indirectPushActions, pullActions, pushActions } from "./ecr-actions.js";
import { policyDocument, type Statement } from "./policy-document.js";

/** Who may do what with one repository: ARNs of roles and users. */
export interface RepositoryAccess {
  /** May push, and pull what they are about to push over. */
  readonly push: readonly string[];
  /** May pull. */
  readonly pull: readonly string[];
  /** May change the repository and its policies; they may push and pull too, since they could grant it to themselves. */
  readonly administer: readonly string[];
}

/**
 * The policy of one repository, as JSON text: named Allows, and guard Denies.
 *
 * Inside an account an Allow of the identity policy is enough, so Allows here restrict nobody: only a Deny keeps out
 * a role with `ecr:*` (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
 * For a role, `aws:PrincipalArn` is the role's ARN, path included, and not that of its session
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
 *
 * A push principal may run `pulumi up` as long as it changes no policy; changing who may push, and deleting, takes an
 * administrator.
 *
 * @param access who may push, pull and administer; `administer` must not be empty, or nobody could ever change the
 *   policy again
 * @param serviceLinkedRoles pattern of the account's service-linked roles: AWS's own services, such as the image
 *   scanner, read images with them
 */
export function repositoryPolicy(access: RepositoryAccess, serviceLinkedRoles: string): string {
  const administer = sorted(access.administer);
  const push = sorted([...access.push, ...administer]);
  const pull = sorted([...access.pull, ...push]);
  return policyDocument(
    allow("AllowPush", push, pushActions),
    allow("AllowPull", pull, pullActions),
    allow("AllowAdministration", administer, administrationActions),
    {
      Sid: "DenyPushToOthers",
      Effect: "Deny",
      Principal: "*",
      Action: [...pushActions, ...indirectPushActions],
      Condition: { ArnNotEquals: { "aws:PrincipalArn": push } },
    },
    {
      Sid: "DenyPullToOthers",
      Effect: "Deny",
      Principal: "*",
      Action: pullActions,
      Condition: {
        ArnNotEquals: { "aws:PrincipalArn": pull },
        ArnNotLike: { "aws:PrincipalArn": serviceLinkedRoles },
        Bool: { "aws:PrincipalIsAWSService": "false" },
      },
    },
    {
      Sid: "DenyAdministrationToOthers",
      Effect: "Deny",
      Principal: "*",
      Action: administrationActions,
      Condition: { ArnNotEquals: { "aws:PrincipalArn": administer } },
    },
  );
}

function allow(sid: string, principals: readonly string[], actions: readonly string[]): Statement {
  return { Sid: sid, Effect: "Allow", Principal: { AWS: principals }, Action: actions };
}

function sorted(arns: readonly string[]): string[] {
  return [...new Set(arns)].sort();
}
