import assert from "node:assert/strict";
import type { FastifyInstance } from "fastify";
import { connect } from "node:net";
import { once } from "node:events";
import { catalog } from "../../services/catalog.js";
import * as messages from "../../services/messages/app.js";
import * as topics from "../../services/topics/app.js";
import * as users from "../../services/users/app.js";
import { aUser, buildTopics, buildUsers, post, services } from "./support/services.js";
import { PassingStore } from "./support/stores.js";
import { startTable, type Table } from "./support/table.js";

interface OpenApi {
  openapi: string;
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: object; headers?: object }> }>
  >;
  components: { schemas: Record<string, object> };
}

describe("every service", () => {
  let table: Table;
  before(async () => void (table = await startTable()));
  after(() => table.stop());

  it("is in the catalogue with the services it calls", () => {
    const called = [users, topics, messages].map(({ name, calls }) => [name, [...calls].sort()]);
    assert.deepEqual(
      called,
      catalog.map(({ name, calls }) => [name, [...calls].sort()]),
    );
  });

  for (const { name, build } of services) {
    it(`${name} is healthy without asking its store`, async () => {
      const response = await build(new PassingStore(undefined as never)).inject("/health");
      assert.deepEqual([response.statusCode, response.json()], [200, { status: "ok" }]);
    });

    it(`${name} describes all of its routes and their problems by OpenAPI`, async () => {
      const response = await build(table.store).inject(`/${name}/openapi.json`);
      assert.equal(response.statusCode, 200);
      assert.match(String(response.headers["content-type"]), /^application\/json/);
      const document = response.json<OpenApi>();
      assert.match(document.openapi, /^3\.1\./);
      assert.deepEqual(Object.keys(document.paths).sort(), [`/${name}`, `/${name}/{id}`]);
      const statuses = (path: string, method: string) =>
        Object.keys(document.paths[path]?.[method]?.responses ?? {});
      const conflict = name === "users" ? ["409"] : [];
      assert.deepEqual(statuses(`/${name}`, "get"), ["200", "400", "500", "503"]);
      assert.deepEqual(statuses(`/${name}`, "post"), [
        "201",
        "400",
        "408",
        ...conflict,
        "413",
        "415",
        "422",
        "500",
        "503",
      ]);
      assert.deepEqual(statuses(`/${name}/{id}`, "get"), ["200", "404", "500", "503"]);
      assert.deepEqual(statuses(`/${name}/{id}`, "delete"), ["204", "404", "500", "503"]);
      for (const reference of JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)) {
        const schema = /^#\/components\/schemas\/(\w+)$/.exec(reference[1]!)?.[1];
        assert.ok(schema !== undefined && schema in document.components.schemas, reference[1]);
      }
      for (const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
        for (const [status, { content }] of Object.entries(operation.responses)) {
          if (+status >= 400) assert.deepEqual(Object.keys(content ?? {}), ["application/problem+json"]);
        }
      }
    });
  }

  it("logs one line per request, without anything personal", async () => {
    const lines: string[] = [];
    const app = buildUsers(table.store, { lines });
    const headers = { "x-request-id": "r-1", "idempotency-key": "private-key" };
    const { body } = await post(
      app,
      "users",
      { username: "private-name", displayName: "Private Name" },
      headers,
    );
    await app.inject(`/users/${body.id}?secret=private-value`);
    await app.inject("/private-path");
    await app.inject("/%zz-private-path");
    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      logged.map(({ level, method, route, status }) => [level, method, route, status]),
      [
        ["info", "POST", "/users", 201],
        ["info", "GET", "/users/:id", 200],
        ["info", "GET", "unmatched", 404],
        ["info", "GET", "unmatched", 400],
      ],
    );
    assert.equal(logged[0]?.["requestId"], "r-1");
    assert.ok(logged.every(({ durationMs }) => typeof durationMs === "number" && durationMs >= 0));
    assert.ok(!/private/i.test(lines.join()) && !lines.join().includes(body.id), lines.join());
  });

  it("asks clients to leave while it is about to stop, and answers them", async () => {
    let draining = false;
    const app = buildTopics(table.store, { isDraining: () => draining });
    assert.equal((await app.inject("/topics")).headers.connection, "keep-alive");
    draining = true;
    for (const url of ["/topics", "/health", "/unknown"]) {
      assert.equal((await app.inject(url)).headers.connection, "close");
    }
    assert.equal((await post(app, "topics", { title: "Last", userId: aUser })).status, 201);
  });

  describe("over a socket", () => {
    let app: FastifyInstance;
    let port: number;
    before(async () => {
      app = buildUsers(table.store);
      port = Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
    });
    after(() => app.close());

    /** Sends bytes and answers all that comes back until the service ends the connection. */
    async function send(
      bytes: string,
    ): Promise<{ status: number; head: string; body: { status: number; title: string } }> {
      const socket = connect(port, "127.0.0.1");
      socket.write(bytes);
      let answer = "";
      socket.on("data", (data) => (answer += data.toString()));
      await once(socket, "close");
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      return {
        status: Number(head.split(" ")[1]),
        head,
        body: JSON.parse(body) as { status: number; title: string },
      };
    }

    const post = "POST /users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    const cases = [
      ["something that is not HTTP", "hello\r\n\r\n", 400],
      [
        "header fields of 20 KiB",
        `GET /users HTTP/1.1\r\nHost: a\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`,
        431,
      ],
      ["a body that never arrives", `${post}Content-Length: 10\r\n\r\n{`, 408],
      ["a body announced too large", `${post}Content-Length: 99999999\r\n\r\n{`, 413],
    ] as const;
    for (const [title, bytes, status] of cases) {
      it(`answers ${title} with ${status} and ends the connection`, async () => {
        const answer = await send(bytes);
        assert.equal(answer.status, status);
        assert.match(answer.head, /content-type: application\/problem\+json/i);
        assert.match(answer.head, /connection: close/i);
        assert.equal(answer.body.status, status);
      });
    }

    it("keeps a connection longer than the load balancer does", () => {
      assert.ok(app.server.keepAliveTimeout > 60_000);
      assert.ok(app.server.headersTimeout > app.server.keepAliveTimeout);
    });
  });
});
