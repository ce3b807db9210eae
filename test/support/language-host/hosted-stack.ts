import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { EngineCommand } from "../../../sandbox/engine/command.js";
import { findEngine } from "../../../sandbox/engine/find.js";
import type { Session } from "../../../sandbox/session.js";
import { installLanguageHost } from "./install.js";

/** What a preview of the Pulumi CLI came to. */
export interface HostedPreview {
  /** Everything that the command printed. */
  readonly stdout: string;
  /** What the engine told of the preview, in order. */
  readonly events: readonly EngineEvent[];
  /** From the start of the command's process to its end. */
  readonly milliseconds: number;
}

/**
 * Previews in a sandboxed stack as a user's own are: `pulumi preview` in the folder of a project, whose program the
 * engine starts through its Node language host. Providers are the sandbox's.
 */
export class HostedStack {
  private constructor(
    private readonly session: Session,
    private readonly engine: EngineCommand,
  ) {}

  /** @param session the stack, open; who opened it closes it */
  static async on(session: Session): Promise<HostedStack> {
    const found = await findEngine(() => undefined);
    await installLanguageHost(session.home.pulumi);
    return new HostedStack(session, EngineCommand.of(found, session.home.engine));
  }

  /**
   * Previews the program of a project, as its `Pulumi.yaml` has it run.
   * @param environment what the command finds in its environment besides
   * @throws when the command fails, with all that it printed
   */
  async preview(
    projectDirectory: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<HostedPreview> {
    const { home, stack } = this.session;
    const log = join(home.root, "events.json");
    rmSync(log, { force: true });
    const started = performance.now();
    const { stdout } = await this.engine.run(
      [
        ...["preview", "--cwd", projectDirectory, "--stack", home.stack, "--color", "never"],
        // The project's folder stays as it is: the engine writes the stack's settings here.
        ...["--config-file", join(home.workspace, `Pulumi.${home.stack}.yaml`), "--event-log", log],
      ],
      projectDirectory,
      { ...stack.workspace.envVars, PULUMI_HOME: home.pulumi, ...previewEnvironment, ...environment },
    );
    const milliseconds = performance.now() - started;
    const events = readFileSync(log, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as EngineEvent);
    return { stdout, events, milliseconds };
  }

  /** Asks a preview under way to stop; it then fails. */
  interrupt(): void {
    this.engine.interrupt();
  }
}

const previewEnvironment = {
  // `--event-log` is an option for those who look into the engine.
  PULUMI_DEBUG_COMMANDS: "true",
  // A user's own settings must not decide how the program is run.
  PULUMI_NODEJS_TYPESCRIPT: "",
  PULUMI_NODEJS_TRANSPILE_ONLY: "",
  NODE_OPTIONS: "",
};
