import type { ServiceSpec } from "./desired.js";
import { ServiceScheduler, type SchedulerHost } from "./service-scheduler.js";
import type { ServiceStatus, Steadiness } from "./service-status.js";

/** All services, each with a scheduler of its own. What goes wrong in one is reported and stays there. */
export class Services {
  private readonly schedulers = new Map<string, ServiceScheduler>();

  /**
   * @param changed Called whenever a task has changed.
   * @param report Told of what goes wrong.
   */
  constructor(
    private readonly host: SchedulerHost,
    private readonly changed: () => void,
    private readonly report: (problem: string) => void,
  ) {}

  sync(specs: readonly ServiceSpec[]): void {
    for (const [id, scheduler] of this.schedulers) scheduler.update(specs.find((spec) => spec.id === id));
    for (const spec of specs) {
      if (this.schedulers.has(spec.id)) continue;
      this.schedulers.set(spec.id, new ServiceScheduler(spec, this.host, this.changed));
    }
  }

  /** Lets every service do what it can do now, and forgets those that are gone. */
  step(): void {
    for (const [id, scheduler] of this.schedulers) {
      try {
        scheduler.step();
        if (!scheduler.isDrained) continue;
        this.schedulers.delete(id);
        this.host.history.forget(id);
      } catch (error) {
        this.report(`Service ${id}: ${error instanceof Error ? error.stack : String(error)}`);
      }
    }
  }

  /** Whether it is there, be it only to drain. */
  has(id: string): boolean {
    return this.schedulers.has(id);
  }

  isWanted(id: string): boolean {
    return this.schedulers.get(id)?.isRemoved === false;
  }

  /** Undefined where there is no such service, or it only drains. */
  steadiness(id: string): Steadiness | undefined {
    return this.isWanted(id) ? this.schedulers.get(id)?.steadiness() : undefined;
  }

  status(): readonly ServiceStatus[] {
    return [...this.schedulers.values()].map((scheduler) => scheduler.status());
  }

  /** Ends all tasks at once. */
  async kill(): Promise<void> {
    await Promise.all([...this.schedulers.values()].map((scheduler) => scheduler.kill()));
  }
}
