import { z } from "zod";
import { defineResource } from "../../provider/model.js";
import { securityGroup } from "../ec2/security-group.js";
import { requireSubnet } from "../ec2/subnet.js";
import { internetGateway } from "../ec2/gateways.js";
import { AwsError } from "../errors.js";
import { hex, tags } from "../schema.js";

const elbName = z
  .string()
  .regex(
    /^(?!internal-)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/,
    "a name has at most 32 alphanumeric characters or hyphens and does not begin or end with a hyphen",
  );

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
export const loadBalancer = defineResource({
  type: "aws:lb/loadBalancer:LoadBalancer",
  schema: z.strictObject({
    name: elbName,
    loadBalancerType: z.enum(["application"]).optional(),
    internal: z.boolean().optional(),
    ipAddressType: z.enum(["ipv4"]).optional(),
    subnets: z.array(z.string()),
    securityGroups: z.array(z.string()).optional(),
    idleTimeout: z.number().int().min(1).max(4000).optional(),
    dropInvalidHeaderFields: z.boolean().optional(),
    desyncMitigationMode: z.enum(["monitor", "defensive", "strictest"]).optional(),
    enableDeletionProtection: z.boolean().optional(),
    enableHttp2: z.boolean().optional(),
    preserveHostHeader: z.boolean().optional(),
    tags,
  }),
  defaults: {
    loadBalancerType: "application",
    idleTimeout: 60,
    enableDeletionProtection: false,
    dropInvalidHeaderFields: false,
  },
  autoname: { property: "name", maxLength: 32 },
  replaceOn: ["name", "internal", "loadBalancerType", "ipAddressType"],
  create(inputs, call) {
    const { account } = call;
    const refuse = (code: string, reason: string) =>
      new AwsError("Elastic Load Balancing v2", "CreateLoadBalancer", code, reason);
    const subnets = inputs.subnets.map((id) => requireSubnet(call, "CreateLoadBalancer", id).inputs);
    if (new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size < 2) {
      throw refuse(
        "ValidationError",
        "At least two subnets in two different Availability Zones must be specified",
      );
    }
    for (const id of inputs.securityGroups ?? []) {
      if (!account.get(securityGroup, id))
        throw refuse("InvalidSecurityGroup", `Security group '${id}' is not valid`);
    }
    if (account.find(loadBalancer, (other) => other.inputs.name === inputs.name)) {
      throw refuse(
        "DuplicateLoadBalancerName",
        `A load balancer with the same name '${inputs.name}' exists, but with different settings`,
      );
    }
    const vpcId = subnets[0]?.vpcId ?? "";
    if (!inputs.internal && !account.find(internetGateway, (gateway) => gateway.inputs.vpcId === vpcId)) {
      throw refuse("InvalidSubnet", `VPC ${vpcId} has no internet gateway`);
    }
    const suffix = `app/${inputs.name}/${hex(16)}`;
    const arn = account.arn("elasticloadbalancing", `loadbalancer/${suffix}`);
    return {
      id: arn,
      attributes: {
        arn,
        arnSuffix: suffix,
        dnsName: call.workloads.loadBalancerAddress,
        zoneId: "Z35SXDOTRQ7X7K",
        vpcId,
      },
    };
  },
  update: ({ attributes }) => attributes,
  delete({ id, inputs }) {
    if (inputs.enableDeletionProtection) {
      throw new AwsError(
        "Elastic Load Balancing v2",
        "DeleteLoadBalancer",
        "OperationNotPermitted",
        `Load balancer '${id}' cannot be deleted because deletion protection is enabled`,
      );
    }
  },
});
