import { z } from "zod";
import { defineResource, type Call } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { namedPrincipals, readPolicy } from "../iam/policy-document.js";
import { roleExists } from "../iam/role.js";
import { policyDocument } from "../schema.js";
import { requireRepository } from "./repository.js";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html */
export const repositoryPolicy = defineResource({
  type: "aws:ecr/repositoryPolicy:RepositoryPolicy",
  schema: z.strictObject({ repository: z.string(), policy: policyDocument }),
  replaceOn: ["repository"],
  create(inputs, call) {
    judgePolicy(inputs.repository, inputs.policy, call);
    return { id: inputs.repository, attributes: { registryId: call.account.identity.accountId } };
  },
  update({ attributes }, inputs, call) {
    judgePolicy(inputs.repository, inputs.policy, call);
    return attributes;
  },
});

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutLifecyclePolicy.html */
export const lifecyclePolicy = defineResource({
  type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  schema: z.strictObject({ repository: z.string(), policy: policyDocument }),
  replaceOn: ["repository"],
  create(inputs, call) {
    requireRepository(call, "PutLifecyclePolicy", inputs.repository);
    judgeLifecycle(inputs.policy);
    return { id: inputs.repository, attributes: { registryId: call.account.identity.accountId } };
  },
  update({ attributes }, inputs) {
    judgeLifecycle(inputs.policy);
    return attributes;
  },
});

const rule = z.strictObject({
  rulePriority: z.number().int().min(1),
  description: z.string().max(256).optional(),
  selection: z.discriminatedUnion("tagStatus", [
    z.strictObject({
      tagStatus: z.enum(["any", "untagged"]),
      countType: z.enum(["imageCountMoreThan", "sinceImagePushed"]),
      countUnit: z.literal("days").optional(),
      countNumber: z.number().int().min(1),
    }),
    z.strictObject({
      tagStatus: z.literal("tagged"),
      tagPrefixList: z.array(z.string()).min(1).optional(),
      tagPatternList: z.array(z.string()).min(1).optional(),
      countType: z.enum(["imageCountMoreThan", "sinceImagePushed"]),
      countUnit: z.literal("days").optional(),
      countNumber: z.number().int().min(1),
    }),
  ]),
  action: z.strictObject({ type: z.literal("expire") }),
});

const lifecycle = z.strictObject({ rules: z.array(rule).min(1) });

function judgeLifecycle(text: string): void {
  const invalid = (reason: string) =>
    new AwsError(
      "ECR",
      "PutLifecyclePolicy",
      "InvalidParameterException",
      `Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: '${reason}'`,
    );
  const parsed = lifecycle.safeParse(readJson(text));
  if (!parsed.success)
    throw invalid(`Lifecycle policy validation failure: ${parsed.error.issues[0]?.message}`);
  const { rules } = parsed.data;
  if (new Set(rules.map(({ rulePriority }) => rulePriority)).size < rules.length) {
    throw invalid("Lifecycle policy validation failure: rule priorities must be unique");
  }
  const highest = Math.max(...rules.map(({ rulePriority }) => rulePriority));
  if (rules.some(({ selection, rulePriority }) => selection.tagStatus === "any" && rulePriority < highest)) {
    throw invalid(
      "Lifecycle policy validation failure: a rule with tagStatus 'any' must have the highest rulePriority",
    );
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** ECR accepts only principals that exist: IAM resolves them when the policy is set. */
function judgePolicy(repository: string, text: string, call: Call): void {
  requireRepository(call, "SetRepositoryPolicy", repository);
  const document = readPolicy(text);
  if (!document || namedPrincipals(document).some((principal) => !mayExist(principal, call))) {
    throw new AwsError(
      "ECR",
      "SetRepositoryPolicy",
      "InvalidParameterException",
      "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
    );
  }
}

function mayExist(principal: string, call: Call): boolean {
  const { accountId, partition, callerArn } = call.account.identity;
  const own = `arn:${partition}:iam::${accountId}:`;
  if (principal === callerArn || principal === accountId || principal === `${own}root`) return true;
  return principal.startsWith(own)
    ? roleExists(call, principal)
    : /^\d{12}$|^arn:[\w-]+:iam::\d{12}:(root|(role|user)\/.+)$/.test(principal);
}
