import type { FargateCapacity } from "../orchestrator.js";
import type { Placement } from "./capacity.js";

/** On Fargate a share of the tasks may run on interruptible capacity; at least one runs on demand unless all are. */
export function fargatePlacement({ spotPercent }: FargateCapacity): Placement {
  const onDemand = { capacityProvider: "FARGATE", weight: 100 - spotPercent, base: 1 };
  const spot = { capacityProvider: "FARGATE_SPOT", weight: spotPercent };
  return {
    capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    strategies: [...(spotPercent < 100 ? [onDemand] : []), ...(spotPercent > 0 ? [spot] : [])],
    compatibility: "FARGATE",
    taskSize: ({ cpu, memory }) => ({ cpu: String(cpu), memory: String(memory) }),
  };
}
