import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { ServiceSpec } from "./desired.js";

/** What is remembered of a service beyond the life of the runtime. */
export interface ServiceMemory {
  /** What ran when the last deployment was completed; a rollback returns to it. */
  readonly good?: ServiceSpec;
  /** The revision whose deployment failed last, and why; it is not tried again. */
  readonly failed?: { readonly revision: string; readonly reason: string };
}

/** The memory of all services, in one file. */
export class ServiceHistory {
  private readonly memories: Map<string, ServiceMemory>;

  /** @param file Path of the JSON file; it need not exist. */
  constructor(private readonly file: string) {
    this.memories = new Map(Object.entries(read(file)));
  }

  /** @param id The service's id. */
  recall(id: string): ServiceMemory {
    return this.memories.get(id) ?? {};
  }

  remember(id: string, memory: ServiceMemory): void {
    this.memories.set(id, memory);
    this.write();
  }

  forget(id: string): void {
    if (this.memories.delete(id)) this.write();
  }

  private write(): void {
    // Renamed, so that a reader never sees half a file.
    writeFileSync(`${this.file}.new`, JSON.stringify(Object.fromEntries(this.memories), undefined, 2));
    renameSync(`${this.file}.new`, this.file);
  }
}

function read(file: string): Record<string, ServiceMemory> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, ServiceMemory>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}
