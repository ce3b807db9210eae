import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Comparison, MeasuredPair } from "./comparison.js";
import { load, type LoadRequest } from "./load.js";
import { bundleServer, ServerProcesses, type ServerProcess } from "./server-process.js";

export interface ServicesOptions {
  /** Pairs that are measured of each route. */
  readonly pairs: number;
  /** Length of one measurement. */
  readonly seconds: number;
  readonly connections: number;
  /** Folder for the bundles. */
  readonly directory: string;
  readonly progress: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/** A route of a service, and what each request to it asks of others. */
interface Route {
  readonly name: string;
  readonly service: string;
  readonly request: (id: string) => LoadRequest;
  /** Calls for one request, by kind, as the canned endpoint counts them. */
  readonly calls: Readonly<Record<string, number>>;
}

const routes: readonly Route[] = [
  {
    name: "GET /topics/{id}",
    service: "topics",
    request: (id) => ({ method: "GET", path: `/topics/${id}` }),
    calls: { GetItem: 1 },
  },
  {
    name: "POST /messages",
    service: "messages",
    request: (id) => ({
      method: "POST",
      path: "/messages",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ topicId: id, userId: id, text: "A message of a length that people write." }),
    }),
    calls: { PutItem: 1, neighbour: 2 },
  },
];

/** What one server did in one measurement. */
interface Measurement {
  readonly perSecond: number;
  readonly p99: number;
  /** Processor time of the server's process for one request, in milliseconds. */
  readonly processorTime: number;
}

/** The real services, bundled as they ship, against bare handlers that make the same calls. */
export async function compareServices(options: ServicesOptions): Promise<Comparison[]> {
  const { directory, signal, progress } = options;
  const processes = new ServerProcesses();
  try {
    await bundleAll(directory);
    const endpoint = await processes.start(join(directory, "canned-endpoint.js"), {});
    const environment = environmentOf(endpoint.url);
    const bare = await processes.start(join(directory, "bare-handler.js"), environment);
    const comparisons: Comparison[] = [];
    for (const route of routes) {
      signal.throwIfAborted();
      progress(`${route.name}: ${options.pairs} pairs of ${options.seconds} s each …`);
      const service = await processes.start(join(directory, `${route.service}.js`), environment);
      const measure = (server: ServerProcess) => measureServer(route, server, endpoint, options);
      for (const server of [service, bare]) await warmUp(route, server, options);
      const pairs: { a: Measurement; b: Measurement }[] = [];
      for (let pair = 0; pair < options.pairs; pair++) {
        pairs.push({ a: await measure(service), b: await measure(bare) });
      }
      comparisons.push(...comparisonsOf(route, pairs));
    }
    return comparisons;
  } finally {
    await processes.stop();
  }
}

async function bundleAll(directory: string): Promise<void> {
  const { bundleService } = (await import(pathToFileURL(join(__dirname, "../services/bundle.mjs")).href)) as {
    bundleService: (name: string, outfile: string) => Promise<void>;
  };
  for (const { service } of routes) await bundleService(service, join(directory, `${service}.js`));
  for (const server of ["bare-handler", "canned-endpoint"]) {
    await bundleServer(join(__dirname, "servers", `${server}.ts`), join(directory, `${server}.js`));
  }
}

/** Environment of the services, as services/README.md has it, with the endpoint in everyone else's place. */
function environmentOf(endpoint: string): Readonly<Record<string, string>> {
  return {
    TABLE_NAME: "board",
    USERS_URL: `${endpoint}/users`,
    TOPICS_URL: `${endpoint}/topics`,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
}

/** Until the compiler has seen enough of both: below some thousand requests, a server gets faster with every one. */
const warmUpRequests = 6000;

async function warmUp(route: Route, { url }: ServerProcess, options: ServicesOptions): Promise<void> {
  const { connections, signal } = options;
  const requests = (connection: number) => requestsOf(route, connection);
  await load({ url, connections, extent: { requests: warmUpRequests }, requests, signal });
}

async function measureServer(
  route: Route,
  server: ServerProcess,
  endpoint: ServerProcess,
  { seconds, connections, signal }: ServicesOptions,
): Promise<Measurement> {
  await callsOf(endpoint);
  const before = await server.processorTime();
  const requests = (connection: number) => requestsOf(route, connection);
  const { answered, perSecond, p99 } = await load({
    url: server.url,
    connections,
    extent: { seconds },
    requests,
    signal,
  });
  const processorTime = ((await server.processorTime()) - before) / answered;
  requireSameCalls(route, server, await callsOf(endpoint), answered, connections);
  return { perSecond, p99, processorTime };
}

/** Ids that no other connection uses: the services ask a neighbour once about an id that many requests name. */
function requestsOf(route: Route, connection: number): LoadRequest[] {
  return Array.from({ length: 50 }, (_, index) =>
    route.request(`01${String(connection * 1000 + index).padStart(24, "0")}`),
  );
}

async function callsOf(endpoint: ServerProcess): Promise<Readonly<Record<string, number>>> {
  const response = await fetch(`${endpoint.url}/calls`);
  return (await response.json()) as Record<string, number>;
}

/** Requests under way at the end of a measurement, and of the one before, have made calls, but are not among the answered. */
function requireSameCalls(
  { name, calls }: Route,
  server: ServerProcess,
  made: Readonly<Record<string, number>>,
  answered: number,
  connections: number,
): void {
  for (const kind of new Set([...Object.keys(calls), ...Object.keys(made)])) {
    const expected = calls[kind] ?? 0;
    const extra = (made[kind] ?? 0) - expected * answered;
    if (extra < 0 || extra > 2 * expected * connections) {
      throw new Error(
        `${name} at ${server.url} made ${made[kind] ?? 0} calls of ${kind} for ${answered} requests, not ${expected} each: ` +
          `service and bare handler no longer do the same. Change bench/servers/bare-handler.ts and the route's calls.`,
      );
    }
  }
}

function comparisonsOf(
  { name }: Route,
  pairs: readonly { readonly a: Measurement; readonly b: Measurement }[],
): Comparison[] {
  const ways = { a: "service", b: "bare node:http" };
  const by = (figure: keyof Measurement): MeasuredPair[] =>
    pairs.map(({ a, b }) => ({ a: a[figure], b: b[figure] }));
  return [
    {
      name: `${name}, requests per second`,
      ...ways,
      pairs: by("perSecond"),
      bound: { type: "at least", ratio: 0.8 },
    },
    { name: `${name}, p99 latency`, ...ways, pairs: by("p99") },
    { name: `${name}, processor time per request`, ...ways, pairs: by("processorTime") },
  ];
}
