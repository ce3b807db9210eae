import { z } from "zod";
import { defineResource, type Call } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { roleExists } from "../iam/role.js";
import { tags } from "../schema.js";
import { parseContainers, type ContainerDefinition } from "./container.js";
import { isFargateSize } from "./fargate-sizes.js";

const schema = z.strictObject({
  family: z
    .string()
    .regex(/^[a-zA-Z0-9_-]{1,255}$/, "a family has at most 255 characters of a-z A-Z 0-9 _ -"),
  containerDefinitions: z.string(),
  cpu: z.string().optional(),
  memory: z.string().optional(),
  networkMode: z.enum(["awsvpc", "bridge", "host", "none"]).optional(),
  requiresCompatibilities: z.array(z.enum(["EC2", "FARGATE"])).optional(),
  executionRoleArn: z.string().optional(),
  taskRoleArn: z.string().optional(),
  runtimePlatform: z
    .strictObject({
      cpuArchitecture: z.enum(["X86_64", "ARM64"]).optional(),
      operatingSystemFamily: z.literal("LINUX").optional(),
    })
    .optional(),
  volumes: z
    .array(z.strictObject({ name: z.string(), configureAtLaunch: z.boolean().optional() }))
    .optional(),
  ephemeralStorage: z.strictObject({ sizeInGib: z.number().int().min(21).max(200) }).optional(),
  skipDestroy: z.boolean().optional(),
  trackLatest: z.boolean().optional(),
  enableFaultInjection: z.boolean().optional(),
  tags,
});

type TaskDefinitionInputs = z.infer<typeof schema>;

/**
 * A revision of a family; every change makes a new one.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 */
export const taskDefinition = defineResource({
  type: "aws:ecs/taskDefinition:TaskDefinition",
  schema,
  replaceOn: Object.keys(schema.shape) as (keyof TaskDefinitionInputs)[],
  create(
    inputs,
    call,
  ): { id: string; attributes: { arn: string; arnWithoutRevision: string; revision: number } } {
    judge(inputs, call);
    const siblings = call.account
      .list(taskDefinition)
      .filter((other) => other.inputs.family === inputs.family);
    const revision = Math.max(0, ...siblings.map(({ attributes }) => attributes.revision)) + 1;
    const arnWithoutRevision = call.account.arn("ecs", `task-definition/${inputs.family}`);
    const arn = `${arnWithoutRevision}:${revision}`;
    return { id: arn, attributes: { arn, arnWithoutRevision, revision } };
  },
});

/** The containers of a registered task definition. */
export function containersOf(inputs: {
  readonly containerDefinitions: string;
}): readonly ContainerDefinition[] {
  const containers = parseContainers(inputs.containerDefinitions);
  if (typeof containers === "string") throw refusal(containers);
  return containers;
}

function judge(inputs: TaskDefinitionInputs, call: Call): void {
  const containers = containersOf(inputs);
  for (const arn of [inputs.executionRoleArn, inputs.taskRoleArn]) {
    if (arn !== undefined && !roleExists(call, arn)) throw refusal("Role is not valid");
  }
  if (new Set(containers.map(({ name }) => name)).size < containers.length) {
    throw refusal("Container names must be unique within a task definition.");
  }
  if (!containers.some(({ essential }) => essential !== false)) {
    throw refusal("At least one container in the task definition must be marked as essential.");
  }
  for (const { name, mountPoints } of containers) {
    for (const { sourceVolume } of mountPoints ?? []) {
      if (!inputs.volumes?.some((volume) => volume.name === sourceVolume)) {
        throw refusal(`Unknown volume '${sourceVolume}' for container '${name}'.`);
      }
    }
  }
  if (inputs.requiresCompatibilities?.includes("FARGATE")) judgeFargate(inputs, containers);
  else judgeEc2(inputs, containers);
}

function judgeFargate(inputs: TaskDefinitionInputs, containers: readonly ContainerDefinition[]): void {
  if (inputs.networkMode !== "awsvpc") throw refusal("Fargate only supports network mode 'awsvpc'.");
  const cpu = Number(inputs.cpu);
  const memory = Number(inputs.memory);
  if (!isFargateSize(cpu, memory)) {
    throw refusal(
      `No Fargate configuration exists for given values: ${inputs.cpu} CPU, ${inputs.memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  }
  if (containers.some(({ privileged }) => privileged))
    throw refusal("Fargate tasks do not support 'privileged' containers.");
  if (containers.some(({ stopTimeout = 0 }) => stopTimeout > 120))
    throw refusal("The 'stopTimeout' on Fargate must be at most 120 seconds.");
  if (
    containers.some(({ linuxParameters }) =>
      linuxParameters?.capabilities?.add?.some((name) => name !== "SYS_PTRACE"),
    )
  ) {
    throw refusal("Fargate tasks only support adding the SYS_PTRACE kernel capability.");
  }
  const needsRole = containers.some(
    ({ logConfiguration, image }) => logConfiguration || image.includes(".dkr.ecr."),
  );
  if (needsRole && inputs.executionRoleArn === undefined) {
    throw refusal(
      "Fargate requires task definition to have execution role ARN to support ECR images and log driver awslogs.",
    );
  }
  judgeSums(containers, cpu, memory);
}

function judgeEc2(inputs: TaskDefinitionInputs, containers: readonly ContainerDefinition[]): void {
  const unlimited = containers.find(
    ({ memory, memoryReservation }) => memory === undefined && memoryReservation === undefined,
  );
  if (inputs.memory === undefined && unlimited) {
    throw refusal(
      `Invalid setting for container '${unlimited.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
  judgeSums(containers, Number(inputs.cpu ?? Infinity), Number(inputs.memory ?? Infinity));
}

function judgeSums(containers: readonly ContainerDefinition[], cpu: number, memory: number): void {
  const sum = (value: (container: ContainerDefinition) => number | undefined) =>
    containers.reduce((total, container) => total + (value(container) ?? 0), 0);
  if (sum((container) => container.cpu) > cpu)
    throw refusal("The total cpu of the containers must not exceed the task's cpu.");
  const greedy = containers.find((container) => (container.memory ?? 0) > memory);
  if (greedy)
    throw refusal(
      `Invalid setting for container '${greedy.name}'. Container memory must not exceed the task's memory.`,
    );
  for (const { name, memory: hard, memoryReservation: soft } of containers) {
    if (hard !== undefined && soft !== undefined && soft > hard) {
      throw refusal(`Invalid setting for container '${name}'. 'memoryReservation' must not exceed 'memory'.`);
    }
  }
}

function refusal(reason: string): AwsError {
  return new AwsError("ECS", "RegisterTaskDefinition", "ClientException", reason);
}
