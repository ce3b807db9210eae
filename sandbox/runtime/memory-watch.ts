import { residentMemory } from "./process-facts.js";

const mebibyte = 1024 * 1024;
/** Real milliseconds between two samples. */
const interval = 250;

/** Samples the resident memory of processes, and tells of those that are above their limit. */
export class MemoryWatch {
  private readonly watched = new Map<number, { readonly limit: number; readonly exceeded: () => void }>();
  private timer: NodeJS.Timeout | undefined;

  start(): void {
    this.timer = setInterval(() => this.sample(), interval).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /**
   * @param pid Process to watch until it is forgotten.
   * @param memoryMib Limit in MiB.
   * @param exceeded Called once, when a sample is above the limit.
   */
  watch(pid: number, memoryMib: number, exceeded: () => void): void {
    this.watched.set(pid, { limit: memoryMib * mebibyte, exceeded });
  }

  forget(pid: number): void {
    this.watched.delete(pid);
  }

  private sample(): void {
    for (const [pid, { limit, exceeded }] of this.watched) {
      const memory = residentMemory(pid);
      if (memory === undefined || memory <= limit) continue;
      this.forget(pid);
      exceeded();
    }
  }
}
