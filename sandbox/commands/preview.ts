import { withSession, type Project, type Terminal } from "./operation.js";
import type { OperationOptions } from "./options.js";

/** What a preview found, as `--json` writes it. */
export interface PreviewResult {
  /** Resources by what would happen to them: `create`, `update`, `same`, … */
  readonly changes: Readonly<Record<string, number>>;
}

/** Shows what `up` would do, and what the policy packs say of it. */
export function preview(
  project: Project,
  options: OperationOptions,
  terminal: Terminal,
): Promise<PreviewResult> {
  return withSession(project, options, terminal, async ({ stack }, engine) => {
    const { changeSummary } = await stack.preview(engine);
    return { changes: changeSummary };
  });
}
