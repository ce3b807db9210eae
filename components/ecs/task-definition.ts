import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CpuArchitecture } from "../orchestrator.js";
import type { PlacedService } from "../placed-service.js";
import { serviceEnvironment } from "../service-environment.js";
import type { StackNames } from "../stack-names.js";
import type { Placement } from "./capacity.js";
import type { TaskRole } from "./task-role.js";

export interface TaskDefinitionArgs {
  readonly names: StackNames;
  readonly service: PlacedService;
  readonly placement: Placement;
  readonly cpuArchitecture: CpuArchitecture;
  readonly taskRole: TaskRole;
  readonly shutdownDelaySeconds: number;
  /** URL at which a task reaches a service of the board, the service's path included. */
  readonly urlOf: (service: string) => string;
  /** Kind of capacity the task runs on; part of the family's name. */
  readonly capacityType: string;
}

/** Seconds that a task has, beyond its delay, to finish what is in flight before it is killed. */
const drainSeconds = 30;

/** The task definition of one service: its one container, hardened, with hard limits of CPU and memory. */
export function createTaskDefinition(
  name: string,
  args: TaskDefinitionArgs,
  parent: pulumi.Resource,
): aws.ecs.TaskDefinition {
  const { names, service, placement } = args;
  const { spec, ecsExecutionRole } = service;
  return new aws.ecs.TaskDefinition(
    `${name}-task-definition`,
    {
      family: `${names.prefix}-${spec.name}-${args.capacityType}`,
      requiresCompatibilities: [placement.compatibility],
      networkMode: "awsvpc",
      runtimePlatform: {
        operatingSystemFamily: "LINUX",
        cpuArchitecture: args.cpuArchitecture.toUpperCase(),
      },
      ...placement.taskSize(spec.size),
      executionRoleArn: ecsExecutionRole.role.arn,
      taskRoleArn: args.taskRole.role.arn,
      // Scratch space: the rest of the file system is read-only.
      volumes: [{ name: "tmp" }],
      containerDefinitions: containerDefinitions(args),
      tags: names.tags({ service: spec.name, orchestrator: "ecs" }),
    },
    { parent },
  );
}

/**
 * JSON text of the one container. It has no health check of its own: the image may hold neither shell nor Node, and the
 * target group asks for the health path already, whose answer ECS acts on.
 */
function containerDefinitions({
  names,
  service,
  shutdownDelaySeconds,
  urlOf,
}: TaskDefinitionArgs): pulumi.Output<string> {
  const { spec } = service;
  const environment = serviceEnvironment({ names, spec, shutdownDelaySeconds, urlOf });
  return pulumi.jsonStringify([
    {
      name: spec.name,
      image: service.imageUri,
      essential: true,
      cpu: spec.size.cpu,
      memory: spec.size.memory,
      portMappings: [{ containerPort: spec.port, hostPort: spec.port, protocol: "tcp" }],
      environment: Object.entries(environment)
        .map(([key, value]) => ({ name: key, value }))
        .sort((a, b) => a.name.localeCompare(b.name)),
      user: "65532:65532",
      readonlyRootFilesystem: true,
      privileged: false,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
      stopTimeout: shutdownDelaySeconds + drainSeconds,
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": service.logGroup.name,
          "awslogs-region": names.identity.region,
          "awslogs-stream-prefix": "ecs",
          // A log service that cannot be reached must not stop the container's writes.
          mode: "non-blocking",
        },
      },
    },
  ]);
}
