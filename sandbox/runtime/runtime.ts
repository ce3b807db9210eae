import { EventEmitter, once } from "node:events";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Desired, ImageStore } from "./desired.js";
import { DynamoDb } from "./dynamodb.js";
import { LoadBalancing, type LoadBalancerStatus, type TargetGroupStatus } from "./load-balancing.js";
import { LogStore, type LogEvent, type ReadLogsOptions } from "./log-store.js";
import { LoopbackAddresses } from "./loopback-addresses.js";
import { MemoryWatch } from "./memory-watch.js";
import { NameServer } from "./name-server.js";
import { ProcessLedger } from "./process-ledger.js";
import { ServiceHistory } from "./service-history.js";
import type { ServiceStatus } from "./service-status.js";
import { Services } from "./services.js";
import type { TargetHealth } from "./target-group.js";
import { TimeScale } from "./time-scale.js";

export interface RuntimeOptions {
  /** The runtime's own folder: data of the tables, logs, records of processes. Only one runtime may use it. */
  readonly directory: string;
  /** Where the images are that tasks run. */
  readonly images: ImageStore;
  /** What should be running; asked on every reconciliation. A table that is missing here is deleted with its data. */
  readonly desired: () => Desired;
  /** How many times faster than AWS the runtime is; default 10. */
  readonly timeScale?: number;
  /** Real seconds before a task's failing health checks count, at least; default 10. */
  readonly minimumGracePeriodSeconds?: number;
  /** Host port of the load balancer's port 80, 0 for any free one; default 8080. Other ports: see {@link HostPorts}. */
  readonly port?: number;
  /** Region that tasks are told they are in; default us-east-1. */
  readonly region?: string;
}

/** What is running. */
export interface RuntimeStatus {
  readonly loadBalancers: readonly LoadBalancerStatus[];
  readonly targetGroups: readonly TargetGroupStatus[];
  readonly services: readonly ServiceStatus[];
  /** Names of the tables. */
  readonly tables: readonly string[];
  readonly dynamodbEndpoint: string;
}

/** Real milliseconds after which everything is looked at again, for what only time brings. */
const tick = 200;
/** Real milliseconds after which a reconciliation that met a problem is tried again. */
const retry = 2000;

/** Makes what is desired run: load balancers, tasks as processes, names, tables. */
export class Runtime {
  private readonly moments = new EventEmitter().setMaxListeners(0);
  private readonly ledger: ProcessLedger;
  private readonly addresses = new LoopbackAddresses();
  private readonly names = new NameServer();
  private readonly memory = new MemoryWatch();
  private readonly logs: LogStore;
  private readonly dynamodb: DynamoDb;
  private readonly loadBalancing: LoadBalancing;
  private readonly services: Services;
  private state: "new" | "running" | "stopped" = "new";
  private reconciling: Promise<void> = Promise.resolve();
  private waiting: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;
  private isAwake = false;
  private ticker: NodeJS.Timeout | undefined;
  private retrial: NodeJS.Timeout | undefined;

  constructor(private readonly options: RuntimeOptions) {
    const {
      directory,
      images,
      timeScale = 10,
      minimumGracePeriodSeconds,
      port = 8080,
      region = "us-east-1",
    } = options;
    mkdirSync(directory, { recursive: true });
    const scale = new TimeScale(timeScale, minimumGracePeriodSeconds);
    const wake = () => this.wake();
    const report = (problem: string) => this.report(problem);
    this.ledger = new ProcessLedger(join(directory, "processes"));
    this.logs = new LogStore(join(directory, "logs"));
    this.dynamodb = new DynamoDb(join(directory, "dynamodb"), this.ledger, report);
    this.loadBalancing = new LoadBalancing(port, scale, wake);
    const host = {
      images,
      ledger: this.ledger,
      logs: this.logs,
      memory: this.memory,
      addresses: this.addresses,
      names: this.names,
      timeScale: scale,
      history: new ServiceHistory(join(directory, "services.json")),
      targetGroup: (arn: string) => this.loadBalancing.targetGroup(arn),
      surroundings: () => ({
        region,
        dynamodbEndpoint: this.dynamodb.endpoint,
        nameServer: this.names.address,
      }),
    };
    this.services = new Services(host, wake, report);
  }

