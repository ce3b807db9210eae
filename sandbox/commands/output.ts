import { resolve } from "node:path";
import { readCheckpoint } from "../engine/checkpoint.js";
import { sandboxHome } from "../home.js";
import type { StackOptions } from "./options.js";

/**
 * The stack's outputs, from its state on disk: neither the engine nor the daemon is needed.
 * @throws when the stack was never brought up, or has no output of this name
 */
export function output(options: StackOptions, name?: string): unknown {
  const checkpoint = readCheckpoint(sandboxHome(resolve(options.home), options.stack));
  const outputs = checkpoint?.resources?.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs;
  if (!outputs) {
    throw new Error(`Stack '${options.stack}' has no outputs: bring it up first, with npm run sandbox -- up`);
  }
  if (name === undefined) return outputs;
  if (!(name in outputs)) {
    throw new Error(
      `Stack '${options.stack}' has no output '${name}'; it has ${Object.keys(outputs).join(", ")}`,
    );
  }
  return outputs[name];
}
