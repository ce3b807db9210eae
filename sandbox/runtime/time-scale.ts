/**
 * The one factor by which the runtime is faster than AWS. Every wait that AWS makes on its own is divided by it; this
 * class lists them all, each a method that takes AWS's seconds and answers milliseconds of real time.
 *
 * Not divided, because a program's own clock runs against them: the stop timeout between SIGTERM and SIGKILL, the time
 * to live of address records, the load balancer's idle timeout.
 */
export class TimeScale {
  private readonly minimumGracePeriodMs: number;

  /**
   * @param factor How many times faster than AWS, at least 1.
   * @param minimumGracePeriodSeconds Real seconds that a task has at least before failing health checks count; a
   *   process needs real time to start, on a busy laptop several seconds. Default 10.
   * @throws RangeError where the factor is below 1.
   */
  constructor(
    private readonly factor: number,
    minimumGracePeriodSeconds = 10,
  ) {
    if (!(factor >= 1)) throw new RangeError(`The time scale is ${factor}: a number from 1 up is allowed.`);
    this.minimumGracePeriodMs = minimumGracePeriodSeconds * 1000;
  }

  /** How long a target drains before its task gets SIGTERM. */
  deregistrationDelay(seconds: number): number {
    return this.scaled(seconds);
  }

  /** From the end of one health check to the next; at least 200 ms, so that checks stay a small part of the load. */
  healthCheckInterval(seconds: number): number {
    return Math.max(this.scaled(seconds), 200);
  }

  /** How long one health check may take; at least 2 s, so that a busy laptop does not make healthy targets flap. */
  healthCheckTimeout(seconds: number): number {
    return Math.max(this.scaled(seconds), 2000);
  }

  /** How long after its start a task's failing health checks are overlooked. */
  gracePeriod(seconds: number): number {
    return Math.max(this.scaled(seconds), this.minimumGracePeriodMs);
  }

  /**
   * How long until the last of a load balancer's nodes knows a changed rule: 10 s of AWS's time. AWS only says that a
   * change takes effect after a short delay.
   */
  rulePropagation(): number {
    return this.scaled(10);
  }

  /** How long until the last of a load balancer's nodes knows a changed target: 1 s of AWS's time. */
  targetPropagation(): number {
    return this.scaled(1);
  }

  /**
   * How long the scheduler waits before it starts another task after failures in a row: none after the first, then
   * 10 s, doubled each time, at most 15 minutes.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
   */
  relaunchDelay(failures: number): number {
    return failures < 2 ? 0 : this.scaled(Math.min(10 * 2 ** (failures - 2), 15 * 60));
  }

  private scaled(seconds: number): number {
    return (seconds * 1000) / this.factor;
  }
}
