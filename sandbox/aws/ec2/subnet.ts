import { z } from "zod";
import { defineResource, type Call } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { ec2Id, tags } from "../schema.js";
import { contains, overlaps, parseCidr } from "./cidr.js";
import { usersOf } from "./in-use.js";
import { requireVpc } from "./vpc.js";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html */
export const subnet = defineResource({
  type: "aws:ec2/subnet:Subnet",
  schema: z.strictObject({
    vpcId: z.string(),
    cidrBlock: z.string(),
    availabilityZone: z.string(),
    mapPublicIpOnLaunch: z.boolean().optional(),
    tags,
  }),
  defaults: { mapPublicIpOnLaunch: false },
  replaceOn: ["vpcId", "cidrBlock", "availabilityZone"],
  create(inputs, call) {
    const { account } = call;
    const { inputs: vpcInputs } = requireVpc(call, "CreateSubnet", inputs.vpcId);
    const block = parseCidr(inputs.cidrBlock, "CreateSubnet");
    if (!contains(parseCidr(vpcInputs.cidrBlock, "CreateSubnet"), block)) {
      throw new AwsError(
        "EC2",
        "CreateSubnet",
        "InvalidSubnet.Range",
        `The CIDR '${inputs.cidrBlock}' is invalid.`,
      );
    }
    const neighbours = account.list(subnet).filter((other) => other.inputs.vpcId === inputs.vpcId);
    if (neighbours.some((other) => overlaps(block, parseCidr(other.inputs.cidrBlock, "CreateSubnet")))) {
      throw new AwsError(
        "EC2",
        "CreateSubnet",
        "InvalidSubnet.Conflict",
        `The CIDR '${inputs.cidrBlock}' conflicts with another subnet`,
      );
    }
    if (!new RegExp(`^${account.region}[a-f]$`).test(inputs.availabilityZone)) {
      throw new AwsError(
        "EC2",
        "CreateSubnet",
        "InvalidParameterValue",
        `Value (${inputs.availabilityZone}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${[..."abcdef"].map((zone) => account.region + zone).join(", ")}.`,
      );
    }
    const id = ec2Id("subnet");
    return {
      id,
      attributes: { arn: account.arn("ec2", `subnet/${id}`), ownerId: account.identity.accountId },
    };
  },
  update: ({ attributes }) => attributes,
  delete({ id, urn }, { account }) {
    if (
      usersOf(account, id, urn).some(
        ({ type }) => type !== "aws:ec2/routeTableAssociation:RouteTableAssociation",
      )
    ) {
      throw new AwsError(
        "EC2",
        "DeleteSubnet",
        "DependencyViolation",
        `The subnet '${id}' has dependencies and cannot be deleted.`,
      );
    }
  },
});

/** The subnet with this id; refuses as EC2 does when there is none. */
export function requireSubnet(call: Call, operation: string, id: string) {
  const found = call.account.get(subnet, id);
  if (!found)
    throw new AwsError("EC2", operation, "InvalidSubnetID.NotFound", `The subnet ID '${id}' does not exist`);
  return found;
}
