import { z } from "zod";
import { defineResource, type Call, type Stored } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { hex, tags } from "../schema.js";
import { action, targetGroupArns, type Action } from "./action.js";
import { conditions } from "./condition.js";
import { loadBalancer } from "./load-balancer.js";

const listenerSchema = z.strictObject({
  loadBalancerArn: z.string(),
  port: z.number().int().min(1).max(65535),
  protocol: z.enum(["HTTP", "HTTPS"]).optional(),
  sslPolicy: z.string().optional(),
  certificateArn: z.string().optional(),
  defaultActions: z.array(action).min(1).max(1),
  tags,
});

const ruleSchema = z.strictObject({
  listenerArn: z.string(),
  priority: z.number().int().min(1).max(50000),
  conditions,
  actions: z.array(action).min(1).max(1),
  tags,
});

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html */
export const listener = defineResource({
  type: "aws:lb/listener:Listener",
  schema: listenerSchema,
  defaults: { protocol: "HTTP" },
  replaceOn: ["loadBalancerArn"],
  create(inputs, call): { id: string; attributes: { arn: string } } {
    const { account } = call;
    const owner = account.get(loadBalancer, inputs.loadBalancerArn);
    if (!owner)
      throw refusal(
        "CreateListener",
        "LoadBalancerNotFound",
        `Load balancer '${inputs.loadBalancerArn}' not found`,
      );
    const twin = account.find(
      listener,
      (other) => other.inputs.loadBalancerArn === inputs.loadBalancerArn && other.inputs.port === inputs.port,
    );
    if (twin)
      throw refusal(
        "CreateListener",
        "DuplicateListener",
        `A listener already exists on this port for this load balancer '${inputs.loadBalancerArn}'`,
      );
    judgeListener(inputs, call, "CreateListener");
    const arn = account.arn("elasticloadbalancing", `listener/${owner.attributes.arnSuffix}/${hex(16)}`);
    return { id: arn, attributes: { arn } };
  },
  update({ attributes }, inputs, call) {
    judgeListener(inputs, call, "ModifyListener");
    return attributes;
  },
});

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html */
export const listenerRule = defineResource({
  type: "aws:lb/listenerRule:ListenerRule",
  schema: ruleSchema,
  replaceOn: ["listenerArn"],
  create(inputs, call): { id: string; attributes: { arn: string } } {
    judgeRule(inputs, call, "CreateRule");
    const arn = `${inputs.listenerArn.replace(":listener/", ":listener-rule/")}/${hex(16)}`;
    return { id: arn, attributes: { arn } };
  },
  update(stored, inputs, call) {
    judgeRule(inputs, call, "ModifyRule", stored);
    return stored.attributes;
  },
});

function judgeListener(inputs: z.infer<typeof listenerSchema>, call: Call, operation: string): void {
  if (inputs.protocol === "HTTPS") {
    throw refusal(
      operation,
      "CertificateNotFound",
      `Certificate '${inputs.certificateArn ?? ""}' not found: the sandbox holds no certificates, so it serves HTTP only`,
    );
  }
  judgeActions(inputs.defaultActions, call, operation);
}

function judgeRule(
  inputs: z.infer<typeof ruleSchema>,
  call: Call,
  operation: string,
  current?: Stored<z.infer<typeof ruleSchema>, { arn: string }>,
): void {
  if (!call.account.get(listener, inputs.listenerArn)) {
    throw refusal(operation, "ListenerNotFound", `Listener '${inputs.listenerArn}' not found`);
  }
  const twin = call.account.find(
    listenerRule,
    (other) =>
      other.id !== current?.id &&
      other.inputs.listenerArn === inputs.listenerArn &&
      other.inputs.priority === inputs.priority,
  );
  if (twin) throw refusal(operation, "PriorityInUse", `Priority '${inputs.priority}' is currently in use`);
  judgeActions(inputs.actions, call, operation);
}

function judgeActions(actions: readonly Action[], { account }: Call, operation: string): void {
  const groups = new Set(
    account
      .all()
      .filter(({ type }) => type === "aws:lb/targetGroup:TargetGroup")
      .map(({ id }) => id),
  );
  for (const arn of targetGroupArns(actions)) {
    if (!groups.has(arn))
      throw refusal(operation, "TargetGroupNotFound", `One or more target groups not found: '${arn}'`);
  }
  for (const each of actions) {
    if (each.type === "forward" && (each.targetGroupArn === undefined) === (each.forward === undefined)) {
      throw refusal(
        operation,
        "ValidationError",
        "A forward action names either one target group or a list of weighted ones",
      );
    }
  }
}

function refusal(operation: string, code: string, reason: string): AwsError {
  return new AwsError("Elastic Load Balancing v2", operation, code, reason);
}
