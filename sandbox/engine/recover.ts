import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation";
import { isAlive, type Daemon, type ExistingResource } from "../daemon/client.js";
import type { SandboxHome } from "../home.js";
import { processIdentity } from "../runtime/process-facts.js";
import { isLocked, readCheckpoint } from "./checkpoint.js";
import { engineRecord } from "./command.js";
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
 * Does what Pulumi asks for after an interrupted operation: releases the stack's lock, and completes or clears each
 * operation that is pending. A resource that was being created and exists is taken into the state, by `pulumi stack
 * export` and `import`; what did not come to exist is created by the next `up`. Interrupted updates and deletions are
 * repeated by it.
 */
export async function recoverStack(
  home: SandboxHome,
  stack: Stack,
  daemon: Daemon,
  progress: Progress,
): Promise<void> {
  if (isLocked(home)) await stack.cancel();
  const pending = readCheckpoint(home)?.pending_operations ?? [];
  if (pending.length === 0) return;
  progress(`Recovering from an interrupted operation: ${pending.length} pending …`);
  const exported = await stack.exportStack();
  const deployment = completed(exported.deployment as Deployment, await daemon.resources());
  await stack.importStack({ ...exported, deployment });
}

interface Deployment {
  readonly resources?: readonly object[];
  readonly pending_operations?: readonly PendingOperation[];
}

interface PendingOperation {
  readonly type: string;
  readonly resource: { readonly urn: string; readonly custom: boolean };
}

/** The deployment with nothing pending. Whatever an interrupted creation depends on is in the state before it. */
function completed(deployment: Deployment, existing: readonly ExistingResource[]): Deployment {
  const created = (deployment.pending_operations ?? []).filter(({ type }) => type === "creating");
  const adopted = created.flatMap(({ resource }) => {
    if (!resource.custom) return [resource];
    return existing
      .filter(({ urn }) => urn === resource.urn)
      .map(({ id, outputs }) => ({ ...resource, id, outputs }));
  });
  return { ...deployment, resources: [...(deployment.resources ?? []), ...adopted], pending_operations: [] };
}

function abandonedEngine(home: SandboxHome): number | undefined {
  if (!existsSync(home.engine)) return undefined;
  const { pid, identity } = engineRecord.parse(JSON.parse(readFileSync(home.engine, "utf8")));
  return processIdentity(pid) === identity ? pid : undefined;
}
