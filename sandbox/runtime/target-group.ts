import { setTimeout as sleep } from "node:timers/promises";
import type { TargetGroupSpec } from "./desired.js";
import { checkHealth, type HealthCheckResult } from "./health-check.js";
import type { TimeScale } from "./time-scale.js";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export type TargetState = "initial" | "healthy" | "unhealthy" | "draining" | "unused";

/** Where a target listens. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface TargetHealth extends Endpoint {
  readonly state: TargetState;
  /** Why it is not healthy. */
  readonly reason?: string;
}

interface Target extends Endpoint {
  state: Exclude<TargetState, "unused">;
  reason: string | undefined;
  /** Health checks in a row that passed, or, below zero, that failed. */
  streak: number;
  /** Ends the health checks. */
  readonly departure: AbortController;
}

/** A target group: what is registered in it, and how healthy each target is. */
export class TargetGroup {
  private readonly targets = new Map<string, Target>();
  private readonly draining = new Map<string, Promise<void>>();
  private inUse = false;

  /** @param changed Called after every change that matters to a load balancer or an orchestrator. */
  constructor(
    private spec: TargetGroupSpec,
    private readonly timeScale: TimeScale,
    private readonly changed: () => void,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  /**
   * @param inUse Whether a rule or a default action refers to the group; health checks run only then, and begin anew
   *   when it comes into use.
   */
  update(spec: TargetGroupSpec, inUse: boolean): void {
    this.spec = spec;
    if (inUse === this.inUse) return;
    this.inUse = inUse;
    for (const target of this.targets.values()) {
      if (target.state === "draining") continue;
      Object.assign(target, { state: "initial", reason: undefined, streak: 0 });
    }
    this.changed();
  }

  /** Adds a target, whose health checks begin. One that is registered already stays as it is. */
  register(endpoint: Endpoint): void {
    const key = keyOf(endpoint);
    if (this.targets.has(key)) return;
    const target: Target = {
      ...endpoint,
      state: "initial",
      reason: undefined,
      streak: 0,
      departure: new AbortController(),
    };
    this.targets.set(key, target);
    this.changed();
    void this.watch(target);
  }

  /** Lets a target drain: it gets no new request, and is gone when the promise resolves. */
  deregister(endpoint: Endpoint): Promise<void> {
    const key = keyOf(endpoint);
    const target = this.targets.get(key);
    if (!target) return Promise.resolve();
    const drained = this.draining.get(key) ?? this.drain(key, target);
    this.draining.set(key, drained);
    return drained;
  }

  /**
   * Where requests may go: to the healthy targets, or, where none is healthy, to all of them ("fails open"); never to
   * one that drains.
   */
  routable(): readonly Endpoint[] {
    const staying = [...this.targets.values()].filter(({ state }) => state !== "draining");
    const healthy = staying.filter(({ state }) => state === "healthy");
    return (healthy.length > 0 ? healthy : staying).map(({ address, port }) => ({ address, port }));
  }

  health(): readonly TargetHealth[] {
    return [...this.targets.values()].map(({ address, port, state, reason }) => {
      if (!this.inUse && state !== "draining") return { address, port, state: "unused", reason: notInUse };
      return { address, port, state, ...(reason === undefined ? {} : { reason }) };
    });
  }

  healthOf(endpoint: Endpoint): TargetHealth | undefined {
    return this.health().find((target) => keyOf(target) === keyOf(endpoint));
  }

  /** Forgets all targets at once. */
  close(): void {
    for (const { departure } of this.targets.values()) departure.abort();
    this.targets.clear();
    this.changed();
  }

  private async drain(key: string, target: Target): Promise<void> {
    Object.assign(target, { state: "draining", reason: "Target deregistration is in progress" });
    this.changed();
    const delay = this.timeScale.deregistrationDelay(this.spec.deregistrationDelaySeconds);
    await sleep(delay, undefined, { signal: target.departure.signal }).catch(() => undefined);
    target.departure.abort();
    this.targets.delete(key);
    this.draining.delete(key);
    this.changed();
  }

  /** Checks a target again and again until it departs. A draining target is checked no more. */
  private async watch(target: Target): Promise<void> {
    const { signal } = target.departure;
    while (!signal.aborted && target.state !== "draining") {
      if (this.inUse) {
        const timeout = this.timeScale.healthCheckTimeout(this.spec.healthCheck.timeoutSeconds);
        this.count(target, await checkHealth(target.address, target.port, this.spec.healthCheck, timeout));
      }
      const interval = this.timeScale.healthCheckInterval(this.spec.healthCheck.intervalSeconds);
      await sleep(interval, undefined, { signal }).catch(() => undefined);
    }
  }

  private count(target: Target, result: HealthCheckResult): void {
    if (!this.inUse || target.state === "draining") return;
    const { healthyThreshold, unhealthyThreshold } = this.spec.healthCheck;
    target.streak = result.passed ? Math.max(target.streak, 0) + 1 : Math.min(target.streak, 0) - 1;
    const before = target.state;
    if (result.passed && target.streak >= healthyThreshold) {
      Object.assign(target, { state: "healthy", reason: undefined });
    }
    if (!result.passed && -target.streak >= unhealthyThreshold) {
      Object.assign(target, { state: "unhealthy", reason: result.reason });
    }
    if (target.state !== before) this.changed();
  }
}

const notInUse = "Target group is not configured to receive traffic from the load balancer";

function keyOf({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}
