import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { processIdentity } from "../../../sandbox/runtime/process-facts.js";

/**
 * Waits until a condition holds.
 *
 * @throws Error naming it where it does not hold within ten seconds.
 */
export async function until(what: string, condition: () => unknown): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await sleep(20);
  }
}

export function isAlive(pid: number): boolean {
  return processIdentity(pid) !== undefined;
}

/** Whether something listens on a port of 127.0.0.1. */
export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket
      .on("connect", () => resolve(true))
      .on("error", () => resolve(false))
      .on("connect", () => socket.destroy());
  });
}
