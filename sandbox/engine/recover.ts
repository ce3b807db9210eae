import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation";
import { isAlive, type Daemon } from "../daemon/client.js";
import type { SandboxHome } from "../home.js";
import { processIdentity } from "../runtime/process-facts.js";
import { isLocked, readCheckpoint } from "./checkpoint.js";
import { engineRecord, type EngineCommand } from "./command.js";
import type { Progress } from "./find.js";

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
  if (isLocked(home)) await stack.cancel();
  const pending = readCheckpoint(home)?.pending_operations ?? [];
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
  if (!existsSync(home.engine)) return undefined;
  const { pid, identity } = engineRecord.parse(JSON.parse(readFileSync(home.engine, "utf8")));
  return processIdentity(pid) === identity ? pid : undefined;
}
