import { existsSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { Daemon } from "../daemon/client.js";
import { sandboxHome } from "../home.js";
import { withSession, type Project, type Terminal } from "./operation.js";
import type { OperationOptions } from "./options.js";

/** What `destroy` did, as `--json` writes it. */
export interface DestroyResult {
  readonly result: string;
  readonly changes: Readonly<Record<string, number>>;
}

/** Options of `destroy`. */
export interface DestroyOptions extends OperationOptions {
  /** Removes the stack, its config and everything else the sandbox keeps of it, too. */
  readonly remove?: boolean;
}

/**
 * Destroys every resource of the stack, then stops the sandbox: no process and no open port is left.
 * @throws when the account still holds something afterwards, naming it
 */
export async function destroy(
  project: Project,
  options: DestroyOptions,
  terminal: Terminal,
): Promise<DestroyResult> {
  const home = sandboxHome(resolve(options.home), options.stack);
  if (!existsSync(home.root)) return { result: "nothing to destroy", changes: {} };
  const done = await withSession(
    project,
    options,
    terminal,
    async ({ stack, daemon }, { color, onOutput }) => {
      const { summary } = await stack.destroy({ color, onOutput });
      const left = await daemon.resources();
      if (left.length > 0) {
        throw new Error(
          `The account still holds what no state knows of:\n${left.map(({ urn, id }) => `  ${urn} (${id})`).join("\n")}`,
        );
      }
      await daemon.stop();
      return { result: summary.result, changes: summary.resourceChanges ?? {} };
    },
  );
  if (options.remove) rmSync(home.root, { recursive: true, force: true });
  return done;
}

/** Stops the sandbox's processes and ports; the stack, its account and its data stay, and `up` starts them again. */
export async function stop(options: { readonly home: string; readonly stack: string }): Promise<boolean> {
  const daemon = await Daemon.find(sandboxHome(resolve(options.home), options.stack));
  await daemon?.stop();
  return daemon !== undefined;
}
