import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { sandboxHome } from "../home.js";
import type { StackOptions } from "./options.js";

const checkpoint = z.looseObject({
  checkpoint: z.looseObject({
    latest: z
      .looseObject({
        resources: z
          .array(z.looseObject({ type: z.string(), outputs: z.record(z.string(), z.unknown()).optional() }))
          .optional(),
      })
      .nullish(),
  }),
});

/**
 * The stack's outputs, from its state on disk: neither the engine nor the daemon is needed.
 * @throws when the stack was never brought up, or has no output of this name
 */
export function output(options: StackOptions, name?: string): unknown {
  const outputs = readOutputs(sandboxHome(resolve(options.home), options.stack).backend, options.stack);
  if (!outputs)
    throw new Error(`Stack '${options.stack}' has no outputs: bring it up first, with npm run sandbox -- up`);
  if (name === undefined) return outputs;
  if (!(name in outputs)) {
    throw new Error(
      `Stack '${options.stack}' has no output '${name}'; it has ${Object.keys(outputs).join(", ")}`,
    );
  }
  return outputs[name];
}

function readOutputs(backend: string, stack: string): Record<string, unknown> | undefined {
  const stacks = join(backend, ".pulumi", "stacks");
  const projects = existsSync(stacks) ? readdirSync(stacks) : [];
  const file = projects.map((project) => join(stacks, project, `${stack}.json`)).find(existsSync);
  if (file === undefined) return undefined;
  const { latest } = checkpoint.parse(JSON.parse(readFileSync(file, "utf8"))).checkpoint;
  return latest?.resources?.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs;
}
