import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { projectDirectory } from "./sandbox.js";

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard output and standard error, as they came. */
  readonly text: string;
}

/** A command of the sandbox that runs as a process of its own, as a user runs it. */
export class SandboxCommand {
  readonly ended: Promise<CommandEnd>;
  private text = "";

  private constructor(readonly process: ChildProcess) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => (this.text += chunk));
    }
    this.ended = new Promise((resolve) =>
      process.once("close", (code, signal) => resolve({ code, signal, text: this.text })),
    );
  }

  /** Starts `npm run sandbox -- <args>`, without npm's own process around it. */
  static start(...args: readonly string[]): SandboxCommand {
    const script = join(projectDirectory, "scripts", "with-dependencies.mjs");
    const child = spawn(process.execPath, [script, "sandbox/cli.ts", ...args], {
      cwd: projectDirectory,
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new SandboxCommand(child);
  }

  /** Runs a command to its end. */
  static run(...args: readonly string[]): Promise<CommandEnd> {
    return SandboxCommand.start(...args).ended;
  }

  /** Resolves when the command has printed something that matches; rejects when it ends without. */
  async prints(pattern: RegExp): Promise<void> {
    let done = false;
    void this.ended.then(() => (done = true));
    while (!pattern.test(this.text)) {
      if (done) throw new Error(`the command ended without printing ${String(pattern)}:\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
