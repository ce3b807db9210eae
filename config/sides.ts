import {
  available,
  orchestrators,
  type Capacity,
  type CapacityType,
  type Side,
} from "../components/orchestrator.js";
import type { Problems } from "./problems.js";
import type { Settings } from "./settings.js";

/** The sides that run: those that `traffic` names, or else the one orchestrator with all the requests. */
export function readSides(settings: Settings, problems: Problems): readonly Side[] {
  judgeTraffic(settings, problems);
  const named = Object.keys(settings.traffic).length > 0;
  const weights = named ? settings.traffic : { [settings.orchestrator]: 100 };
  return available.orchestrators.flatMap((orchestrator) => {
    const weight = weights[orchestrator];
    return weight === undefined
      ? []
      : [{ orchestrator, capacity: capacityOf(settings, orchestrator), weight }];
  });
}

function judgeTraffic({ traffic, orchestrator }: Settings, problems: Problems): void {
  const offered: readonly string[] = available.orchestrators;
  const later = orchestrators.filter((side) => traffic[side] !== undefined && !offered.includes(side));
  for (const side of later) {
    problems.add(
      `traffic.${side}`,
      traffic[side],
      `sides that run, and ${side} is not available in this version`,
    );
  }
  if (problems.concern("traffic") || Object.keys(traffic).length === 0) return;
  if (traffic[orchestrator] === undefined && !problems.concern("orchestrator")) {
    problems.add(
      "traffic",
      traffic,
      `weights of the sides that run, ${orchestrator} (the orchestrator) among them`,
    );
  }
  const sum = Object.values(traffic).reduce((total, weight) => total + weight, 0);
  if (sum !== 100)
    problems.add("traffic", traffic, `weights that add up to 100; these add up to ${String(sum)}`);
}

function capacityOf({ capacity, spotPercent }: Settings, orchestrator: Side["orchestrator"]): Capacity {
  const type: CapacityType = typeof capacity === "string" ? capacity : (capacity[orchestrator] ?? "fargate");
  switch (type) {
    case "fargate":
      return { type, spotPercent };
  }
}
