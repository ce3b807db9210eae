import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

export interface ServiceProcess {
  readonly url: string;
  /** Sends a signal. */
  signal(name: "SIGTERM" | "SIGINT"): void;
  /** Waits for the end and answers the exit code. */
  ended(): Promise<number | null>;
  /** All lines it has logged. */
  lines(): Record<string, unknown>[];
  readonly stderr: () => string;
  /** Ends the process if it still runs. */
  kill(): Promise<void>;
}

/** Starts a bundled service with an environment of its own and nothing inherited. */
export function startService(
  bundle: string,
  url: string,
  environment: Record<string, string>,
): ServiceProcess {
  const { hostname, port } = new URL(url);
  const child = spawn(process.execPath, [bundle], {
    env: {
      HOST: hostname,
      PORT: port,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data: Buffer) => (stdout += data.toString()));
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const end = once(child, "close").then(([code]) => code as number | null);
  return {
    url,
    signal: (name) => void child.kill(name),
    ended: () => end,
    stderr: () => stderr,
    lines: () =>
      stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    kill: async () => {
      child.kill("SIGKILL");
      await end;
    },
  };
}

/** Waits until a service answers its health check. */
export async function healthy({ url, stderr }: ServiceProcess): Promise<void> {
  for (const limit = Date.now() + 8000; Date.now() < limit; await sleep(20)) {
    const response = await fetch(`${url}/health`).catch(() => undefined);
    if (response?.status === 200) return;
  }
  throw new Error(`The service at ${url} did not become healthy: ${stderr()}`);
}
