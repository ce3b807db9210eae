import assert from "node:assert/strict";
import type { InjectOptions } from "fastify";
import { Problem, unavailable } from "../../services/shared/problem.js";
import {
  aTopic,
  aUser,
  buildMessages,
  buildTopics,
  buildUsers,
  nobody,
  services,
  type Body,
} from "./support/services.js";
import { PassingStore } from "./support/stores.js";
import { startTable, type Table } from "./support/table.js";

const json = { "content-type": "application/json" };

describe("problems", () => {
  let table: Table;
  before(async () => void (table = await startTable()));
  after(() => table.stop());

  const apps = { users: buildUsers, topics: buildTopics, messages: buildMessages };
  type Case = readonly [
    title: string,
    request: InjectOptions & { url: string },
    status: number,
    fields?: readonly string[],
  ];

  const post = (url: string, payload: object): InjectOptions & { url: string } => ({
    method: "POST",
    url,
    payload,
  });
  const user = { username: "ada", displayName: "Ada" };
  const topic = { title: "Engines", userId: aUser };
  const message = { topicId: aTopic, userId: aUser, text: "Hello" };

  const cases: readonly Case[] = [
    ["an empty body", post("/users", {}), 400, ["username", "displayName"]],
    ["no body", { method: "POST", url: "/users" }, 400, ["body"]],
    ["a body that is an array", post("/topics", []), 400, ["body"]],
    [
      "a body that is null",
      { method: "POST", url: "/topics", payload: "null", headers: json },
      400,
      ["body"],
    ],
    ["a username of 2 characters", post("/users", { ...user, username: "ab" }), 400, ["username"]],
    ["a username of 33 characters", post("/users", { ...user, username: "a".repeat(33) }), 400, ["username"]],
    ["a username with a space", post("/users", { ...user, username: "ada l" }), 400, ["username"]],
    ["a username with a line end", post("/users", { ...user, username: "ada\n" }), 400, ["username"]],
    ["a username with an umlaut", post("/users", { ...user, username: "ädä" }), 400, ["username"]],
    ["a username that is a number", post("/users", { ...user, username: 12345 }), 400, ["username"]],
    ["an empty display name", post("/users", { ...user, displayName: "" }), 400, ["displayName"]],
    ["a blank display name", post("/users", { ...user, displayName: " \t " }), 400, ["displayName"]],
    [
      "a display name of 65 characters",
      post("/users", { ...user, displayName: "x".repeat(65) }),
      400,
      ["displayName"],
    ],
    ["an unknown member", post("/users", { ...user, admin: true }), 400, ["admin"]],
    [
      "two faults at once",
      post("/users", { ...user, username: "?", admin: true }),
      400,
      ["admin", "username"],
    ],
    ["a title of 201 characters", post("/topics", { ...topic, title: "x".repeat(201) }), 400, ["title"]],
    ["a blank title", post("/topics", { ...topic, title: "\u00a0" }), 400, ["title"]],
    ["no title", post("/topics", { userId: aUser }), 400, ["title"]],
    ["a user id that is null", post("/topics", { ...topic, userId: null }), 400, ["userId"]],
    ["a text of 4001 characters", post("/messages", { ...message, text: "x".repeat(4001) }), 400, ["text"]],
    ["no text", post("/messages", { topicId: aTopic, userId: aUser }), 400, ["text"]],
    ["an id given by the client", post("/messages", { ...message, id: nobody }), 400, ["id"]],
    ["malformed JSON", { method: "POST", url: "/users", payload: '{"username":', headers: json }, 400],
    [
      "JSON with __proto__",
      { method: "POST", url: "/users", payload: '{"__proto__":{}}', headers: json },
      400,
    ],
    [
      "an empty Idempotency-Key",
      { ...post("/topics", topic), headers: { "idempotency-key": "" } },
      400,
      ["idempotency-key"],
    ],
    [
      "an Idempotency-Key with a space",
      { ...post("/topics", topic), headers: { "idempotency-key": "a b" } },
      400,
      ["idempotency-key"],
    ],
    [
      "an Idempotency-Key of 256 characters",
      { ...post("/topics", topic), headers: { "idempotency-key": "k".repeat(256) } },
      400,
      ["idempotency-key"],
    ],
    ...["0", "-1", "101", "1.5", "ten", "", "1e1", "0x1", "99999999999999999999"].map((limit): Case => [
      `limit=${limit}`,
      { url: `/topics?limit=${limit}` },
      400,
      ["limit"],
    ]),
    ["limit twice", { url: "/topics?limit=1&limit=2" }, 400, ["limit"]],
    ["cursor twice", { url: "/topics?cursor=a&cursor=b" }, 400, ["cursor"]],
    ["a broken cursor", { url: "/users?cursor=nonsense" }, 400, ["cursor"]],
    ["an empty cursor", { url: "/users?cursor=" }, 400, ["cursor"]],
    ["an unknown query parameter", { url: "/users?page=2" }, 400, ["page"]],
    ["messages of no topic", { url: "/messages" }, 400, ["topicId"]],
    ["messages of an empty topic id", { url: "/messages?topicId=" }, 400, ["topicId"]],
    ["a path that is not percent-encoded", { url: "/users/%zz" }, 400],
    ["an unknown user", { url: `/users/${nobody}` }, 404],
    ["an id that cannot exist", { url: "/users/x" }, 404],
    ["an id longer than any", { url: `/topics/${"x".repeat(500)}` }, 404],
    ["an id with an encoded slash", { url: "/topics/..%2Fusers" }, 404],
    ["a topic id as message id", { url: `/messages/${aTopic}` }, 404],
    ["an unknown message", { url: `/messages/${nobody}-${aTopic}` }, 404],
    ["deleting an unknown topic", { method: "DELETE", url: `/topics/${nobody}` }, 404],
    ["an unknown route", { url: "/users/x/y" }, 404],
    ["an unknown route with a body", { method: "POST", url: "/nothing", payload: "{", headers: json }, 404],
    [
      "a body that is not JSON",
      {
        method: "POST",
        url: "/users",
        payload: "a=b",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      },
      415,
    ],
    [
      "a body of plain text",
      { method: "POST", url: "/users", payload: "{}", headers: { "content-type": "text/plain" } },
      415,
    ],
    ["a body of 17 KiB", post("/messages", { ...message, text: "x".repeat(17 * 1024) }), 413],
  ];

  for (const [title, request, status, fields] of cases) {
    it(`${title} is answered with ${status}${fields ? ` naming ${fields.join(", ")}` : ""}`, async () => {
      const service = (/^\/(users|topics|messages)/.exec(request.url)?.[1] ?? "users") as keyof typeof apps;
      const lines: string[] = [];
      const app = apps[service](table.store, { lines });
      const response = await app.inject({
        ...request,
        headers: { ...request.headers, "x-request-id": "my-request" },
      });
      assert.equal(response.statusCode, status, response.body);
      assert.match(String(response.headers["content-type"]), /^application\/problem\+json\b/);
      assert.equal(response.headers["x-request-id"], "my-request");
      const body = response.json<Body>();
      assert.equal(body["status"], status);
      assert.equal(body["instance"], "my-request");
      assert.equal(typeof body["title"], "string");
      assert.equal(typeof body["detail"], "string");
      assert.match(String(body["type"]), /^(about:blank|urn:problem-type:[a-z-]+)$/);
      assert.deepEqual(body.errors?.map(({ field }) => field).sort(), fields && [...fields].sort());
      assert.equal(lines.length, 1);
    });
  }

  const wrongMethods = [
    ["PUT", "/users", "GET, HEAD, POST"],
    ["PATCH", `/topics/${nobody}`, "DELETE, GET, HEAD"],
    ["DELETE", "/messages", "GET, HEAD, POST"],
    ["POST", `/messages/${nobody}`, "DELETE, GET, HEAD"],
    ["POST", "/health", "GET, HEAD"],
    ["DELETE", "/topics/openapi.json", "GET, HEAD"],
    ["OPTIONS", "/topics", "GET, HEAD, POST"],
  ] as const;
  for (const [method, url, allow] of wrongMethods) {
    it(`${method} ${url} is answered with 405 and Allow: ${allow}, whatever the body`, async () => {
      const app = apps[(/users|messages/.exec(url)?.[0] ?? "topics") as keyof typeof apps](table.store);
      const response = await app.inject({ method, url, payload: "{", headers: json });
      assert.equal(response.statusCode, 405, response.body);
      assert.equal(response.headers.allow, allow);
      assert.equal(response.json<Body>()["status"], 405);
    });
  }

  const failures = [
    ["a store that does not answer", unavailable("The store did not answer in time."), 503, "2"],
    ["a fault of its own", new Error("secret detail"), 500, undefined],
    [
      "a fault that carries a code",
      Object.assign(new Error("secret detail"), { code: "ESECRET" }),
      500,
      undefined,
    ],
  ] as const;
  for (const { name, build, body } of services) {
    for (const [title, error, status, retryAfter] of failures) {
      it(`/${name} answers ${title} with ${status}, and tells the log alone why`, async () => {
        const fail = () => Promise.reject(error);
        const store = Object.assign(new PassingStore(table.store), {
          get: fail,
          put: fail,
          remove: fail,
          page: fail,
        });
        const lines: string[] = [];
        const app = build(store, { lines });
        const path = name === "messages" ? `/messages/${nobody}-${aTopic}` : `/${name}/${nobody}`;
        const list = name === "messages" ? `/messages?topicId=${aTopic}` : `/${name}`;
        for (const request of [
          { url: path },
          { url: list },
          { method: "DELETE", url: path },
          { method: "POST", url: `/${name}`, payload: body },
          { method: "POST", url: `/${name}`, payload: body, headers: { "idempotency-key": "k" } },
        ] as const) {
          const response = await app.inject(request);
          assert.equal(response.statusCode, status, response.body);
          assert.equal(response.headers["retry-after"], retryAfter);
          assert.ok(!response.body.includes("secret") && !response.body.includes("stack"), response.body);
        }
        assert.equal(lines.length, 5);
        for (const line of lines) assert.equal((JSON.parse(line) as { level: string }).level, "error");
        assert.ok(error instanceof Problem || lines.every((line) => line.includes("secret detail")));
        assert.equal((await app.inject("/health")).statusCode, 200);
      });
    }
  }

  it("a neighbour that does not answer is 503 with Retry-After, and nothing is created", async () => {
    const broken = {
      exists: () => Promise.reject(unavailable("The users service did not answer.")),
      close: () => undefined,
    };
    for (const [build, url, body] of [
      [buildTopics, "/topics", topic],
      [buildMessages, "/messages", message],
    ] as const) {
      const app = build(table.store, { users: broken });
      const response = await app.inject(post(url, body));
      assert.equal(response.statusCode, 503);
      assert.equal(response.headers["retry-after"], "2");
    }
    assert.deepEqual((await buildTopics(table.store).inject("/topics")).json(), { items: [], cursor: null });
  });

  it("a request that cannot be answered within 3 seconds is 503 with Retry-After", async () => {
    const never = Object.assign(new PassingStore(table.store), {
      get: () => new Promise<undefined>(() => undefined),
    });
    const started = Date.now();
    const response = await buildUsers(never).inject(`/users/${nobody}`);
    assert.equal(response.statusCode, 503);
    assert.equal(response.headers["retry-after"], "2");
    assert.ok(Date.now() - started < 3500);
  });
});
