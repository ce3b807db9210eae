import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, request, Agent, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { aTopic, aUser } from "./support/services.js";
import { healthy, startService, type ServiceProcess } from "./support/process.js";
import { startTable, tableEnvironment, type Table } from "./support/table.js";

type BundleService = (name: string, outfile: string) => Promise<void>;

describe("a bundled service as a process", function () {
  this.timeout(30_000);
  let folder: string;
  let table: Table;
  let bundleService: BundleService;
  const bundle = (name: string) => join(folder, `${name}.js`);
  const processes: ServiceProcess[] = [];
  const servers: Server[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "services-"));
    table = await startTable();
    const script = pathToFileURL(join(__dirname, "../../services/bundle.mjs")).href;
    ({ bundleService } = (await import(script)) as { bundleService: BundleService });
    for (const name of ["users", "messages"]) await bundleService(name, bundle(name));
  });
  afterEach(async () => {
    for (const running of processes.splice(0)) await running.kill();
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });
  after(async () => {
    await table.stop();
    await rm(folder, { recursive: true });
  });

  async function start(
    name: string,
    host: string,
    environment: Record<string, string>,
  ): Promise<ServiceProcess> {
    const service = startService(bundle(name), `http://${host}:18080`, environment);
    processes.push(service);
    await healthy(service);
    return service;
  }

  /** A server in the place of a store or neighbour; answers its URL. */
  async function pretend(listener: Parameters<typeof createServer>[1]): Promise<string> {
    const server = createServer(listener).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("has the same bytes whenever it is bundled, and needs no other file", async () => {
    await bundleService("users", bundle("again"));
    const [one, two] = await Promise.all(["users", "again"].map((name) => readFile(bundle(name), "utf8")));
    assert.equal(one, two);
    assert.ok(!one?.includes(process.cwd()));
  });

  it("does not start in a wrong environment, and names every wrong variable", async () => {
    const service = startService(bundle("messages"), "http://127.0.9.1:18080", {
      TABLE_NAME: "x",
      LOG_LEVEL: "loud",
      BASE_PATH: "messages",
    });
    processes.push(service);
    assert.equal(await service.ended(), 1);
    for (const name of ["TABLE_NAME", "LOG_LEVEL", "BASE_PATH", "AWS_REGION", "USERS_URL", "TOPICS_URL"]) {
      assert.match(service.stderr(), new RegExp(`^  ${name} `, "m"));
    }
    assert.ok(!service.stderr().includes("    at "));
  });

  it("that finds its port in use ends with code 1 and says so", async () => {
    const first = await start("users", "127.0.9.1", tableEnvironment(table));
    const second = startService(bundle("users"), first.url, tableEnvironment(table));
    processes.push(second);
    assert.equal(await second.ended(), 1);
    assert.match(JSON.stringify(second.lines()), /EADDRINUSE/);
  });

  it("fails no request on SIGTERM: it answers on during the delay, finishes what is in flight, and exits 0", async () => {
    const service = await start("users", "127.0.9.2", {
      ...tableEnvironment(table),
      SHUTDOWN_DELAY_SECONDS: "1.5",
    });
    const agent = new Agent({ keepAlive: true });
    const failures: unknown[] = [];
    const sinceSignal = { answered: 0, closing: 0, healthChecks: 0 };
    let signalled = false;
    let stop = false;

    const get = (path: string) =>
      new Promise<{ status: number; connection: string | undefined }>((resolve, reject) => {
        request(`${service.url}${path}`, { agent }, (response) => {
          response
            .resume()
            .on("end", () =>
              resolve({ status: response.statusCode ?? 0, connection: response.headers.connection }),
            );
        })
          .on("error", reject)
          .end();
      });
    const client = async (path: string) => {
      while (!stop) {
        const afterSignal = signalled;
        try {
          const { status, connection } = await get(path);
          if (status !== 200) failures.push(status);
          if (!afterSignal) continue;
          sinceSignal.answered++;
          if (connection === "close") sinceSignal.closing++;
          if (path === "/health") sinceSignal.healthChecks++;
        } catch (error) {
          failures.push(error);
        }
      }
    };
    const clients = Promise.all(["/users", "/users", "/users?limit=1", "/health"].map(client));
    await sleep(300);
    service.signal("SIGTERM");
    const signalledAt = Date.now();
    // A signal takes a moment to arrive.
    await sleep(200);
    signalled = true;
    // The load balancer has learned that the service goes.
    await sleep(800);
    stop = true;
    await clients;
    agent.destroy();

    assert.equal(await service.ended(), 0);
    assert.ok(Date.now() - signalledAt >= 1400, "it waited for the delay");
    assert.deepEqual(failures, []);
    assert.ok(sinceSignal.healthChecks > 5 && sinceSignal.answered > 20, JSON.stringify(sinceSignal));
    assert.equal(sinceSignal.closing, sinceSignal.answered);
    assert.equal(service.lines().at(-1)?.["msg"], "stopped");
  });

  it("finishes on SIGTERM what its store answers only after it has stopped accepting", async () => {
    const slowStore = await pretend((_request, response) => void setTimeout(() => response.end("{}"), 900));
    const service = await start("users", "127.0.9.3", {
      ...tableEnvironment({ ...table, endpoint: slowStore }),
      SHUTDOWN_DELAY_SECONDS: "0.2",
    });
    const inFlight = fetch(`${service.url}/users/${aUser}`);
    await sleep(200);
    service.signal("SIGTERM");
    await sleep(450);
    await assert.rejects(fetch(`${service.url}/health`), "it accepts no more");
    const response = await inFlight;
    assert.equal(response.status, 404);
    assert.equal(response.headers.get("connection"), "close");
    assert.equal(await service.ended(), 0);
  });

  it("stops on SIGINT at once, also in the middle of a delay", async () => {
    const service = await start("users", "127.0.9.4", {
      ...tableEnvironment(table),
      SHUTDOWN_DELAY_SECONDS: "60",
    });
    service.signal("SIGTERM");
    await sleep(100);
    assert.equal((await fetch(`${service.url}/health`)).status, 200);
    service.signal("SIGINT");
    assert.equal(await service.ended(), 0);
  });

  const stores = [
    ["is not there", () => Promise.resolve("http://127.0.0.1:9")],
    ["never answers", () => pretend(() => undefined)],
    ["answers 500", () => pretend((_request, response) => response.writeHead(500).end("{}"))],
    ["hangs up", () => pretend((incoming) => incoming.socket.destroy())],
  ] as const;
  for (const [title, locate] of stores) {
    it(`whose store ${title} answers 503 with Retry-After within its bound, and stays healthy`, async () => {
      const endpoint = await locate();
      const service = await start("users", "127.0.9.5", {
        ...tableEnvironment({ ...table, endpoint }),
        SHUTDOWN_DELAY_SECONDS: "0",
      });
      const started = Date.now();
      const response = await fetch(`${service.url}/users/${aUser}`);
      assert.equal(response.status, 503);
      assert.equal(response.headers.get("retry-after"), "2");
      assert.ok(Date.now() - started < 3500, `${Date.now() - started} ms`);
      assert.equal((await fetch(`${service.url}/health`)).status, 200);
      service.signal("SIGTERM");
      assert.equal(await service.ended(), 0);
      const line = service.lines().find(({ status }) => status === 503);
      assert.ok(line?.["err"], "the log tells why");
    });
  }

  it("answers under its base path, asks its neighbours under theirs, and answers 422 and 503 for what they say", async () => {
    const status = { users: 200, topics: 200 };
    const neighbour = await pretend((incoming, response) => {
      const known: Readonly<Record<string, number>> = {
        [`/people/${aUser}`]: status.users,
        [`/board/topics/${aTopic}`]: status.topics,
      };
      response.writeHead(known[incoming.url ?? ""] ?? 400).end("{}");
    });
    const service = await start("messages", "127.0.9.6", {
      ...tableEnvironment(table),
      BASE_PATH: "/board/posts",
      USERS_URL: `${neighbour}/people`,
      TOPICS_URL: `${neighbour}/board/topics/`,
    });
    const post = async () => {
      const body = JSON.stringify({ topicId: aTopic, userId: aUser, text: "Hello" });
      const headers = { "content-type": "application/json" };
      return (await fetch(`${service.url}/board/posts`, { method: "POST", body, headers })).status;
    };
    assert.equal(await post(), 201);
    status.topics = 404;
    assert.equal(await post(), 422);
    status.users = 500;
    assert.equal(await post(), 503);
    const { items } = (await (await fetch(`${service.url}/board/posts?topicId=${aTopic}`)).json()) as {
      items: object[];
    };
    assert.equal(items.length, 1);
  });
});
