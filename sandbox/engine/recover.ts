import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation";
import { z } from "zod";
import { isAlive, type Daemon } from "../daemon/client.js";
import type { SandboxHome } from "../home.js";
import type { EngineCommand } from "./command.js";
import type { Progress } from "./find.js";

const pendingSchema = z.looseObject({
  pending_operations: z
    .array(z.looseObject({ type: z.string(), resource: z.looseObject({ urn: z.string() }) }))
    .optional(),
});

/** Ends an engine that outlived a command that was killed, so that it cannot write the state beside the next one. */
export async function endAbandonedEngine(home: SandboxHome, progress: Progress): Promise<void> {
  const pid = abandonedEngine(home);
  if (pid === undefined) return;
  progress("An earlier command was killed; waiting for its engine to finish what was under way …");
  process.kill(pid, "SIGINT");
  for (let waited = 0; isAlive(pid); waited += 100) {
    if (waited >= 15_000) process.kill(pid, "SIGKILL");
    await sleep(100);
  }
}

/**
 * Does what Pulumi asks for after an interrupted operation: releases the stack's lock, and tells the state of each
 * resource that was being created whether it exists, by importing it or by clearing it.
 */
export async function recoverStack(
  home: SandboxHome,
  stack: Stack,
  engine: EngineCommand,
  daemon: Daemon,
  progress: Progress,
): Promise<void> {
  await stack.cancel().catch(() => undefined);
  const { deployment } = await stack.exportStack();
  const pending = pendingSchema.parse(deployment ?? {}).pending_operations ?? [];
  if (pending.length === 0) return;
  progress(`Recovering from an interrupted operation: ${pending.length} pending …`);
  const existing = await daemon.resources();
  const imports = pending
    .filter(({ type }) => type === "creating")
    .flatMap(({ resource }) => existing.filter(({ urn }) => urn === resource.urn))
    .flatMap(({ urn, id }) => ["--import-pending-creates", urn, "--import-pending-creates", id]);
  const args = ["refresh", "--yes", "--skip-preview", "--stack", home.stack];
  if (imports.length > 0) await engine.run([...args, ...imports], home.workspace, stack.workspace.envVars);
  await engine.run([...args, "--clear-pending-creates"], home.workspace, stack.workspace.envVars);
}

function abandonedEngine(home: SandboxHome): number | undefined {
  try {
    const { pid } = z
      .strictObject({ pid: z.number().int() })
      .parse(JSON.parse(readFileSync(home.engine, "utf8")));
    return isAlive(pid) && runsPulumi(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** A process id may have been given to another program since; `ps` exists on Linux and macOS. */
function runsPulumi(pid: number): boolean {
  const { stdout } = spawnSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim().endsWith("pulumi");
}
