import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { processIdentity } from "./process-facts.js";

/**
 * The processes that this runtime started and that have not ended yet, on disk: a runtime that was killed left them
 * written down, and the next one ends them.
 */
export class ProcessLedger {
  /** @param directory Folder with one file per process, named by its id, holding its identity. */
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  add(pid: number): void {
    const identity = processIdentity(pid);
    if (identity !== undefined) writeFileSync(this.file(pid), identity);
  }

  remove(pid: number): void {
    rmSync(this.file(pid), { force: true });
  }

  /**
   * Kills the process groups that an earlier runtime left behind, and waits until they are gone.
   *
   * @returns Ids of the processes that were still there.
   * @throws Error where one is still alive after five seconds.
   */
  async endSurvivors(): Promise<readonly number[]> {
    const recorded = readdirSync(this.directory).map(Number).filter(Number.isInteger);
    const survivors = recorded.filter((pid) => this.isAlive(pid));
    for (const pid of survivors) killGroup(pid, "SIGKILL");
    const deadline = Date.now() + 5000;
    for (const pid of survivors) {
      while (this.isAlive(pid)) {
        if (Date.now() > deadline)
          throw new Error(`Process ${pid} of an earlier sandbox does not end: end it by hand.`);
        await sleep(20);
      }
    }
    for (const pid of recorded) this.remove(pid);
    return survivors;
  }

  private isAlive(pid: number): boolean {
    const identity = processIdentity(pid);
    return identity !== undefined && identity === readFileSync(this.file(pid), "utf8");
  }

  private file(pid: number): string {
    return join(this.directory, String(pid));
  }
}

/** Sends a signal to a process and all it has started; what is gone already is left alone. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
