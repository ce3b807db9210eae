import { z } from "zod";
import { defineResource, type Call } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { ec2Id, tags } from "../schema.js";
import { parseCidr } from "./cidr.js";
import { usersOf } from "./in-use.js";
import { requireVpc } from "./vpc.js";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
export const securityGroup = defineResource({
  type: "aws:ec2/securityGroup:SecurityGroup",
  schema: z.strictObject({
    name: z.string().max(255),
    description: z.string().max(255).optional(),
    vpcId: z.string(),
    revokeRulesOnDelete: z.boolean().optional(),
    tags,
  }),
  defaults: { description: "Managed by Pulumi" },
  autoname: { property: "name", maxLength: 255 },
  replaceOn: ["name", "description", "vpcId"],
  create(inputs, call) {
    const { account } = call;
    requireVpc(call, "CreateSecurityGroup", inputs.vpcId);
    if (
      account.find(
        securityGroup,
        (other) => other.inputs.vpcId === inputs.vpcId && other.inputs.name === inputs.name,
      )
    ) {
      throw new AwsError(
        "EC2",
        "CreateSecurityGroup",
        "InvalidGroup.Duplicate",
        `The security group '${inputs.name}' already exists for VPC '${inputs.vpcId}'`,
      );
    }
    const id = ec2Id("sg");
    return {
      id,
      attributes: { arn: account.arn("ec2", `security-group/${id}`), ownerId: account.identity.accountId },
    };
  },
  update: ({ attributes }) => attributes,
  delete({ id, urn }, { account }) {
    const dependents = usersOf(account, id, urn).filter(
      ({ type, inputs }) => !(ruleTypes.has(type) && inputs.securityGroupId === id),
    );
    if (dependents.length > 0) {
      throw new AwsError(
        "EC2",
        "DeleteSecurityGroup",
        "DependencyViolation",
        `resource ${id} has a dependent object`,
      );
    }
  },
});

/** Adopts the group that every VPC comes with; without rules it lets nothing through. */
export const defaultSecurityGroup = defineResource({
  type: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  schema: z.strictObject({ vpcId: z.string(), tags }),
  replaceOn: ["vpcId"],
  create(inputs, call) {
    const { attributes } = requireVpc(call, "DescribeSecurityGroups", inputs.vpcId);
    const id = attributes.defaultSecurityGroupId;
    return { id, attributes: { arn: call.account.arn("ec2", `security-group/${id}`), name: "default" } };
  },
  update: ({ attributes }) => attributes,
});

const ruleSchema = z.strictObject({
  securityGroupId: z.string(),
  ipProtocol: z.string(),
  fromPort: z.number().int().min(-1).max(65535).optional(),
  toPort: z.number().int().min(-1).max(65535).optional(),
  cidrIpv4: z.string().optional(),
  referencedSecurityGroupId: z.string().optional(),
  prefixListId: z.string().optional(),
  description: z.string().max(255).optional(),
  tags,
});

type Rule = z.infer<typeof ruleSchema>;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html */
export const ingressRule = rule(
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "AuthorizeSecurityGroupIngress",
);

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html */
export const egressRule = rule(
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "AuthorizeSecurityGroupEgress",
);

const ruleTypes: ReadonlySet<string> = new Set([ingressRule.type, egressRule.type]);

function rule(type: string, operation: string) {
  return defineResource({
    type,
    schema: ruleSchema,
    replaceOn: ["securityGroupId"],
    create(inputs, call) {
      judgeRule(inputs, call, operation, type);
      const id = ec2Id("sgr");
      return {
        id,
        attributes: { securityGroupRuleId: id, arn: call.account.arn("ec2", `security-group-rule/${id}`) },
      };
    },
    update: ({ attributes }) => attributes,
  });
}

function judgeRule(inputs: Rule, call: Call, operation: string, type: string): void {
  for (const id of [inputs.securityGroupId, inputs.referencedSecurityGroupId]) {
    if (id !== undefined && !groupExists(call, id)) {
      throw new AwsError(
        "EC2",
        operation,
        "InvalidGroup.NotFound",
        `The security group '${id}' does not exist`,
      );
    }
  }
  if (inputs.cidrIpv4 !== undefined) parseCidr(inputs.cidrIpv4, operation);
  const peers = [inputs.cidrIpv4, inputs.referencedSecurityGroupId, inputs.prefixListId].filter(
    (peer) => peer !== undefined,
  );
  if (peers.length !== 1) {
    throw new AwsError(
      "EC2",
      operation,
      "InvalidParameterCombination",
      "A rule names exactly one of a CIDR block, a security group and a prefix list",
    );
  }
  const key = (other: Rule) =>
    [
      other.securityGroupId,
      other.ipProtocol,
      other.fromPort,
      other.toPort,
      other.cidrIpv4,
      other.referencedSecurityGroupId,
      other.prefixListId,
    ].join(" ");
  const twin = call.account
    .all()
    .find((other) => other.type === type && key(other.inputs as Rule) === key(inputs));
  if (twin) {
    throw new AwsError(
      "EC2",
      operation,
      "InvalidPermission.Duplicate",
      `the specified rule "peer: ${peers[0]}, ${inputs.ipProtocol}, from port: ${inputs.fromPort}, to port: ${inputs.toPort}, ALLOW" already exists`,
    );
  }
}

function groupExists({ account }: Call, id: string): boolean {
  return account.get(securityGroup, id) !== undefined || account.get(defaultSecurityGroup, id) !== undefined;
}
