import { z } from "zod";
import { defineResource, type Call } from "../../provider/model.js";
import { requireVpc } from "../ec2/vpc.js";
import { AwsError } from "../errors.js";
import { hex, tags } from "../schema.js";
import { targetGroupArns } from "./action.js";
import { listener, listenerRule } from "./listener.js";

/**
 * Target groups of type `ip` over HTTP.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
export const targetGroup = defineResource({
  type: "aws:lb/targetGroup:TargetGroup",
  schema: z.strictObject({
    name: z
      .string()
      .regex(
        /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/,
        "a name has at most 32 alphanumeric characters or hyphens and does not begin or end with a hyphen",
      ),
    port: z.number().int().min(1).max(65535),
    protocol: z.enum(["HTTP"]),
    protocolVersion: z.enum(["HTTP1"]).optional(),
    targetType: z.enum(["ip"]),
    vpcId: z.string(),
    ipAddressType: z.enum(["ipv4"]).optional(),
    deregistrationDelay: z.number().int().min(0).max(3600).optional(),
    slowStart: z.number().int().optional(),
    loadBalancingAlgorithmType: z.enum(["round_robin", "least_outstanding_requests"]).optional(),
    healthCheck: z
      .strictObject({
        enabled: z.boolean().optional(),
        path: z.string().optional(),
        port: z.enum(["traffic-port"]).optional(),
        protocol: z.enum(["HTTP"]).optional(),
        matcher: z.string().optional(),
        interval: z.number().int().min(5).max(300).optional(),
        timeout: z.number().int().min(2).max(120).optional(),
        healthyThreshold: z.number().int().min(2).max(10).optional(),
        unhealthyThreshold: z.number().int().min(2).max(10).optional(),
      })
      .optional(),
    tags,
  }),
  defaults: { deregistrationDelay: 300, loadBalancingAlgorithmType: "round_robin", healthCheck: {} },
  autoname: { property: "name", maxLength: 32 },
  replaceOn: ["name", "port", "protocol", "protocolVersion", "targetType", "vpcId", "ipAddressType"],
  create(inputs, call) {
    const { account } = call;
    requireVpc(call, "CreateTargetGroup", inputs.vpcId);
    const { interval = 30, timeout = 5 } = inputs.healthCheck ?? {};
    if (timeout >= interval) {
      throw new AwsError(
        "Elastic Load Balancing v2",
        "CreateTargetGroup",
        "ValidationError",
        "Health check interval must be greater than the timeout.",
      );
    }
    if (account.find(targetGroup, (other) => other.inputs.name === inputs.name)) {
      throw new AwsError(
        "Elastic Load Balancing v2",
        "CreateTargetGroup",
        "DuplicateTargetGroupName",
        `A target group with the same name '${inputs.name}' exists, but with different settings`,
      );
    }
    const suffix = `targetgroup/${inputs.name}/${hex(16)}`;
    const arn = account.arn("elasticloadbalancing", suffix);
    return { id: arn, attributes: { arn, arnSuffix: suffix } };
  },
  update: ({ attributes }) => attributes,
  delete({ id }, call) {
    if (attachments(call, id).length > 0) {
      throw new AwsError(
        "Elastic Load Balancing v2",
        "DeleteTargetGroup",
        "ResourceInUse",
        `Target group '${id}' is currently in use by a listener or a rule`,
      );
    }
  },
});

/** ARNs of the listeners that forward to a target group, by a rule or by default. */
export function attachments({ account }: Call, targetGroupArn: string): readonly string[] {
  const byDefault = account
    .list(listener)
    .filter(({ inputs }) => targetGroupArns(inputs.defaultActions).includes(targetGroupArn));
  const byRule = account
    .list(listenerRule)
    .filter(({ inputs }) => targetGroupArns(inputs.actions).includes(targetGroupArn));
  return [...byDefault.map(({ id }) => id), ...byRule.map(({ inputs }) => inputs.listenerArn)];
}