  /**
   * Ends what an earlier runtime of this folder left behind, then starts all that is desired.
   *
   * @throws Error on a system without loopback addresses for tasks, or where DynamoDB cannot be started.
   */
  async start(): Promise<void> {
    if (this.state !== "new") throw new Error(`The runtime is ${this.state}: a runtime is started once.`);
    try {
      this.addresses.release(await this.addresses.lease());
      for (const pid of await this.ledger.endSurvivors()) {
        this.report(`Ended process ${pid} of an earlier runtime.`);
      }
      await this.dynamodb.start();
      await this.names.start();
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.memory.start();
    this.state = "running";
    this.ticker = setInterval(() => this.wake(), tick);
    await this.reconcile();
  }

  /** Ends every process and closes every port, within a few seconds. Data, logs and records stay in the folder. */
  stop(): Promise<void> {
    this.stopping ??= this.end();
    return this.stopping;
  }

  /**
   * Makes what is desired so. Called after every change; many calls in a row are one. Resolves when what was desired at
   * the time of the call has been taken up, which is long before it runs. Never throws: problems are reported in
   * `runtime.log`, and it tries again by itself.
   */
  reconcile(): Promise<void> {
    if (this.state !== "running") return Promise.resolve();
    this.waiting ??= this.reconciling.then(() => {
      this.waiting = undefined;
      this.reconciling = this.apply();
      return this.reconciling;
    });
    return this.waiting;
  }

  /**
   * Resolves when the service's deployment is complete: the desired count of tasks runs its revision, all of them healthy
   * in their target groups, and no other task is left.
   *
   * @throws Error in ECS's words where the circuit breaker has ended the deployment, where there is no such service, and
   *   where the signal aborts; the last tells how far it has come.
   */
  async waitForSteadyState(serviceId: string, signal?: AbortSignal): Promise<void> {
    await this.reconcile();
    for (;;) {
      const steadiness = this.services.steadiness(serviceId);
      if (!steadiness) throw new Error(`ServiceNotFoundException: Service ${serviceId} not found.`);
      if (steadiness.state === "steady") return;
      if (steadiness.state === "failed") throw new Error(steadiness.reason);
      await this.nextMoment(`Service ${serviceId} has no steady state: ${steadiness.progress}`, signal);
    }
  }

  /**
   * Resolves when a service that is no longer desired has no task left.
   *
   * @throws Error where the service is desired, and where the signal aborts.
   */
  async drained(serviceId: string, signal?: AbortSignal): Promise<void> {
    await this.reconcile();
    while (this.services.has(serviceId)) {
      if (this.services.isWanted(serviceId))
        throw new Error(`Service ${serviceId} is desired: it does not drain.`);
      await this.nextMoment(`Service ${serviceId} still has tasks.`, signal);
    }
  }

  /** The targets of a target group; none where there is no such group. */
  targetHealth(targetGroupArn: string): readonly TargetHealth[] {
    return this.loadBalancing.targetGroup(targetGroupArn)?.health() ?? [];
  }

  status(): RuntimeStatus {
    return {
      ...this.loadBalancing.status(),
      services: this.services.status(),
      tables: this.options.desired().tables.map(({ name }) => name),
      dynamodbEndpoint: this.dynamodbEndpoint,
    };
  }

  /** What tasks have printed, oldest first, and, if asked to follow, what they will print. */
  readLogs(options: ReadLogsOptions = {}): AsyncIterable<LogEvent> {
    return this.logs.read(options);
  }

  get dynamodbEndpoint(): string {
    return this.dynamodb.endpoint;
  }

  private async end(): Promise<void> {
    this.state = "stopped";
    clearInterval(this.ticker);
    this.memory.stop();
    await this.reconciling;
    clearTimeout(this.retrial);
    await this.loadBalancing.close();
    await this.services.kill();
    await this.dynamodb.stop();
    await this.names.stop();
    this.moments.emit("step");
  }

  private async apply(): Promise<void> {
    clearTimeout(this.retrial);
    if (this.state !== "running") return;
    const succeeded = [
      await this.attempt(({ tables }) => this.dynamodb.sync(tables)),
      await this.attempt(({ loadBalancers, targetGroups }) =>
        this.loadBalancing.sync(loadBalancers, targetGroups),
      ),
      await this.attempt(({ services }) => this.services.sync(services)),
    ];
    this.wake();
    if (succeeded.every(Boolean)) return;
    this.retrial = setTimeout(() => void this.reconcile(), retry);
  }

  /** Answers whether it worked; what did not is reported. */
  private async attempt(part: (desired: Desired) => Promise<void> | void): Promise<boolean> {
    try {
      await part(this.options.desired());
      return true;
    } catch (error) {
      this.report(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  /** Lets the services do their next step soon; many calls in a row are one. */
  private wake(): void {
    if (this.isAwake) return;
    this.isAwake = true;
    setImmediate(() => {
      this.isAwake = false;
      if (this.state !== "running") return;
      this.services.step();
      this.moments.emit("step");
    });
  }

  private async nextMoment(progress: string, signal: AbortSignal | undefined): Promise<void> {
    const gaveUp = (why: string) => new Error(`${progress} (${why})`);
    if (this.state !== "running") throw gaveUp("the runtime is stopped");
    try {
      await once(this.moments, "step", signal ? { signal } : {});
    } catch (error) {
      throw signal?.aborted ? gaveUp(String(signal.reason)) : error;
    }
  }

  private report(problem: string): void {
    const line = JSON.stringify({ timestamp: new Date().toISOString(), problem });
    appendFileSync(join(this.options.directory, "runtime.log"), `${line}\n`);
  }
}
