import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { OutputMap, PulumiFn } from "@pulumi/pulumi/automation";
import { parseAssignment } from "../engine/config.js";
import { compilePolicyPack, policyConfigOf } from "../engine/policy-pack.js";
import { projectSettings } from "../engine/stack.js";
import { Session } from "../session.js";
import type { OperationOptions } from "./options.js";

/** Options that the engine's operations share. */
export interface EngineOptions {
  readonly policyPacks: string[];
  readonly policyPackConfigs: string[];
  readonly diff: boolean;
  readonly color: "auto" | "never";
  readonly onOutput: (text: string) => void;
}

/** Where a command's words go: results to standard output, progress to standard error. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly progress: (sentence: string) => void;
}

/** A project that the sandbox can run. */
export interface Project {
  readonly directory: string;
  readonly program: PulumiFn;
}

/**
 * Runs work on an open session. SIGINT asks the engine to finish what is under way; the work then fails and the
 * session is closed in every case.
 */
export async function withSession<T>(
  project: Project,
  options: OperationOptions,
  terminal: Terminal,
  work: (session: Session, engine: EngineOptions) => Promise<T>,
): Promise<T> {
  const settings = projectSettings(project.directory);
  const session = await Session.open({
    projectDirectory: project.directory,
    project: settings,
    program: project.program,
    base: resolve(options.home),
    stack: options.stack,
    port: options.port,
    config: Object.fromEntries(
      options.config.map((assignment) => parseAssignment(settings.name, assignment)),
    ),
    progress: terminal.progress,
  });
  const interrupt = () => {
    terminal.progress("Stopping when what is under way is done …");
    session.interrupt();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    return await work(session, await engineOptions(project, options, terminal));
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
    await session.close();
  }
}

/** Stack outputs as plain values; secret ones are not shown. */
export function plainOutputs(outputs: OutputMap): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { value, secret }]) => [
      name,
      secret ? "[secret]" : (value as unknown),
    ]),
  );
}

async function engineOptions(
  project: Project,
  options: OperationOptions,
  terminal: Terminal,
): Promise<EngineOptions> {
  const chosen = options.policyPack.length > 0 ? options.policyPack : [join(project.directory, "policies")];
  const policyPacks = chosen.map((folder) => resolve(folder));
  await Promise.all(policyPacks.map(compilePolicyPack));
  return {
    policyPacks,
    policyPackConfigs: policyConfigs(options, policyPacks),
    diff: options.diff ?? false,
    color: process.stdout.isTTY && !options.json ? "auto" : "never",
    onOutput: options.json ? () => undefined : terminal.out,
  };
}

/** The config files given, else the stack's own beside each pack: all packs have one, or none is passed. */
function policyConfigs({ policyPackConfig, stack }: OperationOptions, packs: readonly string[]): string[] {
  if (policyPackConfig.length > 0) return policyPackConfig.map((file) => resolve(file));
  const files = packs.map((pack) => policyConfigOf(pack, stack));
  return files.every(existsSync) ? files : [];
}
