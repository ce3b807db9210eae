import { createRequire } from "node:module";

/** One request, as the load generator sends it. */
export interface LoadRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface LoadOptions {
  /** Base URL of the server. */
  readonly url: string;
  readonly connections: number;
  /** How long, or how many requests in all. */
  readonly extent: { readonly seconds: number } | { readonly requests: number };
  /** Requests that one connection sends over and over, by the connection's number. */
  readonly requests: (connection: number) => readonly LoadRequest[];
  readonly signal: AbortSignal;
}

/** What a server did under load. */
export interface Load {
  /** Requests that were answered. */
  readonly answered: number;
  readonly perSecond: number;
  /** In milliseconds. */
  readonly p99: number;
}

interface Result {
  readonly duration: number;
  readonly "2xx": number;
  readonly non2xx: number;
  readonly errors: number;
  readonly timeouts: number;
  readonly latency: { readonly p99: number };
}

interface Instance {
  stop(): void;
}

/** autocannon comes without types. */
const autocannon = createRequire(__filename)("autocannon") as (
  options: object,
  done: (error: Error | null, result: Result) => void,
) => Instance;

/**
 * Sends requests to a server, each connection its next one as soon as the last was answered.
 * @throws when a request fails or gets no 2xx, or the signal aborts
 */
export async function load({ url, connections, extent, requests, signal }: LoadOptions): Promise<Load> {
  signal.throwIfAborted();
  let connection = 0;
  const setupClient = (client: { setRequests(list: readonly LoadRequest[]): void }) =>
    client.setRequests(requests(connection++));
  const result = await new Promise<Result>((resolve, reject) => {
    const until = "seconds" in extent ? { duration: extent.seconds } : { amount: extent.requests };
    const instance = autocannon({ url, connections, ...until, setupClient }, (error, value) => {
      signal.removeEventListener("abort", stop);
      if (error) reject(error);
      else resolve(value);
    });
    const stop = () => instance.stop();
    signal.addEventListener("abort", stop);
  });
  signal.throwIfAborted();
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new Error(`${failed} of the requests to ${url} failed or were not answered with 2xx`);
  const answered = result["2xx"];
  return { answered, perSecond: answered / result.duration, p99: result.latency.p99 };
}
