import { failureThreshold } from "./circuit-breaker.js";
import { Deployment } from "./deployment.js";
import type { ServiceSpec } from "./desired.js";
import { nextStep, type TaskView } from "./rolling-update.js";
import { ServiceEvents } from "./service-events.js";
import type { ServiceHistory } from "./service-history.js";
import type { ServiceStatus, Steadiness } from "./service-status.js";
import { Task, type TaskHost } from "./task.js";
import type { TimeScale } from "./time-scale.js";

export interface SchedulerHost extends TaskHost {
  readonly history: ServiceHistory;
  readonly timeScale: TimeScale;
}

/** A task of the service, and what the scheduler has noticed of it. */
interface Member {
  readonly task: Task;
  wasHealthy: boolean;
  /** Whether its failure, if it failed, has been counted. */
  isSettled: boolean;
}

/**
 * Keeps one service at its desired count and revision: a step at a time, each from what is, not from what was planned.
 * Services know nothing of each other.
 */
export class ServiceScheduler {
  /** Whether the service is no longer wanted. */
  isRemoved = false;
  private readonly members = new Set<Member>();
  private readonly events: ServiceEvents;
  private deployment: Deployment;
  private isSteady = false;
  private restarts = 0;
  private lastFailure = "";

  /** @param changed Called whenever one of its tasks changes its status. */
  constructor(
    private spec: ServiceSpec,
    private readonly host: SchedulerHost,
    private readonly changed: () => void,
  ) {
    this.events = new ServiceEvents(spec.name);
    this.deployment = this.deploy();
  }

  /** Takes up a changed specification; undefined where the service is no longer wanted. */
  update(spec: ServiceSpec | undefined): void {
    this.isRemoved = spec === undefined;
    if (!spec) return;
    const isNew = spec.revision !== this.spec.revision;
    this.spec = spec;
    if (isNew) this.deployment = this.deploy();
  }

  /** Whether the service is no longer wanted and its last task has stopped. */
  get isDrained(): boolean {
    return this.isRemoved && this.members.size === 0;
  }

  /** Does what can be done now. Called after every change and, for what only time brings, again and again. */
  step(): void {
    this.notice();
    if (this.isRemoved) {
      for (const { task } of this.members) this.stop(task, "Service was deleted");
      return;
    }
    const views = [...this.members].filter(({ task }) => !task.isLeaving).map((member) => this.view(member));
    const { start, replace, retire } = nextStep(views, this.spec);
    for (const { member } of replace) this.replace(member);
    for (const { member } of retire) {
      this.stop(member.task, `Scaling activity initiated by (deployment ${this.deployment.id})`);
    }
    if (this.deployment.mayLaunch) for (let count = 0; count < start; count++) this.launch();
    this.conclude();
  }

  steadiness(): Steadiness {
    const { failed } = this.host.history.recall(this.spec.id);
    if (failed?.revision === this.spec.revision) return { state: "failed", reason: failed.reason };
    const { desiredCount } = this.spec;
    const healthy = [...this.members].filter((member) => this.isCurrent(member) && isHealthy(member)).length;
    const others = this.members.size - healthy;
    if (this.deployment.rollout === "COMPLETED" && healthy === desiredCount && others === 0) {
      return { state: "steady" };
    }
    const failure = this.lastFailure === "" ? "" : ` Last failed task: ${this.lastFailure}`;
    const progress = `${healthy} of ${desiredCount} tasks are healthy, ${others} others are starting or stopping.`;
    return { state: "waiting", progress: progress + failure };
  }

  status(): ServiceStatus {
    const { id, name, cluster, desiredCount } = this.spec;
    return {
      ...{ id, name, cluster, desiredCount },
      revision: this.deployment.spec.revision,
      rolloutState: this.deployment.rollout,
      restarts: this.restarts,
      tasks: [...this.members].map(({ task }) => task.report()),
      events: this.events.list(),
    };
  }

  /** Ends all tasks at once. */
  async kill(): Promise<void> {
    await Promise.all([...this.members].map(({ task }) => task.kill()));
  }

  /**
   * What the service should move to: the desired revision, or, where that has failed, the last good one. Without
   * rollback ECS only lets the tasks of the last good one be; keeping their number does no more for the program.
   */
  private deploy(): Deployment {
    const { id, revision } = this.spec;
    const { good, failed } = this.host.history.recall(id);
    if (failed?.revision === revision) {
      if (good) return new Deployment(good, false);
      const halted = new Deployment(this.spec, true);
      halted.rollout = "FAILED";
      return halted;
    }
    if (failed) this.host.history.remember(id, good ? { good } : {});
    this.lastFailure = "";
    return new Deployment(this.spec, good?.revision !== revision);
  }

