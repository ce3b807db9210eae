import type { ServiceSpec } from "./desired.js";
import type { TaskHealth } from "./task.js";

/** What the scheduler has to know of a task that is not leaving. */
export interface TaskView {
  /** Whether it runs the revision that the service should run. */
  readonly isCurrent: boolean;
  readonly health: TaskHealth;
  /** Whether it was ever healthy. */
  readonly wasHealthy: boolean;
  /** Whether it is so young that its failing health checks are overlooked. */
  readonly inGracePeriod: boolean;
}

/** How many tasks of the current revision to start, and which tasks to stop. */
export interface Step<T extends TaskView> {
  readonly start: number;
  /** They failed their health checks. */
  readonly replace: readonly T[];
  /** They are no longer needed. */
  readonly retire: readonly T[];
}

/**
 * The next step of a rolling update, and of keeping the desired count: never fewer healthy tasks than the minimum,
 * never more tasks than the maximum.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 *
 * A task that was healthy and fails its health checks is replaced first and stopped then, where the maximum allows:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-unhealthy-tasks.html
 *
 * @param tasks All tasks that are not leaving.
 */
export function nextStep<T extends TaskView>(
  tasks: readonly T[],
  { desiredCount, deployment }: Pick<ServiceSpec, "desiredCount" | "deployment">,
): Step<T> {
  const lower = Math.ceil((desiredCount * deployment.minimumHealthyPercent) / 100);
  const upper = Math.floor((desiredCount * deployment.maximumPercent) / 100);
  const healthy = tasks.filter(({ health }) => health === "healthy");
  const current = tasks.filter(({ isCurrent }) => isCurrent);
  const former = tasks.filter(({ isCurrent }) => !isCurrent);

  const failing = current.filter(({ health, inGracePeriod }) => health === "unhealthy" && !inGracePeriod);
  const promising = current.filter((task) => !failing.includes(task));
  const missing = Math.max(desiredCount - promising.length, 0);

  const currentHealthy = promising.filter(({ health }) => health === "healthy").length;
  const replaced = currentHealthy >= desiredCount || upper <= tasks.length;
  const replace = failing.filter(({ wasHealthy }) => !wasHealthy || replaced);

  const spareHealthy = Math.max(healthy.length - Math.min(lower, desiredCount), 0);
  const formerIdle = former.filter(({ health, wasHealthy }) => health === "unhealthy" || !wasHealthy);
  const formerServing = former.filter((task) => !formerIdle.includes(task));
  const surplus = [...promising]
    .sort((one, other) => Number(one.health === "healthy") - Number(other.health === "healthy"))
    .slice(0, Math.max(promising.length - desiredCount, 0));

  return {
    start: Math.min(missing, Math.max(upper - tasks.length + replace.length + formerIdle.length, 0)),
    replace,
    retire: [...formerIdle, ...formerServing.slice(0, spareHealthy), ...surplus],
  };
}
