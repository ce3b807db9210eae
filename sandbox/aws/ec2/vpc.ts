import { z } from "zod";
import { defineResource, type Call } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { ec2Id, tags } from "../schema.js";
import { parseCidr } from "./cidr.js";
import { usersOf } from "./in-use.js";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html */
export const vpc = defineResource({
  type: "aws:ec2/vpc:Vpc",
  schema: z.strictObject({
    cidrBlock: z.string(),
    enableDnsHostnames: z.boolean().optional(),
    enableDnsSupport: z.boolean().optional(),
    instanceTenancy: z.enum(["default", "dedicated"]).optional(),
    tags,
  }),
  defaults: { enableDnsSupport: true, instanceTenancy: "default" },
  replaceOn: ["cidrBlock", "instanceTenancy"],
  create(inputs, { account }) {
    const { prefix } = parseCidr(inputs.cidrBlock, "CreateVpc");
    if (prefix < 16 || prefix > 28) {
      throw new AwsError(
        "EC2",
        "CreateVpc",
        "InvalidVpc.Range",
        `The CIDR '${inputs.cidrBlock}' is invalid.`,
      );
    }
    const id = ec2Id("vpc");
    return {
      id,
      attributes: {
        arn: account.arn("ec2", `vpc/${id}`),
        ownerId: account.identity.accountId,
        defaultSecurityGroupId: ec2Id("sg"),
        mainRouteTableId: ec2Id("rtb"),
        defaultNetworkAclId: ec2Id("acl"),
      },
    };
  },
  update: ({ attributes }) => attributes,
  delete({ id, urn }, { account }) {
    if (usersOf(account, id, urn).length > 0) {
      throw new AwsError(
        "EC2",
        "DeleteVpc",
        "DependencyViolation",
        `The vpc '${id}' has dependencies and cannot be deleted.`,
      );
    }
  },
});

/** The VPC with this id; refuses as EC2 does when there is none. */
export function requireVpc(call: Call, operation: string, id: string) {
  const found = call.account.get(vpc, id);
  if (!found)
    throw new AwsError("EC2", operation, "InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`);
  return found;
}
