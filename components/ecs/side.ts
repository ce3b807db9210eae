import * as pulumi from "@pulumi/pulumi";
import type { RunningSide, RunningSideArgs } from "../orchestrator.js";
import { placementOn } from "./capacity.js";
import { EcsCluster } from "./cluster.js";
import { Discovery } from "./discovery.js";
import { TaskSecurityGroups } from "./security-groups.js";
import { EcsService } from "./service.js";

/** The board on ECS: cluster, names, security groups, and an ECS service for each service of the board. */
export class EcsSide extends pulumi.ComponentResource implements RunningSide {
  readonly healthy: Readonly<Record<string, EcsService>>;

  constructor(name: string, args: RunningSideArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:ecs:EcsSide", name, {}, opts);
    const { names, network, loadBalancer } = args;
    const specs = args.services.map(({ spec }) => spec);
    const placement = placementOn(args.capacity);
    const child = { parent: this };

    const cluster = new EcsCluster(name, { names, capacityProviders: placement.capacityProviders }, child);
    const discovery = new Discovery(`${name}-discovery`, { names, vpcId: network.vpcId, specs }, child);
    const groups = new TaskSecurityGroups(`${name}-tasks`, { names, network, loadBalancer, specs }, child);
    this.healthy = Object.fromEntries(
      args.services.map((service) => [
        service.spec.name,
        new EcsService(
          `${name}-${service.spec.name}`,
          {
            ...args,
            service,
            placement,
            capacityType: args.capacity.type,
            cluster: cluster.cluster,
            securityGroupId: required(groups.ids, service.spec.name),
            registryArn: required(discovery.registryArns, service.spec.name),
            urlOf: discovery.urlOf,
            ready: [cluster, groups, network],
          },
          child,
        ),
      ]),
    );

    this.registerOutputs({ healthy: this.healthy });
  }
}

function required<T>(byService: Readonly<Record<string, T>>, service: string): T {
  const value = byService[service];
  if (value === undefined) throw new Error(`Nothing was made for the service ${service}.`);
  return value;
}
