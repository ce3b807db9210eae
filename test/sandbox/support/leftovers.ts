import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";

/** Processes that name a folder in their command line or environment; a sandbox's processes all name its home. */
export function processesOf(folder: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => `${read(pid, "cmdline")}${read(pid, "environ")}`.includes(folder))
    .map((pid) => `${pid} ${read(pid, "cmdline")}`);
}

function read(pid: string, file: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** Whether something answers on a port of this machine. */
export async function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "localhost" });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
