import { randomInt } from "node:crypto";
import type { ServiceSpec } from "./desired.js";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html */
export type RolloutState = "IN_PROGRESS" | "COMPLETED" | "FAILED";

/** The change of a service to a revision, and what became of it. */
export class Deployment {
  readonly id = `ecs-svc/${randomInt(1e9, 1e10)}${randomInt(1e8, 1e9)}`;
  rollout: RolloutState = "IN_PROGRESS";
  /** Tasks that failed in a row, before one was healthy. */
  failedTasks = 0;
  private notBefore = 0;

  /**
   * @param spec What its tasks run.
   * @param isGuarded Whether the circuit breaker may end it: not where the revision has already worked.
   */
  constructor(
    readonly spec: ServiceSpec,
    readonly isGuarded: boolean,
  ) {}

  /** Whether a task may be started now, or the last failures ask for patience. */
  get mayLaunch(): boolean {
    return this.rollout !== "FAILED" && Date.now() >= this.notBefore;
  }

  /** @param relaunchDelay Milliseconds to wait after so many failures in a row. */
  countFailure(relaunchDelay: (failures: number) => number): void {
    this.failedTasks++;
    this.notBefore = Date.now() + relaunchDelay(this.failedTasks);
  }

  resetFailures(): void {
    this.failedTasks = 0;
    this.notBefore = 0;
  }
}
