import type * as aws from "@pulumi/aws";
import type { Capacity } from "../orchestrator.js";
import type { ServiceSize } from "../service.js";
import { fargatePlacement } from "./fargate.js";

/** How the tasks of a service are placed on a kind of capacity. */
export interface Placement {
  /** Names of the capacity providers that the cluster must offer. */
  readonly capacityProviders: readonly string[];
  readonly strategies: readonly aws.types.input.ecs.ServiceCapacityProviderStrategy[];
  /** What the task definition must be valid for. */
  readonly compatibility: "FARGATE" | "EC2";
  /** CPU and memory of a task, as the task definition spells them. */
  taskSize(size: ServiceSize): { readonly cpu: string; readonly memory: string };
}

/** The placement that a side's capacity asks for: the only place in this folder that tells capacities apart. */
export function placementOn(capacity: Capacity): Placement {
  switch (capacity.type) {
    case "fargate":
      return fargatePlacement(capacity);
  }
}
