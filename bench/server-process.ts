import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "esbuild";
import { freePort } from "../scripts/free-port.js";

/** An HTTP server in a process of its own, on a port of its own. */
export interface ServerProcess {
  readonly url: string;
  /** Processor time that the process has used so far, in milliseconds. */
  processorTime(): Promise<number>;
}

/** Starts servers, and ends them all. */
export class ServerProcesses {
  private readonly children: ChildProcess[] = [];

  /**
   * Starts a server and waits until it accepts connections.
   * @param bundle its JavaScript file, which listens on `HOST` and `PORT`
   * @param environment its whole environment besides
   * @throws when it ends or does not listen within 10 seconds, with its last words
   */
  async start(bundle: string, environment: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const port = await freePort(0);
    const child = spawn(process.execPath, ["--require", join(__dirname, "servers/measured.cjs"), bundle], {
      env: { HOST: "127.0.0.1", PORT: String(port), NODE_ENV: "production", ...environment },
      // A group of its own: Ctrl-C at the terminal reaches the bench alone.
      detached: true,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.children.push(child);
    let lastWords = "";
    child.stderr?.on("data", (data: Buffer) => (lastWords = (lastWords + data.toString()).slice(-2000)));
    for (const limit = Date.now() + 10_000; !(await accepts(port)); await sleep(20)) {
      if (child.exitCode !== null || child.signalCode !== null || Date.now() > limit) {
        throw new Error(`The server ${bundle} does not listen on port ${port}. ${lastWords.trim()}`);
      }
    }
    return { url: `http://127.0.0.1:${port}`, processorTime: () => processorTimeOf(child) };
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.children.splice(0).map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill("SIGKILL");
        await once(child, "exit");
      }),
    );
  }
}

/** Bundles a server of the bench as `services/bundle.mjs` bundles a service. */
export async function bundleServer(entry: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    mainFields: ["module", "main"],
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
  });
}

async function processorTimeOf(child: ChildProcess): Promise<number> {
  child.send("processor time");
  const [usage] = (await once(child, "message")) as [NodeJS.CpuUsage];
  return (usage.user + usage.system) / 1000;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
  });
}
