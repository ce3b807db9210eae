import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { listenerPriorities } from "./listener-priorities.js";
import type { LoadBalancer } from "./load-balancer.js";
import { orchestrators, type Orchestrator } from "./orchestrator.js";
import { pathCondition, type ServiceRoutes } from "./service-routes.js";
import type { ServiceSpec } from "./service.js";
import type { StackNames } from "./stack-names.js";

export interface TrafficRuleArgs {
  readonly names: StackNames;
  readonly spec: ServiceSpec;
  readonly loadBalancer: LoadBalancer;
  readonly routes: ServiceRoutes;
  /** Percentage of the requests for each side that runs; the others get none. */
  readonly weights: Readonly<Partial<Record<Orchestrator, number>>>;
  /** What must be healthy before the weights change. A load balancer never fails over between weighted groups:
   * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html */
  readonly healthy: readonly pulumi.Resource[];
}

/** The rule that sends the requests of one service to its sides, by weight. */
export class TrafficRule extends pulumi.ComponentResource {
  readonly rule: aws.lb.ListenerRule;

  constructor(name: string, args: TrafficRuleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:index:TrafficRule", name, {}, opts);

    this.rule = new aws.lb.ListenerRule(
      `${name}-rule`,
      {
        listenerArn: args.loadBalancer.listenerArn,
        priority: listenerPriorities(args.spec.name).traffic,
        conditions: [pathCondition(args.spec)],
        actions: [
          {
            type: "forward",
            forward: {
              targetGroups: orchestrators.map((side) => ({
                arn: args.routes.targetGroups[side].arn,
                weight: args.weights[side] ?? 0,
              })),
              // Sticky clients would stay on the old side after the weights change.
              stickiness: { enabled: false, duration: 1 },
            },
          },
        ],
        tags: args.names.tags({ service: args.spec.name }),
      },
      { parent: this, dependsOn: [...args.healthy] },
    );

    this.registerOutputs({ rule: this.rule });
  }
}
