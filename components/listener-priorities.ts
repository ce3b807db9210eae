import { createHash } from "node:crypto";
import type { Orchestrator } from "./orchestrator.js";

/** Order in which the load balancer tries the rules of one service; lower is earlier. */
export type ListenerPriorities = Readonly<Record<Orchestrator | "traffic", number>>;

// A listener's priorities go from 1 to 50000, and two rules never share one:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
const slots = 10_000;

/**
 * The listener-rule priorities of one service: the only place where they are given out. They follow from the name
 * alone, so that a service keeps its own whatever joins or leaves the catalogue; side rules come before every traffic
 * rule. Paths do not overlap, so the order of the services among themselves does not matter.
 *
 * @param service name of the service
 */
export function listenerPriorities(service: string): ListenerPriorities {
  const slot = 1 + (createHash("sha256").update(service).digest().readUInt32BE() % slots);
  return { ecs: slot, eks: slots + slot, traffic: 2 * slots + slot };
}
