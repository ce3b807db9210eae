import { z } from "zod";
import { defineResource, type Call } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { hex, policyDocument, tags } from "../schema.js";
import { parsePolicy } from "./policy-document.js";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const role = defineResource({
  type: "aws:iam/role:Role",
  schema: z.strictObject({
    name: z
      .string()
      .regex(/^[\w+=,.@-]{1,64}$/, "a role's name has at most 64 characters of A-Z a-z 0-9 + = , . @ _ -"),
    path: z.string().optional(),
    description: z.string().max(1000).optional(),
    assumeRolePolicy: policyDocument,
    maxSessionDuration: z.number().int().min(3600).max(43200).optional(),
    permissionsBoundary: z.string().optional(),
    forceDetachPolicies: z.boolean().optional(),
    tags,
  }),
  defaults: { path: "/", maxSessionDuration: 3600, forceDetachPolicies: false },
  autoname: { property: "name", maxLength: 64 },
  replaceOn: ["name", "path"],
  create(inputs, { account }) {
    parsePolicy("CreateRole", inputs.assumeRolePolicy);
    if (account.get(role, inputs.name)) {
      throw new AwsError(
        "IAM",
        "CreateRole",
        "EntityAlreadyExists",
        `Role with name ${inputs.name} already exists.`,
        409,
      );
    }
    return {
      id: inputs.name,
      attributes: {
        arn: account.arn("iam", `role${inputs.path ?? "/"}${inputs.name}`, ""),
        uniqueId: `AROA${hex(17).toUpperCase()}`,
      },
    };
  },
  update({ attributes }, inputs) {
    parsePolicy("UpdateAssumeRolePolicy", inputs.assumeRolePolicy);
    return attributes;
  },
  delete({ id }, { account }) {
    if (account.find(rolePolicy, (policy) => policy.inputs.role === id)) {
      throw new AwsError(
        "IAM",
        "DeleteRole",
        "DeleteConflict",
        "Cannot delete entity, must delete policies first.",
        409,
      );
    }
  },
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const rolePolicy = defineResource({
  type: "aws:iam/rolePolicy:RolePolicy",
  schema: z.strictObject({
    name: z
      .string()
      .regex(
        /^[\w+=,.@-]{1,128}$/,
        "a policy's name has at most 128 characters of A-Z a-z 0-9 + = , . @ _ -",
      ),
    role: z.string(),
    policy: policyDocument,
  }),
  autoname: { property: "name", maxLength: 128 },
  replaceOn: ["name", "role"],
  create(inputs, { account }) {
    parsePolicy("PutRolePolicy", inputs.policy);
    if (!account.get(role, inputs.role)) {
      throw new AwsError(
        "IAM",
        "PutRolePolicy",
        "NoSuchEntity",
        `The role with name ${inputs.role} cannot be found.`,
        404,
      );
    }
    return { id: `${inputs.role}:${inputs.name}`, attributes: {} };
  },
  update({ attributes }, inputs) {
    parsePolicy("PutRolePolicy", inputs.policy);
    return attributes;
  },
});

/** Whether the account has a role with this ARN. */
export function roleExists({ account }: Call, arn: string): boolean {
  return account.find(role, ({ attributes }) => attributes.arn === arn) !== undefined;
}
