import type { RolloutState } from "./deployment.js";
import type { ServiceEvent } from "./service-events.js";
import type { TaskReport } from "./task.js";

/** Whether a service is as it should be. */
export type Steadiness =
  | { readonly state: "steady" }
  | { readonly state: "waiting"; readonly progress: string }
  | { readonly state: "failed"; readonly reason: string };

/** A service as it runs. */
export interface ServiceStatus {
  readonly id: string;
  readonly name: string;
  readonly cluster: string;
  readonly desiredCount: number;
  /** Revision that its tasks run or are being replaced to run; after a rollback not the desired one. */
  readonly revision: string;
  readonly rolloutState: RolloutState;
  /** Tasks that failed since the runtime started. */
  readonly restarts: number;
  readonly tasks: readonly TaskReport[];
  readonly events: readonly ServiceEvent[];
}
