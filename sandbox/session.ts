import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { lock } from "proper-lockfile";
import type { ProjectSettings, PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { Daemon } from "./daemon/client.js";
import { EngineCommand } from "./engine/command.js";
import { ConfigStore, type StackConfig } from "./engine/config.js";
import { findEngine, type Progress } from "./engine/find.js";
import { endAbandonedEngine, recoverStack } from "./engine/recover.js";
import { openStack } from "./engine/stack.js";
import { sandboxHome, type SandboxHome } from "./home.js";

/** Which stack of which project a command works on. */
export interface SessionArgs {
  /** Folder of the project: where `Pulumi.yaml` and `Pulumi.<stack>.yaml` are. */
  readonly projectDirectory: string;
  readonly project: ProjectSettings;
  readonly program: PulumiFn;
  /** Folder of all sandboxes. */
  readonly base: string;
  readonly stack: string;
  /** Host port of the load balancer; undefined takes the running daemon's, or 8080. */
  readonly port: number | undefined;
  /** Config to keep, before the operation. */
  readonly config: StackConfig;
  readonly progress: Progress;
}

/** A stack that operations can run on: its engine found, its daemon running, what an earlier command left behind recovered. */
export class Session {
  private constructor(
    readonly home: SandboxHome,
    readonly stack: Stack,
    readonly daemon: Daemon,
    private readonly engine: EngineCommand,
    private readonly unlock: () => Promise<void>,
  ) {}

  static async open(args: SessionArgs): Promise<Session> {
    const { base, projectDirectory, project, program, progress } = args;
    const home = sandboxHome(base, args.stack);
    mkdirSync(home.root, { recursive: true });
    const found = await findEngine(progress);
    const unlock = await lockHome(home, progress);
    try {
      await endAbandonedEngine(home, progress);
      const daemon = await Daemon.ensure(home, base, args.port);
      const engine = EngineCommand.of(found, home.engine);
      const config = new ConfigStore(home, projectDirectory);
      config.set(args.config);
      const stack = await openStack({ home, engine, daemon: daemon.address, project, program });
      config.apply();
      await recoverStack(home, stack, daemon, progress);
      return new Session(home, stack, daemon, engine, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** Asks the engine to finish what is under way and stop; the operation then fails. */
  interrupt(): void {
    this.engine.interrupt();
  }

  /** Lets the next command work on the stack. The daemon goes on. */
  close(): Promise<void> {
    return this.unlock();
  }
}

/** One command at a time works on a stack. The lock of a killed command is taken over after a few seconds. */
async function lockHome(home: SandboxHome, progress: Progress): Promise<() => Promise<void>> {
  const options = { lockfilePath: join(home.root, "command.lock"), stale: 5000 };
  try {
    return await lock(home.root, { ...options, retries: 0 });
  } catch {
    progress(`Another command works on stack '${home.stack}', or was killed a moment ago; waiting for it …`);
    return lock(home.root, { ...options, retries: { retries: 300, minTimeout: 1000, maxTimeout: 1000 } });
  }
}
