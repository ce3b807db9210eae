import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerSpec, ImageStore } from "./desired.js";
import { GuardedProcess } from "./guarded-process.js";
import type { LogStore } from "./log-store.js";
import type { MemoryWatch } from "./memory-watch.js";
import type { ProcessLedger } from "./process-ledger.js";
import { taskEnvironment, type TaskSurroundings } from "./task-environment.js";

/** What containers need of the machine that they run on. */
export interface ContainerHost {
  readonly images: ImageStore;
  readonly ledger: ProcessLedger;
  readonly logs: LogStore;
  readonly memory: MemoryWatch;
  readonly surroundings: () => TaskSurroundings;
}

/** Whose container it is. */
export interface ContainerIdentity {
  /** Name of the service. */
  readonly service: string;
  readonly taskId: string;
  /** The task's own address. */
  readonly address: string;
}

/** How a container ended. */
export interface ContainerEnd {
  readonly code: number;
  /** Why, where AWS knows more than the exit code tells. */
  readonly reason: string | undefined;
}

/** One container of a task: a process of its image's program. */
export class Container {
  readonly ended: Promise<ContainerEnd>;
  private readonly process: GuardedProcess;
  private reason: string | undefined;

  /** @throws Error whose message begins with `CannotPullContainerError` where there is no such image. */
  constructor(
    readonly spec: ContainerSpec,
    private readonly host: ContainerHost,
    identity: ContainerIdentity,
  ) {
    const entry = host.images.entryPoint(spec.image);
    this.process = new GuardedProcess({
      args: ["--require", preload, `--max-old-space-size=${heapLimit(spec)}`, entry],
      env: taskEnvironment(spec, identity.address, host.surroundings()),
      cwd: dirname(entry),
      ledger: host.ledger,
    });
    this.ended = this.run(identity);
  }

  get pid(): number {
    return this.process.pid;
  }

  get isAlive(): boolean {
    return this.process.isAlive;
  }

  /** SIGTERM, and SIGKILL if it has not ended within its stop timeout. */
  async stop(): Promise<void> {
    this.process.signal("SIGTERM");
    const impatience = new AbortController();
    const timeout = sleep(this.spec.stopTimeoutSeconds * 1000, undefined, { signal: impatience.signal });
    void timeout.then(
      () => this.kill(),
      () => undefined,
    );
    await this.ended;
    impatience.abort();
  }

  /** SIGKILL, to it and all that it has started. */
  kill(): void {
    this.process.kill();
  }

  private async run({ service, taskId }: ContainerIdentity): Promise<ContainerEnd> {
    const { pid } = this.process;
    this.host.memory.watch(pid, this.spec.memoryMib, () => {
      this.reason = "OutOfMemoryError: Container killed due to memory usage";
      this.kill();
    });
    const log = this.openLog(service, taskId);
    const { code } = await this.process.ended;
    log?.close();
    this.host.memory.forget(pid);
    return { code, reason: this.reason };
  }

  /** Without a log driver nobody reads what the container prints. */
  private openLog(service: string, taskId: string) {
    const { name, logGroup, logStreamPrefix } = this.spec;
    if (logGroup === undefined) {
      for (const source of this.process.output) source.on("error", () => undefined).resume();
      return undefined;
    }
    const logStream = [logStreamPrefix, name, taskId].filter((part) => part !== "").join("/");
    const log = this.host.logs.open({ service, logGroup, logStream });
    for (const source of this.process.output) log.consume(source);
    return log;
  }
}

const preload = join(__dirname, "task-preload.cjs");

/** Node.js itself needs about a quarter of a small container's memory besides its heap. In MiB. */
function heapLimit({ memoryMib }: ContainerSpec): number {
  return Math.max(Math.floor(memoryMib * 0.75), 16);
}
