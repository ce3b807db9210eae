import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { killGroup, type ProcessLedger } from "./process-ledger.js";

/** How a process ended: with an exit code, or by a signal. */
export interface ProcessEnd {
  /** As a shell has it: 128 and the signal's number where a signal ended it. */
  readonly code: number;
}

export interface GuardedProcessOptions {
  /** Arguments of Node.js: options, then the entry file. */
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Working folder. */
  readonly cwd: string;
  readonly ledger: ProcessLedger;
}

/**
 * A Node.js process that cannot outlive this one: it is the first of its own process group, written down in the ledger
 * while it lives, and holds the end of a pipe (file descriptor 3) that closes when this process goes, however it goes;
 * `parent-guard.cjs` acts on that.
 */
export class GuardedProcess {
  readonly pid: number;
  readonly output: readonly Readable[];
  /** Resolves once it has ended, all that it printed has been read, and its group is gone. */
  readonly ended: Promise<ProcessEnd>;
  private readonly guard: { destroy(): unknown };
  private alive = true;

  /** @throws Error where the system cannot start a process. */
  constructor({ args, env, cwd, ledger }: GuardedProcessOptions) {
    const child = spawn(process.execPath, args, {
      env: { ...env },
      cwd,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    // Where it cannot be started the pid is missing, and the error comes as an event as well.
    child.on("error", () => undefined);
    if (child.pid === undefined) throw new Error(`The system cannot start a process in ${cwd}.`);
    this.pid = child.pid;
    ledger.add(this.pid);
    const [, output, errors, guard] = child.stdio as [null, Readable, Readable, Readable, null];
    this.output = [output, errors];
    this.guard = guard.on("error", () => undefined);
    this.ended = new Promise((resolve) => {
      child.once("exit", () => {
        this.alive = false;
        // What the program has left behind ends with it, as in a container.
        killGroup(this.pid, "SIGKILL");
        ledger.remove(this.pid);
      });
      child.once("close", (code, signal) => resolve({ code: code ?? 128 + signalNumber(signal) }));
    });
  }

  get isAlive(): boolean {
    return this.alive;
  }

  /** Sends a signal to the process itself, as a container's init gets it. */
  signal(name: NodeJS.Signals): void {
    if (this.alive) process.kill(this.pid, name);
  }

  /** Ends the process and all that it has started, at once. */
  kill(): void {
    if (this.alive) killGroup(this.pid, "SIGKILL");
  }

  /** Closes the guarding pipe: the process ends itself in its own orderly way. */
  release(): void {
    this.guard.destroy();
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === null ? 0 : constants.signals[signal];
}
