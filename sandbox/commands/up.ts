import { plainOutputs, withSession, type Project, type Terminal } from "./operation.js";
import type { OperationOptions } from "./options.js";

/** Options of `up`. */
export interface UpOptions extends OperationOptions {
  /** Does not preview first; the policy packs then judge each resource just before it is created. */
  readonly skipPreview?: boolean;
}

/** What `up` did, as `--json` writes it. */
export interface UpResult {
  readonly result: string;
  /** Resources by what happened to them: `create`, `update`, `same`, … */
  readonly changes: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Previews the program under the policy packs, and if nothing stops it brings the stack up under them.
 * The board goes on running when the command has ended.
 */
export function up(project: Project, options: UpOptions, terminal: Terminal): Promise<UpResult> {
  return withSession(project, options, terminal, async ({ stack }, engine) => {
    if (!options.skipPreview) await stack.preview(engine);
    const { summary, outputs } = await stack.up(engine);
    return { result: summary.result, changes: summary.resourceChanges ?? {}, outputs: plainOutputs(outputs) };
  });
}
