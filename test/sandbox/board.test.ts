import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Daemon } from "../../sandbox/daemon/client.js";
import { sandboxHome } from "../../sandbox/home.js";
import { BoardClient } from "./support/board-client.js";
import { itServesTheBoard } from "./support/board-interface.js";
import { SandboxCommand } from "./support/cli.js";
import { requireEngine } from "./support/engine.js";
import { isListening, processesOf } from "./support/leftovers.js";
import { TestSandbox } from "./support/sandbox.js";

describe("the board on ECS Fargate, in the sandbox", function () {
  this.timeout(300_000);
  requireEngine();
  let sandbox: TestSandbox;
  const run = (...args: readonly string[]) => SandboxCommand.run(...args, "--home", sandbox.home);

  before(async () => {
    sandbox = await TestSandbox.create();
    const { code, text } = await run("up", "--port", String(sandbox.port), "-c", "logRetentionDays=7");
    assert.equal(code, 0, text);
  });

  after(() => sandbox.remove());

  itServesTheBoard(() => sandbox.url);

  it("keeps config given by -c, and changes nothing in a second up", async () => {
    assert.match((await run("config", "get", "logRetentionDays")).text, /^7$/m);
    const { code, text } = await run("up", "--json", "--skip-preview");
    assert.equal(code, 0, text);
    const { changes, outputs } = JSON.parse(text) as {
      changes: Record<string, number>;
      outputs: { url: string };
    };
    assert.deepEqual(Object.keys(changes), ["same"]);
    assert.equal(outputs.url, sandbox.url);
  });

  it("answers again when a task was killed, and never stops answering for the other services", async () => {
    const board = new BoardClient(sandbox.url);
    const user = await board.newUser();
    const topic = await board.newTopic(user);
    const before = await statusOf("users-fargate");
    for (const pid of before.tasks.flatMap(({ pids }) => pids)) process.kill(pid, "SIGKILL");

    const others: number[] = [];
    const deadline = Date.now() + 60_000;
    do {
      assert.ok(Date.now() < deadline, "the users service does not come back");
      const answers = await Promise.all([
        board.get(`/topics/${topic}`),
        board.get(`/messages?topicId=${topic}`),
      ]);
      others.push(...answers.map(({ status }) => status));
      await sleep(20);
    } while (!(await isReplaced(before)) || (await board.get(`/users/${user}`)).status !== 200);
    assert.deepEqual([...new Set(others)], [200]);
  });

  it("shows what runs and what was logged", async () => {
    assert.match((await run("status")).text, /topics-fargate .* RUNNING .* healthy/);
    const { text } = await run("logs", "users-fargate");
    assert.ok(/"route":"\/users\/:id","status":200/.test(text), "no request was logged");
    assert.equal((await run("output", "url")).text.trim(), sandbox.url);
  });

  it("still has what was written when it was stopped and started", async () => {
    const user = await new BoardClient(sandbox.url).newUser();
    assert.equal((await run("stop")).code, 0);
    assert.equal(await isListening(sandbox.port), false);
    assert.deepEqual(processesOf(sandbox.home), []);
    const { code, text } = await run("up", "--skip-preview", "--port", String(sandbox.port));
    assert.equal(code, 0, text);
    assert.equal((await new BoardClient(sandbox.url).get(`/users/${user}`)).status, 200);
  });

  it("leaves no process, no port and no resource when it is destroyed", async () => {
    const { code, text } = await run("destroy");
    assert.equal(code, 0, text);
    assert.equal(await isListening(sandbox.port), false);
    assert.deepEqual(processesOf(sandbox.home), []);
    const { text: outputs, code: none } = await run("output");
    assert.equal(none, 1);
    assert.match(outputs, /has no outputs/);
  });

  async function statusOf(service: string) {
    const daemon = await Daemon.find(sandboxHome(sandbox.home, "dev"));
    assert.ok(daemon, "the sandbox does not run");
    const status = await daemon.status();
    const found = status.services.find(({ name }) => name === service);
    assert.ok(found, `no service ${service} runs`);
    return found;
  }

  async function isReplaced(earlier: Awaited<ReturnType<typeof statusOf>>): Promise<boolean> {
    const now = await statusOf(earlier.name);
    const old = new Set(earlier.tasks.map(({ id }) => id));
    return now.tasks.some(({ id, health }) => !old.has(id) && health === "healthy");
  }
});
