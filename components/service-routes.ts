import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { listenerPriorities } from "./listener-priorities.js";
import type { LoadBalancer } from "./load-balancer.js";
import { orchestrators, type Orchestrator } from "./orchestrator.js";
import type { ServiceSpec } from "./service.js";
import type { StackNames } from "./stack-names.js";

/** Header by which a client asks for one side: `x-orchestrator: ecs`. */
export const sideHeader = "x-orchestrator";

export interface ServiceRoutesArgs {
  readonly names: StackNames;
  readonly spec: ServiceSpec;
  readonly vpcId: pulumi.Input<string>;
  readonly loadBalancer: LoadBalancer;
  /** Seconds for which a replica that leaves may finish its requests, from 0 to 3600. */
  readonly deregistrationDelaySeconds: number;
}

/**
 * Where the load balancer sends the requests of one service: a target group for each orchestrator, running or not,
 * and for each a side rule. The side rule attaches the target group to the load balancer before anything registers
 * in it (ECS refuses a group with no load balancer) and lets an operator try a side before it gets traffic.
 */
export class ServiceRoutes extends pulumi.ComponentResource {
  readonly targetGroups: Readonly<Record<Orchestrator, aws.lb.TargetGroup>>;
  readonly sideRules: Readonly<Record<Orchestrator, aws.lb.ListenerRule>>;

  constructor(name: string, args: ServiceRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:index:ServiceRoutes", name, {}, opts);

    const each = <T>(create: (side: Orchestrator) => T): Record<Orchestrator, T> =>
      Object.fromEntries(orchestrators.map((side) => [side, create(side)])) as Record<Orchestrator, T>;
    this.targetGroups = each((side) => createTargetGroup(name, side, args, this));
    this.sideRules = each((side) => createSideRule(name, side, args, this.targetGroups[side], this));

    this.registerOutputs({ targetGroups: this.targetGroups, sideRules: this.sideRules });
  }
}

/** Matches every path of the service and no other's: `/users` and `/users/…`, but not `/usersfoo`. */
export function pathCondition({ path }: ServiceSpec): aws.types.input.lb.ListenerRuleCondition {
  return { pathPattern: { values: [path, `${path}/*`] } };
}

// Pulumi completes the name with a random suffix, because a fixed one would make a replacement fail with the old group
// still in use. An ALB allows 32 characters: 24 here.
function createTargetGroup(
  name: string,
  side: Orchestrator,
  { names, spec, vpcId, deregistrationDelaySeconds }: ServiceRoutesArgs,
  parent: pulumi.Resource,
): aws.lb.TargetGroup {
  return new aws.lb.TargetGroup(
    `${name}-${side}`,
    {
      vpcId,
      targetType: "ip",
      port: spec.port,
      protocol: "HTTP",
      deregistrationDelay: deregistrationDelaySeconds,
      loadBalancingAlgorithmType: "least_outstanding_requests",
      healthCheck: {
        path: spec.healthPath,
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
      tags: names.tags({ service: spec.name, orchestrator: side }),
    },
    { parent },
  );
}

function createSideRule(
  name: string,
  side: Orchestrator,
  { names, spec, loadBalancer }: ServiceRoutesArgs,
  targetGroup: aws.lb.TargetGroup,
  parent: pulumi.Resource,
): aws.lb.ListenerRule {
  return new aws.lb.ListenerRule(
    `${name}-${side}-rule`,
    {
      listenerArn: loadBalancer.listenerArn,
      priority: listenerPriorities(spec.name)[side],
      conditions: [pathCondition(spec), { httpHeader: { httpHeaderName: sideHeader, values: [side] } }],
      actions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      tags: names.tags({ service: spec.name, orchestrator: side }),
    },
    { parent },
  );
}
