import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { SandboxHome } from "../home.js";
import type { RuntimeStatus } from "../runtime/runtime.js";
import { readAddress, type DaemonAddress } from "./address.js";

/** What the daemon says of itself. */
export type DaemonStatus = RuntimeStatus & {
  /** Number of resources in the account. */
  readonly resources: number;
};

/** A resource that exists in the account. */
export interface ExistingResource {
  readonly urn: string;
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A running daemon, as the commands talk to it. */
export class Daemon {
  private constructor(
    private readonly home: SandboxHome,
    readonly address: DaemonAddress,
  ) {}

  /** The stack's daemon if it runs, else undefined. */
  static async find(home: SandboxHome): Promise<Daemon | undefined> {
    const address = readAddress(home.daemon);
    if (!address) return undefined;
    const daemon = new Daemon(home, address);
    return (await daemon.answers()) ? daemon : undefined;
  }

  /**
   * The stack's daemon, started if none runs. It outlives the command that started it.
   * @param base folder of all sandboxes
   * @param port host port of the load balancer; undefined takes the running daemon's, or 8080
   * @throws when the port is taken, or another port was asked for than the running daemon has
   */
  static async ensure(home: SandboxHome, base: string, port: number | undefined): Promise<Daemon> {
    const running = await Daemon.find(home);
    if (running) {
      if (port === undefined || port === running.address.port) return running;
      throw new Error(
        `The sandbox of stack '${home.stack}' already listens on port ${running.address.port}, not ${port}. Run 'npm run sandbox -- stop' first to move it; nothing is lost by it.`,
      );
    }
    await requireFreePort(port ?? 8080);
    await start(home, base, port ?? 8080);
    const started = await Daemon.find(home);
    if (!started) throw new Error(`The sandbox's daemon started but does not answer; see ${home.daemonLog}`);
    return started;
  }

  status(): Promise<DaemonStatus> {
    return this.get("/status") as Promise<DaemonStatus>;
  }

  /** Everything that exists in the account, once no operation on it is under way. */
  resources(): Promise<readonly ExistingResource[]> {
    return this.get("/resources") as Promise<readonly ExistingResource[]>;
  }

  /** Lines that containers printed, as a stream. */
  async logs(query: {
    readonly service?: string;
    readonly follow: boolean;
  }): Promise<ReadableStream<Uint8Array>> {
    const parameters = new URLSearchParams({
      follow: String(query.follow),
      ...(query.service && { service: query.service }),
    });
    const response = await this.fetch(`/logs?${parameters.toString()}`);
    if (!response.body) throw new Error("The sandbox's daemon sent no logs");
    return response.body;
  }

  /** Stops every process and closes every port; the account and the data stay on disk. */
  async stop(): Promise<void> {
    await this.fetch("/stop", "POST");
    while (isAlive(this.address.pid)) await sleep(50);
  }

  private async answers(): Promise<boolean> {
    return this.fetch("/status").then(
      (response) => response.ok,
      () => false,
    );
  }

  private async get(path: string): Promise<unknown> {
    return (await this.fetch(path)).json();
  }

  private fetch(path: string, method = "GET"): Promise<Response> {
    const { controlPort, token } = this.address;
    return fetch(`http://127.0.0.1:${controlPort}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
  }
}

async function start(home: SandboxHome, base: string, port: number): Promise<void> {
  mkdirSync(home.root, { recursive: true });
  const log = openSync(home.daemonLog, "a");
  const child = spawn(
    process.execPath,
    ["--import", "tsx", join(__dirname, "main.ts"), base, home.stack, String(port)],
    { cwd: join(__dirname, "../.."), detached: true, stdio: ["ignore", log, log, "ipc"] },
  );
  closeSync(log);
  const failure = await new Promise<string | undefined>((resolve) => {
    child.once("message", (message: { failed?: string }) => resolve(message.failed));
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code) => resolve(`it ended with code ${code}`));
  });
  if (failure !== undefined)
    throw new Error(`The sandbox's daemon did not start: ${failure}. See ${home.daemonLog}`);
  child.disconnect();
  child.unref();
}

async function requireFreePort(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "EADDRINUSE" ? "another program listens on it" : error.message;
      reject(
        new Error(
          `The load balancer cannot listen on port ${port}: ${reason}. Choose another with --port <number>.`,
        ),
      );
    });
    probe.listen(port, "localhost", () => probe.close(() => resolve()));
  });
}

/** Whether a process with this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
