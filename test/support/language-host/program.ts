import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { RunRequest } from "@pulumi/pulumi/proto/language_pb";

/** How a program ended, as the engine is told. */
export interface ProgramEnd {
  /** What the engine shows the user; empty where the program succeeded or has told the user itself. */
  readonly error: string;
  /** The program failed and has told the user why. */
  readonly bail: boolean;
}

/** Exit code by which `@pulumi/pulumi/cmd/run` says that the user has been told already (its index.js). */
const exitedAfterMessage = 32;

/** How long a cancelled program may take to end, in milliseconds, as the official host has it. */
const cancelLimit = 5000;

/** Node processes that run Pulumi programs, with the arguments and environment that the official host gives them. */
export class Programs {
  private readonly running = new Map<ChildProcess, Promise<ProgramEnd>>();

  /** @param engineAddress where the engine serves, for the program's log */
  constructor(private readonly engineAddress: string) {}

  /** Runs a program to its end. It rejects where no process can be started. */
  run(request: RunRequest): Promise<ProgramEnd> {
    const options = runtimeOptions(request);
    const child = spawn(process.execPath, this.argumentsOf(request), {
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        PULUMI_CONFIG: configOf(request),
        PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
        ...(options.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
        ...(options.tsconfig !== undefined && { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
      },
    });
    const end = new Promise<ProgramEnd>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve(endOf(code, signal)));
    }).finally(() => this.running.delete(child));
    this.running.set(child, end);
    return end;
  }

  /** Interrupts every program, and ends those that go on. */
  cancel(): void {
    for (const child of this.running.keys()) {
      child.kill("SIGINT");
      setTimeout(() => child.kill("SIGKILL"), cancelLimit).unref();
    }
  }

  async ended(): Promise<void> {
    await Promise.allSettled(this.running.values());
  }

  private argumentsOf(request: RunRequest): string[] {
    const directory = request.getInfo()?.getProgramDirectory() ?? "";
    const option = (name: string, value: string | undefined) => (value ? [`--${name}`, value] : []);
    return [
      createRequire(join(directory, "program.js")).resolve("@pulumi/pulumi/cmd/run"),
      // The official host stands between program and engine, and in the synchronous calls of SDKs of old (`--sync`).
      // This one leaves that way out: it only shortens both sides of a comparison by the same.
      ...option("monitor", request.getMonitorAddress()),
      ...option("engine", this.engineAddress),
      ...option("organization", request.getOrganization()),
      ...option("project", request.getProject()),
      ...option("root-directory", request.getInfo()?.getRootDirectory()),
      ...option("stack", request.getStack()),
      ...option("pwd", directory),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      ...option("parallel", String(request.getParallel())),
      request.getInfo()?.getEntryPoint() ?? ".",
      ...request.getArgsList(),
    ];
  }
}

/** The official host runs TypeScript unless `Pulumi.yaml` says `typescript: false`. */
function runtimeOptions(request: RunRequest): { typescript: boolean; tsconfig?: string } {
  const { typescript = true, tsconfig, ...others } = request.getInfo()?.getOptions()?.toJavaScript() ?? {};
  const unknown = Object.keys(others).filter((name) => name !== "packagemanager");
  if (typeof typescript !== "boolean") throw new Error("typescript option must be a boolean");
  if (unknown.length > 0) {
    throw new Error(
      `This language host does not know the runtime options ${unknown.join(", ")}: use typescript and tsconfig`,
    );
  }
  return { typescript, ...(typeof tsconfig === "string" && { tsconfig }) };
}

/** Config as SDKs of all ages read it: `<namespace>:config:<name>`. */
function configOf(request: RunRequest): string {
  const entries = request
    .getConfigMap()
    .toArray()
    .map(([key, value]: readonly string[]) => [key?.replace(":", ":config:"), value] as const);
  return JSON.stringify(Object.fromEntries(entries));
}

function endOf(code: number | null, signal: NodeJS.Signals | null): ProgramEnd {
  if (code === 0) return { error: "", bail: false };
  if (code === exitedAfterMessage) return { error: "", bail: true };
  const how = code === null ? `by signal ${signal}` : `with non-zero exit code: ${code}`;
  return { error: `Program exited ${how}`, bail: false };
}
