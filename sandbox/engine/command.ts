import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation";
import * as cmd from "@pulumi/pulumi/automation/cmd";
import * as errors from "@pulumi/pulumi/automation/errors";
import { z } from "zod";
import { processIdentity } from "../runtime/process-facts.js";

type Listener = (text: string) => void;

/** What a command leaves on disk of the engine it runs: its process id, and what tells it from a later process. */
export const engineRecord = z.strictObject({ pid: z.number().int(), identity: z.string().optional() });

interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** What the Automation API expects of a command's result; exported by it, but left out of its type declarations. */
const { CommandResult: Result } = cmd as unknown as {
  CommandResult: new (stdout: string, stderr: string, code: number) => CommandResult;
};
const { createCommandError } = errors as unknown as {
  createCommandError: (result: CommandResult) => Error;
};

/**
 * Runs the Pulumi CLI in a process group of its own, so that Ctrl-C at the terminal reaches it only once, through
 * {@link interrupt}: the engine takes a second signal as the order to abandon what is under way.
 * While it runs, its process id is kept in a file, by which a later command finds an engine that was left behind.
 */
export class EngineCommand {
  readonly version: PulumiCommand["version"];
  private readonly running = new Set<number>();

  private constructor(
    readonly command: string,
    version: PulumiCommand["version"],
    private readonly pidFile: string,
  ) {
    this.version = version;
  }

  /**
   * @param found the Pulumi CLI to run
   * @param pidFile file that holds the engine's process id while it runs
   */
  static of(found: PulumiCommand, pidFile: string): EngineCommand {
    return new EngineCommand(found.command, found.version, pidFile);
  }

  /** This command as the Automation API's type has it. */
  asPulumiCommand(): PulumiCommand {
    return this;
  }

  /** Asks the engine to finish what is under way and stop. */
  interrupt(): void {
    for (const pid of this.running) process.kill(pid, "SIGINT");
  }

  /** Called by the Automation API. */
  async run(
    args: string[],
    cwd: string,
    environment: NodeJS.ProcessEnv,
    onOutput?: Listener,
    onError?: Listener,
  ): Promise<CommandResult> {
    const child = spawn(
      this.command,
      args.includes("--non-interactive") ? args : [...args, "--non-interactive"],
      {
        cwd,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          ...environment,
          PATH: [dirname(this.command), environment.PATH ?? process.env.PATH].join(delimiter),
          PULUMI_AUTOMATION_API: "true",
        },
      },
    );
    const output = collect(child.stdout, onOutput);
    const errors = collect(child.stderr, onError);
    const code = await this.whileRunning(
      child.pid,
      new Promise<number>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (exitCode) => resolve(exitCode ?? -1));
      }),
    );
    const result = new Result(output.join(""), errors.join(""), code);
    if (code !== 0) throw createCommandError(result);
    return result;
  }

  private async whileRunning<T>(pid: number | undefined, done: Promise<T>): Promise<T> {
    if (pid === undefined) return done;
    this.running.add(pid);
    writeFileSync(this.pidFile, JSON.stringify({ pid, identity: processIdentity(pid) }));
    try {
      return await done;
    } finally {
      this.running.delete(pid);
      rmSync(this.pidFile, { force: true });
    }
  }
}

function collect(stream: NodeJS.ReadableStream, listener: Listener | undefined): string[] {
  const chunks: string[] = [];
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    chunks.push(chunk);
    listener?.(chunk);
  });
  return chunks;
}
