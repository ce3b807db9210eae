import { z } from "zod";
import { defineResource, type Call } from "../../provider/model.js";
import { securityGroup } from "../ec2/security-group.js";
import { requireSubnet } from "../ec2/subnet.js";
import { attachments, targetGroup } from "../elb/target-group.js";
import { AwsError } from "../errors.js";
import { tags } from "../schema.js";
import { discoveryService } from "../servicediscovery/service.js";
import { cluster, clusterCapacityProviders } from "./cluster.js";
import { containersOf, taskDefinition } from "./task-definition.js";

const schema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,255}$/, "a service's name has at most 255 characters of a-z A-Z 0-9 _ -"),
  cluster: z.string(),
  taskDefinition: z.string(),
  desiredCount: z.number().int().min(0).optional(),
  launchType: z.enum(["FARGATE"]).optional(),
  capacityProviderStrategies: z
    .array(
      z.strictObject({
        capacityProvider: z.string(),
        weight: z.number().int().optional(),
        base: z.number().int().optional(),
      }),
    )
    .optional(),
  platformVersion: z.string().optional(),
  networkConfiguration: z.strictObject({
    subnets: z.array(z.string()).min(1),
    securityGroups: z.array(z.string()).optional(),
    assignPublicIp: z.boolean().optional(),
  }),
  loadBalancers: z
    .array(
      z.strictObject({
        targetGroupArn: z.string(),
        containerName: z.string(),
        containerPort: z.number().int(),
      }),
    )
    .optional(),
  serviceRegistries: z
    .strictObject({
      registryArn: z.string(),
      port: z.number().optional(),
      containerName: z.string().optional(),
    })
    .optional(),
  deploymentCircuitBreaker: z.strictObject({ enable: z.boolean(), rollback: z.boolean() }).optional(),
  deploymentMinimumHealthyPercent: z.number().int().min(0).max(100).optional(),
  deploymentMaximumPercent: z.number().int().min(0).optional(),
  healthCheckGracePeriodSeconds: z.number().int().min(0).optional(),
  availabilityZoneRebalancing: z.enum(["ENABLED", "DISABLED"]).optional(),
  enableExecuteCommand: z.boolean().optional(),
  enableEcsManagedTags: z.boolean().optional(),
  propagateTags: z.enum(["SERVICE", "TASK_DEFINITION", "NONE"]).optional(),
  schedulingStrategy: z.enum(["REPLICA"]).optional(),
  forceNewDeployment: z.boolean().optional(),
  forceDelete: z.boolean().optional(),
  waitForSteadyState: z.boolean().optional(),
  sigintRollback: z.boolean().optional(),
  triggers: z.record(z.string(), z.string()).optional(),
  tags,
});

type ServiceInputs = z.infer<typeof schema>;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html */
export const service = defineResource({
  type: "aws:ecs/service:Service",
  schema,
  defaults: {
    deploymentMaximumPercent: 200,
    deploymentMinimumHealthyPercent: 100,
    schedulingStrategy: "REPLICA",
    waitForSteadyState: false,
  },
  autoname: { property: "name", maxLength: 255 },
  replaceOn: ["name", "cluster", "launchType", "loadBalancers", "schedulingStrategy"],
  create(inputs, call): { id: string; attributes: { arn: string } } {
    judge(inputs, call, "CreateService");
    const clusterName = inputs.cluster.split("/").at(-1);
    const arn = call.account.arn("ecs", `service/${clusterName}/${inputs.name}`);
    if (call.account.get(service, arn)) {
      throw new AwsError(
        "ECS",
        "CreateService",
        "InvalidParameterException",
        "Creation of service was not idempotent.",
      );
    }
    return { id: arn, attributes: { arn } };
  },
  update({ attributes }, inputs, call) {
    judge(inputs, call, "UpdateService");
    return attributes;
  },
  async ready({ id, inputs }, { workloads, signal }) {
    if (inputs.waitForSteadyState) await workloads.waitForSteadyState(id, signal);
  },
  deleted: ({ id }, { workloads, signal }) => workloads.drained(id, signal),
});

function judge(inputs: ServiceInputs, call: Call, operation: string): void {
  const { account } = call;
  const refuse = (reason: string, code = "InvalidParameterException") =>
    new AwsError("ECS", operation, code, reason);
  const owner = account.get(cluster, inputs.cluster);
  if (!owner) throw refuse("Cluster not found.", "ClusterNotFoundException");
  const definition = account.get(taskDefinition, inputs.taskDefinition);
  if (!definition) throw refuse("Unable to describe task definition.", "ClientException");
  const providers = inputs.capacityProviderStrategies?.map(({ capacityProvider }) => capacityProvider) ?? [];
  if (inputs.launchType && providers.length > 0) {
    throw refuse(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  }
  const offered =
    account.find(clusterCapacityProviders, (all) => all.inputs.clusterName === owner.inputs.name)?.inputs
      .capacityProviders ?? [];
  const missing = providers.filter((name) => !offered.includes(name));
  if (missing.length > 0) {
    throw refuse(
      `The specified capacity provider '${missing.join("', '")}' is not associated with the cluster. Add it and try again.`,
    );
  }
  const onFargate = inputs.launchType === "FARGATE" || providers.some((name) => name.startsWith("FARGATE"));
  if (onFargate && !definition.inputs.requiresCompatibilities?.includes("FARGATE")) {
    throw refuse("Task definition does not support launch_type FARGATE.", "InvalidParameterException");
  }
  judgeNetwork(inputs, call, operation);
  judgeTargets(inputs, definition.inputs, call, operation);
}

function judgeNetwork(inputs: ServiceInputs, call: Call, operation: string): void {
  for (const id of inputs.networkConfiguration.subnets) requireSubnet(call, operation, id);
  for (const id of inputs.networkConfiguration.securityGroups ?? []) {
    if (!call.account.get(securityGroup, id)) {
      throw new AwsError(
        "ECS",
        operation,
        "InvalidParameterException",
        `Error retrieving security group information for [${id}]: The security group '${id}' does not exist`,
      );
    }
  }
  const registry = inputs.serviceRegistries?.registryArn;
  if (
    registry !== undefined &&
    !call.account.find(discoveryService, ({ attributes }) => attributes.arn === registry)
  ) {
    throw new AwsError(
      "ECS",
      operation,
      "InvalidParameterException",
      `Service registry '${registry}' does not exist`,
    );
  }
}

function judgeTargets(
  inputs: ServiceInputs,
  definition: { readonly containerDefinitions: string },
  call: Call,
  operation: string,
): void {
  const refuse = (reason: string) => new AwsError("ECS", operation, "InvalidParameterException", reason);
  const containers = containersOf(definition);
  for (const { targetGroupArn, containerName, containerPort } of inputs.loadBalancers ?? []) {
    if (!call.account.get(targetGroup, targetGroupArn)) {
      throw refuse(`Unable to find target group with target group ARN ${targetGroupArn}`);
    }
    if (attachments(call, targetGroupArn).length === 0) {
      throw refuse(
        `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      );
    }
    const container = containers.find(({ name }) => name === containerName);
    if (!container) throw refuse(`The container ${containerName} does not exist in the task definition.`);
    if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
      throw refuse(`The container ${containerName} did not have a container port ${containerPort} defined.`);
    }
  }
}
