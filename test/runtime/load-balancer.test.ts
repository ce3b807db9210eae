import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { RuleSpec } from "../../sandbox/runtime/desired.js";
import { until } from "./support/conditions.js";
import { Load, send } from "./support/requests.js";
import { forwardTo, loadBalancer, targetGroup } from "./support/sandbox.js";
import { TestLoadBalancing } from "./support/targets.js";

/** One rule for every path. */
function everything(weights: Readonly<Record<string, number>>): RuleSpec[] {
  const conditions = [{ field: "path-pattern", values: ["*"] }] as const;
  return [{ arn: "rule", priority: 1, conditions, action: forwardTo(weights) }];
}

describe("runtime: load balancer", function () {
  this.timeout(30_000);
  let balancing: TestLoadBalancing;
  afterEach(() => balancing.close());

  /** A load balancer that forwards everything to the group `blue`. */
  async function forwarding(answer: Parameters<TestLoadBalancing["add"]>[1], change = {}): Promise<void> {
    balancing = new TestLoadBalancing([targetGroup("blue")]);
    await balancing.configure({ ...loadBalancer(everything({ blue: 1 })), ...change });
    await balancing.add("blue", answer);
    await balancing.states("blue", "healthy");
    await until("all nodes know", async () => (await statuses(balancing.url, 6)).every((it) => it === 200));
  }

  it("sends a request on as it is, with its own headers added and those of the connection left out", async () => {
    let seen: IncomingMessage | undefined;
    await forwarding((incoming, response) => {
      seen = incoming;
      incoming.pipe(response);
    });
    const reply = await send(`${balancing.url}/users?limit=1&a=%20b`, {
      method: "POST",
      headers: {
        host: "board.example",
        connection: "close, x-drop",
        "x-drop": "1",
        "x-keep": "2",
        "x-forwarded-for": "192.0.2.1",
        "x-forwarded-proto": "gopher",
        "content-type": "application/json",
      },
      body: '{"name":"ä"}',
    });
    assert.equal(reply.status, 200);
    assert.equal(reply.body, '{"name":"ä"}');
    assert.equal(seen?.method, "POST");
    assert.equal(seen.url, "/users?limit=1&a=%20b");
    const { "x-amzn-trace-id": trace, ...headers } = seen.headers;
    assert.match(String(trace), /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    assert.deepEqual(headers, {
      host: "board.example",
      connection: "keep-alive",
      "x-keep": "2",
      "x-forwarded-for": "192.0.2.1, 127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-port": "80",
      "content-type": "application/json",
      "content-length": "13",
    });
  });

  const methods = ["GET", "HEAD", "DELETE", "POST", "PUT", "PATCH", "OPTIONS"];
  it(`passes on ${methods.join(", ")} without a body, and status, headers and body of the answer`, async () => {
    await forwarding(({ method, headers }, response) => {
      const body = headers["content-length"] ?? headers["transfer-encoding"] ?? "none";
      response.writeHead(method === "DELETE" ? 204 : 200, {
        "x-method": method,
        "x-body": body,
        "set-cookie": ["a=1", "b=2"],
      });
      response.end(method === "DELETE" ? undefined : "done");
    });
    for (const method of methods) {
      const { status, headers, body } = await send(balancing.url, { method });
      assert.equal(status, method === "DELETE" ? 204 : 200, method);
      assert.equal(headers["x-method"], method);
      assert.ok(["0", "none"].includes(String(headers["x-body"])), `${method}: ${String(headers["x-body"])}`);
      assert.deepEqual(headers["set-cookie"], ["a=1", "b=2"]);
      assert.equal(body, method === "DELETE" || method === "HEAD" ? "" : "done");
    }
  });

  it("streams both ways: the first part arrives before the last is sent", async () => {
    await forwarding((incoming, response) => void incoming.pipe(response));
    const sent = request(balancing.url, { method: "POST", agent: false });
    sent.write("first");
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    const [first] = (await once(answer, "data")) as [Buffer];
    assert.equal(first.toString(), "first");
    sent.end(", last");
    assert.equal(await text(answer), ", last");
  });

  it("answers 502 where the target breaks the connection, and breaks off an answer that it does not finish", async () => {
    await forwarding(({ url }, response) => {
      if (url === "/early") response.destroy();
      else if (url === "/late") {
        response.writeHead(200, { "content-length": 10 }).write("half", () => response.destroy());
      } else response.end();
    });
    const early = await send(`${balancing.url}/early`);
    assert.equal(early.status, 502);
    assert.equal(early.headers.server, "awselb/2.0");
    assert.match(early.body, /<title>502 Bad Gateway<\/title>/);
    await assert.rejects(send(`${balancing.url}/late`), { code: "ECONNRESET" });
    assert.equal((await send(balancing.url)).status, 200);
  });

  it("answers 504 where the target stays silent for the idle timeout", async () => {
    await forwarding(
      ({ url }, response) => {
        if (url !== "/silence") response.end();
      },
      { idleTimeoutSeconds: 0.3 },
    );
    assert.equal((await send(`${balancing.url}/silence`)).status, 504);
  });

  it("opens no new connection for each request, and none is left once the target has drained", async () => {
    const connections = new Set<unknown>();
    await forwarding(({ socket }, response) => {
      connections.add(socket);
      response.end();
    });
    connections.clear();
    for (let count = 0; count < 30; count++) await send(balancing.url);
    assert.ok(connections.size <= 3, `${connections.size} connections for 30 requests through 3 nodes`);
    const [target] = balancing.loadBalancing.targetGroup("blue")?.health() ?? [];
    assert.ok(target);
    await balancing.loadBalancing.targetGroup("blue")?.deregister(target);
    await until("all connections are closed", () =>
      [...connections].every((it) => (it as { destroyed: boolean }).destroyed),
    );
  });

  it("never uses a connection again that the target announced to close", async () => {
    const uses = new Map<unknown, number>();
    await forwarding(({ socket }, response) => {
      uses.set(socket, (uses.get(socket) ?? 0) + 1);
      response.setHeader("connection", "close").end();
    });
    for (let count = 0; count < 10; count++) assert.equal((await send(balancing.url)).status, 200);
    assert.deepEqual(new Set(uses.values()), new Set([1]));
  });

  it("splits requests by weight, over connections that are kept open too", async () => {
    balancing = new TestLoadBalancing([targetGroup("blue"), targetGroup("green")]);
    await balancing.configure(loadBalancer(everything({ blue: 90, green: 10 })));
    await balancing.add("blue", (_, response) => response.end("blue"));
    await balancing.add("green", (_, response) => response.end("green"));
    await balancing.states("blue", "healthy");
    await balancing.states("green", "healthy");
    await until("all nodes know", async () => (await statuses(balancing.url, 40)).every((it) => it === 200));
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const bodies = await Promise.all(Array.from({ length: 2000 }, () => send(balancing.url, { agent })));
    agent.destroy();
    const share = bodies.filter(({ body }) => body === "green").length / bodies.length;
    assert.ok(Math.abs(share - 0.1) < 0.03, `green got ${share} of the requests`);
  });

  it("answers 503 for an empty group, without going to the other group of the same rule", async () => {
    balancing = new TestLoadBalancing([targetGroup("blue"), targetGroup("green")]);
    await balancing.configure(loadBalancer(everything({ blue: 0, green: 100 })));
    await balancing.add("blue", (_, response) => response.end("blue"));
    await balancing.states("blue", "healthy");
    assert.deepEqual(new Set(await statuses(balancing.url, 30)), new Set([503]));
  });

  it("sends requests to targets that are all unhealthy, for it fails open, and to the healthy alone where there is one", async () => {
    const health = { ...targetGroup("blue").healthCheck, path: "/" };
    balancing = new TestLoadBalancing([targetGroup("blue", { healthCheck: health })]);
    await balancing.configure(loadBalancer(everything({ blue: 1 })));
    const sick = (_: unknown, response: { writeHead(status: number): { end(): void } }) =>
      response.writeHead(500).end();
    await balancing.add("blue", sick);
    await balancing.states("blue", "unhealthy");
    assert.equal(
      balancing.loadBalancing.targetGroup("blue")?.health()[0]?.reason,
      "Health checks failed with these codes: [500]",
    );
    assert.deepEqual(new Set(await statuses(balancing.url, 6)), new Set([500]));
    await balancing.add("blue", (_, response) => response.end());
    await balancing.states("blue", "unhealthy", "healthy");
    await until("all nodes know", async () => (await statuses(balancing.url, 12)).every((it) => it === 200));
    assert.deepEqual(new Set(await statuses(balancing.url, 30)), new Set([200]));
  });

  it("checks the health of a target only while a rule refers to its group", async () => {
    balancing = new TestLoadBalancing([targetGroup("blue")]);
    await balancing.configure(loadBalancer([]));
    await balancing.add("blue", (_, response) => response.end());
    await balancing.states("blue", "unused");
    await balancing.configure(loadBalancer(everything({ blue: 0 })));
    await balancing.states("blue", "healthy");
    await balancing.configure(loadBalancer([]));
    await balancing.states("blue", "unused");
  });

  it("lets its nodes learn of a changed rule one after another: who does not wait meets the old target", async () => {
    balancing = new TestLoadBalancing([targetGroup("blue"), targetGroup("green")], 10);
    await balancing.configure(loadBalancer(everything({ blue: 1, green: 0 })));
    await balancing.add("blue", (_, response) => response.end("blue"));
    await balancing.add("green", (_, response) => response.end("green"));
    await balancing.states("blue", "healthy");
    await balancing.states("green", "healthy");
    await until("all nodes know", async () => (await bodies()).every((body) => body === "blue"));
    await balancing.configure(loadBalancer(everything({ blue: 0, green: 1 })));
    await until("one node knows", async () => (await bodies()).includes("green"));
    assert.ok((await bodies()).includes("blue"), "the other nodes must not know yet");
    await until("all nodes know", async () => (await bodies()).every((body) => body === "green"));

    async function bodies(): Promise<readonly string[]> {
      return (await Promise.all([1, 2, 3].map(() => send(balancing.url)))).map(({ body }) => body);
    }
  });

  it("drops no request while targets come and go", async () => {
    balancing = new TestLoadBalancing([targetGroup("blue")]);
    await balancing.configure(loadBalancer(everything({ blue: 1 })));
    const answer = (_: unknown, response: { end(): void }) => response.end();
    let old = await balancing.add("blue", answer);
    await balancing.states("blue", "healthy");
    await until("all nodes know", async () => (await statuses(balancing.url, 6)).every((it) => it === 200));
    const load = new Load(balancing.url);
    const group = balancing.loadBalancing.targetGroup("blue");
    for (let round = 0; round < 3; round++) {
      const next = await balancing.add("blue", answer);
      await balancing.states("blue", "healthy", "healthy");
      await group?.deregister({ address: "127.0.0.1", port: old.port });
      old.server.close();
      old = next;
    }
    assert.deepEqual(Object.keys(await load.stop()), ["200"]);
  });
});

async function statuses(url: string, count: number): Promise<readonly number[]> {
  const replies = await Promise.all(Array.from({ length: count }, () => send(url)));
  return replies.map(({ status }) => status);
}
