import assert from "node:assert/strict";
import { send } from "./support/requests.js";
import { until } from "./support/conditions.js";
import { container, service, servicesBehindRules, TestSandbox } from "./support/sandbox.js";

describe("runtime: names", function () {
  this.timeout(30_000);
  let sandbox: TestSandbox;

  before(async () => {
    const discovery = { hostname: "users.board.test", ttlSeconds: 2 };
    const users = service("users", { discovery });
    // Same name, as the services of a change of capacity have it, but found only when healthy; and it never is.
    const hidden = service("hidden", {
      desiredCount: 1,
      discovery: { ...discovery, from: "healthy" },
      task: { containers: [container({ HEALTH: "500" })] },
      healthCheckGracePeriodSeconds: 3600,
    });
    sandbox = new TestSandbox(servicesBehindRules(users, service("topics", { desiredCount: 1 }), hidden));
    await sandbox.runtime.start();
    await sandbox.steady("users", "topics");
  });
  after(() => sandbox.remove());

  /** What a task of `topics` answers to a path. */
  async function topics(path: string): Promise<unknown> {
    const { status, body } = await send(sandbox.url + path, { headers: { "x-service": "topics" } });
    assert.equal(status, 200);
    return JSON.parse(body);
  }

  /** Addresses that a name has for a task of `topics`, in order; or the error. */
  async function lookup(name: string): Promise<unknown> {
    const found = await topics(`/lookup?name=${name}`);
    return Array.isArray(found) ? found.map(({ address }: { address: string }) => address).sort() : found;
  }

  function addresses(id: string): readonly (string | undefined)[] {
    return sandbox
      .service(id)
      .tasks.map(({ address }) => address)
      .sort();
  }

  it("stand for the addresses of all tasks that run, and not of those that have to be healthy first and are not", async () => {
    assert.equal(addresses("hidden").length, 1);
    assert.deepEqual(await lookup("users.board.test"), addresses("users"));
    assert.deepEqual(await lookup("USERS.board.TEST."), addresses("users"));
  });

  it("let a program reach a task without knowing where it is", async () => {
    const url = encodeURIComponent("http://users.board.test:8080/");
    assert.equal(((await topics(`/ask?url=${url}`)) as { name: string }).name, "users");
  });

  it("that nobody has do not exist, and other names resolve as ever", async () => {
    assert.equal(await lookup("nobody.board.test"), "Error: getaddrinfo ENOTFOUND nobody.board.test");
    assert.ok(((await lookup("localhost")) as string[]).includes("127.0.0.1"));
    assert.deepEqual(await lookup("127.0.0.1"), ["127.0.0.1"]);
  });

  it("follow the tasks: of one that drains, a caller knows at most for the time to live", async () => {
    const before = addresses("users");
    assert.deepEqual(await lookup("users.board.test"), before);
    await sandbox.changeService("users", { desiredCount: 1 });
    const running = () => sandbox.service("users").tasks.filter(({ status }) => status === "RUNNING");
    await until("a task leaves", () => running().length === 1);
    const [staying] = running();
    assert.deepEqual(await lookup("users.board.test"), before, "the answer is kept for its time to live");
    await until("the caller asks again", async () => {
      const found = (await lookup("users.board.test")) as string[];
      return found.length === 1 && found[0] === staying?.address;
    });
    await sandbox.change({ services: sandbox.desired.services.filter(({ id }) => id !== "users") });
    await sandbox.runtime.drained("users");
    await until("nobody has the name", async () => {
      return (await lookup("users.board.test")) === "Error: getaddrinfo ENOTFOUND users.board.test";
    });
  });
});
