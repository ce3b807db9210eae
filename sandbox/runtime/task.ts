import { randomBytes } from "node:crypto";
import { Container, type ContainerEnd, type ContainerHost } from "./container.js";
import type { ServiceSpec } from "./desired.js";
import type { LoopbackAddresses } from "./loopback-addresses.js";
import type { NameServer } from "./name-server.js";
import type { TargetGroup } from "./target-group.js";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html */
export type TaskStatus = "PROVISIONING" | "RUNNING" | "DEACTIVATING" | "STOPPING" | "STOPPED";

/** What its target groups say of a task; `unknown` before they have made up their mind. */
export type TaskHealth = "unknown" | "healthy" | "unhealthy";

/** A task as it is. */
export interface TaskReport {
  readonly id: string;
  readonly revision: string;
  readonly status: TaskStatus;
  readonly health: TaskHealth;
  readonly address: string | undefined;
  /** Process ids of its containers that live. */
  readonly pids: readonly number[];
  readonly stoppedReason: string | undefined;
}

/** What tasks need of their surroundings. */
export interface TaskHost extends ContainerHost {
  readonly addresses: LoopbackAddresses;
  readonly names: NameServer;
  readonly targetGroup: (arn: string) => TargetGroup | undefined;
}

/**
 * A task: containers that share an address. It is registered in its target groups and found by its name while it runs;
 * before it is stopped it leaves both and drains.
 */
export class Task {
  readonly id = randomBytes(16).toString("hex");
  readonly createdAt = Date.now();
  status: TaskStatus = "PROVISIONING";
  address: string | undefined;
  /** Why it stopped or is about to, in ECS's words. */
  stoppedReason: string | undefined;
  exitCode: number | undefined;
  private containers: readonly Container[] = [];
  private departure: Promise<void> | undefined;

  /** @param changed Called whenever the status changes. */
  constructor(
    readonly spec: ServiceSpec,
    private readonly host: TaskHost,
    private readonly changed: () => void,
  ) {}

  report(): TaskReport {
    const { id, spec, status, health, address, stoppedReason } = this;
    const pids = this.containers.filter(({ isAlive }) => isAlive).map(({ pid }) => pid);
    return { id, revision: spec.revision, status, health, address, pids, stoppedReason };
  }

  /** Whether it is on its way out, or gone. */
  get isLeaving(): boolean {
    return this.status !== "PROVISIONING" && this.status !== "RUNNING";
  }

  /** A task without target groups is healthy once it runs. */
  get health(): TaskHealth {
    if (this.status !== "RUNNING") return "unknown";
    const states = this.endpoints().map(({ group, endpoint }) => group?.healthOf(endpoint)?.state);
    if (states.includes("unhealthy")) return "unhealthy";
    return states.every((state) => state === "healthy") ? "healthy" : "unknown";
  }

  /** Starts its containers. Never throws: a task that cannot start is stopped, with the reason. */
  async start(): Promise<void> {
    try {
      this.address = await this.host.addresses.lease();
      if (this.isLeaving) return this.releaseAddress();
      const identity = { service: this.spec.name, taskId: this.id, address: this.address };
      for (const container of this.spec.task.containers) {
        const started = new Container(container, this.host, identity);
        this.containers = [...this.containers, started];
        void started.ended.then((end) => this.containerEnded(started, end));
      }
    } catch (error) {
      this.crash(error instanceof Error ? error.message : String(error));
      return;
    }
    this.become("RUNNING");
    this.publish();
  }

  /** Makes sure that a running task is registered in its target groups and found by its name. */
  publish(): void {
    if (this.status !== "RUNNING" || this.address === undefined) return;
    for (const { group, endpoint } of this.endpoints()) group?.register(endpoint);
    const { discovery } = this.spec;
    if (!discovery) return;
    const { hostname, ttlSeconds, from = "running" } = discovery;
    if (from === "running" || this.health === "healthy") {
      this.host.names.register(hostname, ttlSeconds, this.address);
    } else if (this.health === "unhealthy") {
      this.host.names.deregister(hostname, this.address);
    }
  }

  /** Lets it leave, drain, and end; what is in flight finishes. Resolves when it has stopped. */
  async stop(reason: string): Promise<void> {
    if (!this.isLeaving) {
      this.stoppedReason = reason;
      this.become("DEACTIVATING");
      this.departure = this.end(this.leave());
    }
    await this.departure;
  }

  /** Ends it at once, whatever is in flight. Resolves when its processes are gone. */
  async kill(): Promise<void> {
    this.status = "STOPPED";
    for (const container of this.containers) container.kill();
    await Promise.all(this.containers.map(({ ended }) => ended));
  }

  private async end(drained: Promise<void>): Promise<void> {
    await drained;
    if (this.status !== "DEACTIVATING") return;
    this.become("STOPPING");
    await Promise.all(this.containers.map((container) => container.stop()));
    this.releaseAddress();
    this.become("STOPPED");
  }

  /** A container that is not essential may end; with an essential one the task ends. */
  private containerEnded(container: Container, { code, reason }: ContainerEnd): void {
    if (!container.spec.essential) return;
    this.exitCode ??= code;
    if (this.isLeaving) return;
    const why = reason ?? "Essential container in task exited";
    this.crash(`${why} (container ${container.spec.name}, exit code ${code})`);
  }

  private crash(reason: string): void {
    this.stoppedReason = reason;
    for (const container of this.containers) container.kill();
    this.become("STOPPED");
    this.departure = this.leave().then(() => this.releaseAddress());
  }

  /** Leaves its name at once and its target groups when drained; then the address is free for another task. */
  private async leave(): Promise<void> {
    const { address } = this;
    if (address === undefined) return;
    if (this.spec.discovery) this.host.names.deregister(this.spec.discovery.hostname, address);
    const registered = this.endpoints().flatMap(({ group, endpoint }) => group?.deregister(endpoint) ?? []);
    await Promise.all(registered);
  }

  private releaseAddress(): void {
    if (this.address !== undefined) this.host.addresses.release(this.address);
  }

  private endpoints() {
    const { address = "" } = this;
    return this.spec.targetGroups.map(({ arn, containerPort }) => ({
      group: this.host.targetGroup(arn),
      endpoint: { address, port: containerPort },
    }));
  }

  private become(status: TaskStatus): void {
    this.status = status;
    this.changed();
  }
}
