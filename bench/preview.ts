import { deepStrictEqual } from "node:assert";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectSettings } from "../sandbox/engine/stack.js";
import { Session } from "../sandbox/session.js";
import { freePort } from "../scripts/free-port.js";
import { HostedStack, type HostedPreview } from "../test/support/language-host/hosted-stack.js";
import { plannedResources } from "../test/support/language-host/planned.js";
import type { Comparison, MeasuredPair } from "./comparison.js";
import { writeDefaultTypeScriptProject } from "./default-typescript-project.js";

export interface PreviewOptions {
  /** Folder of the project as it ships. */
  readonly project: string;
  readonly repetitions: number;
  /** Folder for everything that is written. */
  readonly directory: string;
  readonly progress: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/**
 * `pulumi preview` of the project as it ships against the same program run the default TypeScript way: on a machine
 * that has compiled nothing yet, and again with nothing changed, when both find their compiler's output in its cache.
 */
export async function comparePreviews(options: PreviewOptions): Promise<Comparison[]> {
  const { project, directory, repetitions, progress, signal } = options;
  const defaultProject = join(directory, "default-typescript-project");
  writeDefaultTypeScriptProject(project, defaultProject);
  const session = await openSession(options);
  try {
    const stack = await HostedStack.on(session);
    signal.addEventListener("abort", () => stack.interrupt(), { once: true });
    signal.throwIfAborted();
    progress("pulumi preview: warming up …");
    await stack.preview(project);
    const fresh: MeasuredPair[] = [];
    const unchanged: MeasuredPair[] = [];
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      progress(`pulumi preview: ${repetition} of ${repetitions} …`);
      // tsx and ts-node keep compiled files in the folder for temporary files, by content.
      const TMPDIR = join(directory, `temporary-${repetition}`);
      mkdirSync(TMPDIR);
      for (const pairs of [fresh, unchanged]) {
        signal.throwIfAborted();
        const a = await stack.preview(project, { TMPDIR });
        signal.throwIfAborted();
        const b = await stack.preview(defaultProject, { TMPDIR });
        requireSamePlan(a, b);
        pairs.push({ a: a.milliseconds, b: b.milliseconds });
      }
    }
    const ways = { a: "as shipped", b: "default TypeScript" };
    return [
      {
        name: "pulumi preview on a fresh checkout, time",
        ...ways,
        pairs: fresh,
        bound: { type: "at most", ratio: 0.35 },
      },
      { name: "pulumi preview with nothing changed, time", ...ways, pairs: unchanged },
    ];
  } finally {
    await session.daemon.stop();
    await session.close();
  }
}

/** A sandbox for the providers of both ways. */
async function openSession({ project, directory, progress }: PreviewOptions): Promise<Session> {
  return Session.open({
    projectDirectory: project,
    project: projectSettings(project),
    program: () => Promise.resolve({}),
    base: join(directory, "sandbox"),
    stack: "dev",
    port: await freePort(0),
    config: {},
    progress,
  });
}

function requireSamePlan(a: HostedPreview, b: HostedPreview): void {
  deepStrictEqual(
    plannedResources(b.events),
    plannedResources(a.events),
    "The program does not plan the same when it is run the default TypeScript way",
  );
}