  /** Takes note of what happened to the tasks since the last step. */
  private notice(): void {
    for (const member of this.members) {
      const { task } = member;
      task.publish();
      if (!member.wasHealthy && task.health === "healthy") {
        member.wasHealthy = true;
        if (this.isCurrent(member)) this.deployment.resetFailures();
      }
      if (task.status !== "STOPPED") continue;
      this.members.delete(member);
      if (!member.isSettled) this.settleFailure(member);
    }
  }

  private view(member: Member): TaskView & { readonly member: Member } {
    const { task, wasHealthy } = member;
    const grace = this.host.timeScale.gracePeriod(this.spec.healthCheckGracePeriodSeconds);
    return {
      member,
      isCurrent: this.isCurrent(member),
      health: task.health,
      wasHealthy,
      inGracePeriod: Date.now() < task.createdAt + grace,
    };
  }

  private launch(): void {
    const task = new Task({ ...this.spec, ...workOf(this.deployment.spec) }, this.host, this.changed);
    this.members.add({ task, wasHealthy: false, isSettled: false });
    this.isSteady = false;
    this.events.add(`has started 1 tasks: (task ${task.id}).`);
    void task.start();
  }

  private stop(task: Task, reason: string): void {
    if (task.isLeaving) return;
    for (const member of this.members) if (member.task === task) member.isSettled = true;
    this.isSteady = false;
    this.events.add(`has stopped 1 running tasks: (task ${task.id}).`);
    void task.stop(reason);
  }

  private replace(member: Member): void {
    const [{ arn } = { arn: "none" }] = member.task.spec.targetGroups;
    this.stop(member.task, `Task failed ELB health checks in (target-group ${arn})`);
    this.settleFailure(member);
  }

  private settleFailure(member: Member): void {
    const { task, wasHealthy } = member;
    member.isSettled = true;
    this.isSteady = false;
    this.restarts++;
    this.lastFailure = `${task.stoppedReason ?? "unknown"} (task ${task.id}).`;
    this.events.add(`task ${task.id} failed: ${this.lastFailure}`);
    if (!this.isCurrent(member) || wasHealthy) return;
    this.deployment.countFailure((failures) => this.host.timeScale.relaunchDelay(failures));
    if (this.isBroken()) this.fail();
  }

  private isBroken(): boolean {
    const { isGuarded, rollout, failedTasks } = this.deployment;
    const enabled = this.spec.deployment.circuitBreaker.enable && isGuarded && rollout === "IN_PROGRESS";
    return enabled && failedTasks >= failureThreshold(this.spec.desiredCount);
  }

  /** The circuit breaker trips: the revision is given up, and, if so configured, the last good one returns. */
  private fail(): void {
    const { id, name, revision } = this.spec;
    const reason =
      `(service ${name}) (deployment ${this.deployment.id}) deployment failed: tasks failed to start. ` +
      `Last failed task: ${this.lastFailure}`;
    this.events.add(`(deployment ${this.deployment.id}) deployment failed: tasks failed to start.`);
    this.host.history.remember(id, { ...this.host.history.recall(id), failed: { revision, reason } });
    this.deployment = this.deploy();
    if (this.spec.deployment.circuitBreaker.rollback && this.deployment.rollout !== "FAILED") {
      this.events.add(`rolling back to (deployment ${this.deployment.id}).`);
    }
  }

  /** Completes the deployment once all that should run is healthy and nothing else runs. */
  private conclude(): void {
    const staying = [...this.members].filter(({ task }) => !task.isLeaving);
    const isDone =
      staying.length === this.spec.desiredCount &&
      staying.every((member) => this.isCurrent(member) && isHealthy(member));
    if (!isDone || this.deployment.rollout === "FAILED") return;
    if (this.deployment.rollout === "IN_PROGRESS") {
      this.deployment.rollout = "COMPLETED";
      this.events.add(`(deployment ${this.deployment.id}) deployment completed.`);
      const { failed } = this.host.history.recall(this.spec.id);
      const good = this.deployment.spec;
      this.host.history.remember(this.spec.id, failed ? { good, failed } : { good });
    }
    if (this.isSteady || staying.length !== this.members.size) return;
    this.isSteady = true;
    this.events.add("has reached a steady state.");
  }

  private isCurrent({ task }: Member): boolean {
    return task.spec.revision === this.deployment.spec.revision;
  }
}

function isHealthy({ task }: Member): boolean {
  return task.health === "healthy";
}

/** What of a specification a revision stands for; the rest is taken up without new tasks. */
function workOf({ revision, task, targetGroups, discovery }: ServiceSpec) {
  return { revision, task, targetGroups, discovery };
}
