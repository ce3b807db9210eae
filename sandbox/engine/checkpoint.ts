import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { SandboxHome } from "../home.js";

const deployment = z.looseObject({
  resources: z
    .array(
      z.looseObject({
        urn: z.string(),
        type: z.string(),
        outputs: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
  pending_operations: z
    .array(z.looseObject({ type: z.string(), resource: z.looseObject({ urn: z.string() }) }))
    .optional(),
});

const file = z.looseObject({ checkpoint: z.looseObject({ latest: deployment.nullish() }) });

/** A stack's state as the engine wrote it last: its resources, and the operations that were interrupted. */
export type Checkpoint = z.infer<typeof deployment>;

/** Reads a stack's state from the file backend; undefined where the stack was never brought up. */
export function readCheckpoint(home: SandboxHome): Checkpoint | undefined {
  const stacks = join(home.backend, ".pulumi", "stacks");
  const found = filesBelow(stacks).find((path) => path.endsWith(`/${home.stack}.json`));
  if (found === undefined) return undefined;
  return file.parse(JSON.parse(readFileSync(found, "utf8"))).checkpoint.latest ?? undefined;
}

/** Whether a command holds the backend's lock of the stack, or was killed while it did. */
export function isLocked(home: SandboxHome): boolean {
  return filesBelow(join(home.backend, ".pulumi", "locks")).some((path) => path.endsWith(".json"));
}

function filesBelow(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).map((path) => join(directory, path));
}
