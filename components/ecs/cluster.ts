import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackNames } from "../stack-names.js";

export interface EcsClusterArgs {
  readonly names: StackNames;
  /** Capacity providers the cluster offers; a service says itself which of them it uses. */
  readonly capacityProviders: readonly string[];
}

/** An ECS cluster with Container Insights and its capacity providers. */
export class EcsCluster extends pulumi.ComponentResource {
  readonly cluster: aws.ecs.Cluster;

  constructor(name: string, args: EcsClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:ecs:EcsCluster", name, {}, opts);

    this.cluster = new aws.ecs.Cluster(
      `${name}-cluster`,
      {
        name: args.names.cluster("ecs"),
        // With observability down to the container:
        // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/container-insights-detailed-ecs-metrics.html
        settings: [{ name: "containerInsights", value: "enhanced" }],
        tags: args.names.tags({ orchestrator: "ecs" }),
      },
      { parent: this },
    );
    new aws.ecs.ClusterCapacityProviders(
      `${name}-capacity-providers`,
      { clusterName: this.cluster.name, capacityProviders: [...args.capacityProviders] },
      { parent: this },
    );

    this.registerOutputs({ cluster: this.cluster });
  }
}
