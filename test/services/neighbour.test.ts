import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { HttpNeighbour, type Neighbour } from "../../services/shared/neighbour.js";
import { Problem } from "../../services/shared/problem.js";
import { SharedNeighbour } from "../../services/shared/shared-neighbour.js";
import { aUser } from "./support/services.js";

describe("a neighbour", () => {
  const servers: Server[] = [];
  const neighbours: Neighbour[] = [];

  async function start(
    listener: RequestListener,
    { timeout = 300, path = "/users" } = {},
  ): Promise<{ neighbour: Neighbour; server: Server }> {
    const server = createServer(listener).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    const neighbour = new HttpNeighbour({ name: "users", url, timeout });
    neighbours.push(neighbour);
    return { neighbour, server };
  }

  afterEach(() => {
    for (const neighbour of neighbours.splice(0)) neighbour.close();
    for (const server of servers.splice(0)) server.close().closeAllConnections();
  });

  const isUnavailable = (error: unknown) =>
    error instanceof Problem && error.status === 503 && error.headers["retry-after"] !== undefined;

  for (const [status, expected] of [
    [200, true],
    [404, false],
  ] as const) {
    it(`that answers ${status} says ${expected}, asked once by GET with the request's id`, async () => {
      const seen: unknown[] = [];
      const { neighbour } = await start((request, response) => {
        seen.push([request.method, request.url, request.headers["x-request-id"]]);
        response.writeHead(status).end("{}");
      });
      assert.equal(await neighbour.exists(aUser, "my-request"), expected);
      assert.deepEqual(seen, [["GET", `/users/${aUser}`, "my-request"]]);
    });
  }

  for (const path of ["/people", "/board/people", "/board/people/"]) {
    it(`at ${path} is asked there`, async () => {
      const asked: unknown[] = [];
      const answer: RequestListener = (request, response) => {
        asked.push(request.url);
        response.end();
      };
      const { neighbour } = await start(answer, { path });
      assert.equal(await neighbour.exists(aUser, "r"), true);
      assert.deepEqual(asked, [`${path.replace(/\/$/, "")}/${aUser}`]);
    });
  }

  for (const id of ["", "x", "../topics", `${aUser}/`, `${aUser}\n`, aUser.toLowerCase(), "\u0000", "🙂"]) {
    it(`is not asked about ${JSON.stringify(id)}, which cannot exist`, async () => {
      let asked = 0;
      const { neighbour } = await start((_request, response) => {
        asked++;
        response.end();
      });
      assert.equal(await neighbour.exists(id, "r"), false);
      assert.equal(asked, 0);
    });
  }

  for (const status of [400, 301, 500, 503]) {
    it(`that answers ${status} is unavailable, and not asked again`, async () => {
      let asked = 0;
      const { neighbour } = await start((_request, response) => {
        asked++;
        response.writeHead(status).end();
      });
      await assert.rejects(neighbour.exists(aUser, "r"), isUnavailable);
      assert.equal(asked, 1);
    });
  }

  it("that resets the connection is asked once more over a new one", async () => {
    const sockets = new Set<Socket>();
    const { neighbour } = await start((request, response) => {
      sockets.add(request.socket);
      if (sockets.size === 1) request.socket.resetAndDestroy();
      else response.writeHead(200).end();
    });
    assert.equal(await neighbour.exists(aUser, "r"), true);
    assert.equal(sockets.size, 2);
  });

  it("that resets every connection is unavailable after one retry", async () => {
    let asked = 0;
    const { neighbour } = await start((request) => {
      asked++;
      request.socket.resetAndDestroy();
    });
    await assert.rejects(neighbour.exists(aUser, "r"), isUnavailable);
    assert.equal(asked, 2);
  });

  it("whose replica was replaced is found again, however many connections were open", async () => {
    const { neighbour, server } = await start(
      (_request, response) => void setTimeout(() => response.end(), 20),
    );
    await Promise.all(Array.from({ length: 8 }, () => neighbour.exists(aUser, "r")));
    const { port } = server.address() as AddressInfo;
    server.close().closeAllConnections();
    await once(server, "close");
    const successor = createServer((_request, response) => response.end()).listen(port, "127.0.0.1");
    servers.push(successor);
    await once(successor, "listening");
    const answers = await Promise.all(Array.from({ length: 8 }, () => neighbour.exists(aUser, "r")));
    assert.deepEqual(
      answers,
      Array.from({ length: 8 }, () => true),
    );
  });

  it("that is not there is unavailable at once", async () => {
    const { neighbour, server } = await start(() => undefined);
    server.close();
    await once(server, "close");
    await assert.rejects(neighbour.exists(aUser, "r"), isUnavailable);
  });

  it("that does not answer is unavailable within its time limit, and not asked again", async () => {
    let asked = 0;
    const { neighbour } = await start(() => void asked++);
    const started = Date.now();
    await assert.rejects(neighbour.exists(aUser, "r"), isUnavailable);
    assert.ok(Date.now() - started < 1000);
    assert.equal(asked, 1);
  });

  it("serves many questions over connections that stay open", async () => {
    const sockets = new Set<Socket>();
    const { neighbour } = await start((request, response) => {
      sockets.add(request.socket);
      response.end("{}");
    });
    for (let i = 0; i < 10; i++) await neighbour.exists(aUser, "r");
    assert.equal(sockets.size, 1);
  });
});

describe("a shared neighbour", () => {
  /** A neighbour whose answers the test gives, in the order of its questions. */
  function questioned() {
    const questions: { id: string; resolve: (found: boolean) => void; reject: (error: Error) => void }[] = [];
    const exists = (id: string) =>
      new Promise<boolean>((resolve, reject) => void questions.push({ id, resolve, reject }));
    return { questions, neighbour: new SharedNeighbour({ exists, close: () => undefined }) };
  }
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

  it("answers who comes during a question by the next one, asked after they came", async () => {
    const { questions, neighbour } = questioned();
    const first = neighbour.exists("a", "1");
    const later = [neighbour.exists("a", "2"), neighbour.exists("a", "3")];
    assert.equal(questions.length, 1);
    questions[0]?.resolve(true);
    assert.equal(await first, true);
    await settled();
    assert.equal(questions.length, 2);
    // Deleted meanwhile: whoever came after the first question must learn of it.
    questions[1]?.resolve(false);
    assert.deepEqual(await Promise.all(later), [false, false]);
    assert.equal(questions.length, 2);
  });

  it("asks about different ids at the same time", () => {
    const { questions, neighbour } = questioned();
    void neighbour.exists("a", "1");
    void neighbour.exists("b", "2");
    assert.deepEqual(
      questions.map(({ id }) => id),
      ["a", "b"],
    );
  });

  it("asks anew for those who waited when a question failed, and keeps nothing afterwards", async () => {
    const { questions, neighbour } = questioned();
    const first = neighbour.exists("a", "1");
    const second = neighbour.exists("a", "2");
    questions[0]?.reject(new Error("down"));
    await assert.rejects(first, /down/);
    await settled();
    questions[1]?.resolve(true);
    assert.equal(await second, true);
    await settled();
    void neighbour.exists("a", "3");
    assert.equal(questions.length, 3);
  });
});
