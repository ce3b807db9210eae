import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "../load-balancer.js";
import type { Network } from "../network.js";
import type { CpuArchitecture } from "../orchestrator.js";
import type { PlacedService } from "../placed-service.js";
import type { StackNames } from "../stack-names.js";
import { Autoscaling } from "./autoscaling.js";
import type { Placement } from "./capacity.js";
import { createTaskDefinition } from "./task-definition.js";
import { createTaskRole, type TaskRole } from "./task-role.js";

export interface EcsServiceArgs {
  readonly names: StackNames;
  readonly service: PlacedService;
  readonly placement: Placement;
  /** Kind of capacity, part of the service's name: services of two kinds run side by side during a change. */
  readonly capacityType: string;
  readonly cpuArchitecture: CpuArchitecture;
  readonly shutdownDelaySeconds: number;
  readonly cluster: aws.ecs.Cluster;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly securityGroupId: pulumi.Input<string>;
  readonly registryArn: pulumi.Input<string>;
  /** URL at which a task reaches a service of the board, the service's path included. */
  readonly urlOf: (service: string) => string;
  /** What must exist before the first task starts, beyond what the service refers to. */
  readonly ready: readonly pulumi.Resource[];
}

/** One service of the board on ECS: task role, task definition, ECS service and autoscaling. */
export class EcsService extends pulumi.ComponentResource {
  /** Exists once all its tasks are healthy in the target group. */
  readonly service: aws.ecs.Service;

  constructor(name: string, args: EcsServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:ecs:EcsService", name, {}, opts);

    const taskRole = createTaskRole(name, args.names, args.service.spec.name, this);
    const taskDefinition = createTaskDefinition(name, { ...args, taskRole }, this);
    this.service = createService(name, args, taskDefinition, taskRole, this);
    new Autoscaling(
      `${name}-autoscaling`,
      { ...args, placed: args.service, service: this.service },
      { parent: this },
    );

    this.registerOutputs({ service: this.service });
  }
}

function createService(
  name: string,
  args: EcsServiceArgs,
  taskDefinition: aws.ecs.TaskDefinition,
  taskRole: TaskRole,
  parent: pulumi.Resource,
): aws.ecs.Service {
  const { names, service, placement } = args;
  const { spec, routes, ecsExecutionRole } = service;
  return new aws.ecs.Service(
    `${name}-service-${args.capacityType}`,
    {
      name: `${spec.name}-${args.capacityType}`,
      cluster: args.cluster.arn,
      taskDefinition: taskDefinition.arn,
      // A side that takes over starts at the upper bound, so that a loaded board never lands on the minimum.
      desiredCount: spec.scaling.maxReplicas,
      capacityProviderStrategies: [...placement.strategies],
      // ECS accepts a new strategy only together with a new deployment.
      forceNewDeployment: true,
      networkConfiguration: {
        subnets: args.network.privateSubnetIds,
        securityGroups: [args.securityGroupId],
        assignPublicIp: false,
      },
      loadBalancers: [
        { targetGroupArn: routes.targetGroups.ecs.arn, containerName: spec.name, containerPort: spec.port },
      ],
      serviceRegistries: { registryArn: args.registryArn },
      healthCheckGracePeriodSeconds: 60,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: "ENABLED",
      waitForSteadyState: true,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      tags: names.tags({ service: spec.name, orchestrator: "ecs" }),
    },
    {
      parent,
      // The number of tasks belongs to the autoscaling from here on.
      ignoreChanges: ["desiredCount"],
      // The policies too: a role that loses them before the last task stops leaves the service draining for ever.
      dependsOn: [routes.sideRules.ecs, ecsExecutionRole.policy, taskRole.policy, ...args.ready],
    },
  );
}
