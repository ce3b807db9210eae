import type * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "./load-balancer.js";
import type { Network } from "./network.js";
import type { PlacedService } from "./placed-service.js";
import type { StackNames } from "./stack-names.js";

/** Every orchestrator a service can be moved between. Each has its target group and side rule, running or not. */
export const orchestrators = ["ecs", "eks"] as const;
export type Orchestrator = (typeof orchestrators)[number];

/** What containers can run on: hosts that AWS manages, or EC2 instances of one's own. */
export const capacityTypes = ["fargate", "ec2"] as const;

/** What this version runs, out of the two lists above. Config refuses the rest by name. */
export const available = {
  orchestrators: ["ecs"],
  capacityTypes: ["fargate"],
} as const satisfies {
  orchestrators: readonly Orchestrator[];
  capacityTypes: readonly (typeof capacityTypes)[number][];
};
export type AvailableOrchestrator = (typeof available.orchestrators)[number];
export type CapacityType = (typeof available.capacityTypes)[number];

/** Hosts that AWS manages. */
export interface FargateCapacity {
  readonly type: "fargate";
  /** Share of the replicas that run on interruptible capacity, in percent from 0 to 100. */
  readonly spotPercent: number;
}

/** What one side runs on; told apart by `type`. */
export type Capacity = FargateCapacity;

/** Processor architecture of the images and of the hosts that run them. */
export const cpuArchitectures = ["x86_64", "arm64"] as const;
export type CpuArchitecture = (typeof cpuArchitectures)[number];

/** One orchestrator that runs the board, and its part of the requests. */
export interface Side {
  readonly orchestrator: AvailableOrchestrator;
  readonly capacity: Capacity;
  /** Percentage of the requests sent to this side, from 0 (a warm standby) to 100. */
  readonly weight: number;
}

/** What the platform gives to a side. */
export interface RunningSideArgs {
  readonly names: StackNames;
  readonly capacity: Capacity;
  readonly cpuArchitecture: CpuArchitecture;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  /** Every service of the board, with what it has on any orchestrator. */
  readonly services: readonly PlacedService[];
  /** Seconds for which a replica keeps answering after it was told to stop. */
  readonly shutdownDelaySeconds: number;
}

/** A side that runs every service of the board and registers its replicas in the services' target groups. */
export interface RunningSide extends pulumi.ComponentResource {
  /** By service name: what must be healthy before the load balancer sends requests to this side. */
  readonly healthy: Readonly<Record<string, pulumi.Resource>>;
}

export type RunningSideClass = new (
  name: string,
  args: RunningSideArgs,
  opts?: pulumi.ComponentResourceOptions,
) => RunningSide;
