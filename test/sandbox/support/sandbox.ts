import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { freePort } from "../../../scripts/free-port.js";
import { destroy, stop } from "../../../sandbox/commands/destroy.js";
import { projectSettings } from "../../../sandbox/engine/stack.js";
import { Session } from "../../../sandbox/session.js";

export const projectDirectory = join(__dirname, "../../..");

const silent = { out: () => undefined, progress: () => undefined };

/** A sandbox of a test's own: a home in the temporary folder and a free port. */
export class TestSandbox {
  private constructor(
    readonly home: string,
    readonly port: number,
  ) {}

  static async create(): Promise<TestSandbox> {
    return new TestSandbox(await mkdtemp(join(tmpdir(), "switchyard-test-")), await freePort(0));
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** A session on the stack, for tests that work below the commands. */
  session(program: PulumiFn): Promise<Session> {
    return Session.open({
      projectDirectory,
      project: projectSettings(projectDirectory),
      program,
      base: this.home,
      stack: "dev",
      port: this.port,
      config: {},
      progress: silent.progress,
    });
  }

  /** Destroys what is left, and whatever comes of it ends every process and removes the folder. */
  async remove(): Promise<void> {
    const stack = { stack: "dev", home: this.home };
    const options = { ...stack, config: [], policyPack: [], policyPackConfig: [] };
    try {
      await destroy({ directory: projectDirectory, program: () => Promise.resolve() }, options, silent);
    } finally {
      await stop(stack);
      await rm(this.home, { recursive: true, force: true });
    }
  }
}
