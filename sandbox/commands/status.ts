import { resolve } from "node:path";
import Table from "cli-table3";
import { Daemon, type DaemonStatus } from "../daemon/client.js";
import { sandboxHome } from "../home.js";
import type { StackOptions } from "./options.js";

/** What runs in a stack's sandbox; undefined where its daemon does not run. */
export async function status(options: StackOptions): Promise<DaemonStatus | undefined> {
  const daemon = await Daemon.find(sandboxHome(resolve(options.home), options.stack));
  return daemon?.status();
}

/** The tasks of a status as a table, one row a task. */
export function statusTable(found: DaemonStatus): string {
  const table = new Table({
    head: ["SERVICE", "TASK", "STATE", "HEALTH", "ADDRESS", "PID", "RESTARTS"],
    style: { head: [], border: [] },
  });
  for (const service of found.services) {
    for (const task of service.tasks) {
      table.push([
        service.name,
        task.id.slice(0, 8),
        task.status,
        task.health,
        task.address ?? "",
        task.pids.join(" "),
        service.restarts,
      ]);
    }
  }
  return table.toString();
}

/** Writes what containers printed; with `follow` until it is stopped. */
export async function logs(
  options: StackOptions & { readonly follow?: boolean },
  service: string | undefined,
  out: (text: string) => void,
): Promise<void> {
  const daemon = await Daemon.find(sandboxHome(resolve(options.home), options.stack));
  if (!daemon)
    throw new Error(
      `The sandbox of stack '${options.stack}' does not run; start it with npm run sandbox -- up`,
    );
  const stream = await daemon.logs({
    follow: options.follow ?? false,
    ...(service !== undefined && { service }),
  });
  const decoder = new TextDecoder();
  for await (const chunk of stream as AsyncIterable<Uint8Array>) out(decoder.decode(chunk, { stream: true }));
}
