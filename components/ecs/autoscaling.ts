import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "../load-balancer.js";
import type { PlacedService } from "../placed-service.js";
import type { StackNames } from "../stack-names.js";

export interface AutoscalingArgs {
  readonly names: StackNames;
  readonly placed: PlacedService;
  readonly cluster: aws.ecs.Cluster;
  readonly service: aws.ecs.Service;
  readonly loadBalancer: LoadBalancer;
}

type Metric =
  aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecification;

/** Keeps the number of a service's tasks between its bounds, by whichever of CPU, memory and requests asks for most. */
export class Autoscaling extends pulumi.ComponentResource {
  constructor(name: string, args: AutoscalingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:ecs:Autoscaling", name, {}, opts);
    const { scaling } = args.placed.spec;

    const target = new aws.appautoscaling.Target(
      `${name}-target`,
      {
        serviceNamespace: "ecs",
        scalableDimension: "ecs:service:DesiredCount",
        resourceId: pulumi.interpolate`service/${args.cluster.name}/${args.service.name}`,
        minCapacity: scaling.minReplicas,
        maxCapacity: scaling.maxReplicas,
        tags: args.names.tags({ service: args.placed.spec.name, orchestrator: "ecs" }),
      },
      { parent: this },
    );
    const track = (suffix: string, targetValue: number, metric: Metric) =>
      createPolicy(`${name}-${suffix}`, target, targetValue, metric, this);
    track("cpu", scaling.cpuPercent, { predefinedMetricType: "ECSServiceAverageCPUUtilization" });
    track("memory", scaling.memoryPercent, { predefinedMetricType: "ECSServiceAverageMemoryUtilization" });
    track("requests", scaling.requestsPerReplica, {
      predefinedMetricType: "ALBRequestCountPerTarget",
      resourceLabel: pulumi.interpolate`${args.loadBalancer.loadBalancer.arnSuffix}/${args.placed.routes.targetGroups.ecs.arnSuffix}`,
    });

    this.registerOutputs({});
  }
}

function createPolicy(
  name: string,
  target: aws.appautoscaling.Target,
  targetValue: number,
  metric: Metric,
  parent: pulumi.Resource,
): aws.appautoscaling.Policy {
  return new aws.appautoscaling.Policy(
    name,
    {
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue,
        predefinedMetricSpecification: metric,
        // Out fast, in slowly: seconds to wait after a step before the next.
        scaleOutCooldown: 60,
        scaleInCooldown: 300,
      },
    },
    { parent },
  );
}
