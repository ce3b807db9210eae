import { resolve } from "node:path";
import Table from "cli-table3";
import { ConfigStore, qualified } from "../engine/config.js";
import { projectSettings } from "../engine/stack.js";
import { sandboxHome } from "../home.js";
import type { StackOptions } from "./options.js";

/** A sandboxed stack's config, and how the `config` commands change it. */
export class ConfigCommands {
  private readonly store: ConfigStore;
  private readonly project: string;

  constructor(projectDirectory: string, options: StackOptions) {
    this.store = new ConfigStore(sandboxHome(resolve(options.home), options.stack), projectDirectory);
    this.project = projectSettings(projectDirectory).name;
  }

  list(json: boolean): string {
    const values = this.store.effective();
    if (json) return JSON.stringify(values, undefined, 2);
    const table = new Table({ head: ["KEY", "VALUE"], style: { head: [], border: [] } });
    for (const [key, value] of Object.entries(values)) {
      table.push([
        key.replace(`${this.project}:`, ""),
        typeof value === "string" ? value : JSON.stringify(value),
      ]);
    }
    return table.toString();
  }

  /** @throws when the key has no value */
  get(key: string): string {
    const value = this.store.effective()[qualified(this.project, key)];
    if (value === undefined) throw new Error(`configuration key '${key}' not found`);
    return typeof value === "string" ? value : JSON.stringify(value);
  }

  set(key: string, value: string): void {
    this.store.set({ [qualified(this.project, key)]: value });
  }

  remove(key: string): void {
    this.store.remove(qualified(this.project, key));
  }
}
