import assert from "node:assert/strict";
import { Load, send } from "./support/requests.js";
import { isAlive, until } from "./support/conditions.js";
import { container, service, servicesBehindRules, TestSandbox } from "./support/sandbox.js";

interface Who {
  readonly name: string;
  readonly address: string;
  readonly pid: number;
}

async function ask<Answer = Who>(sandbox: TestSandbox, name: string, path = "/"): Promise<Answer> {
  const { status, body } = await send(sandbox.url + path, { headers: { "x-service": name } });
  assert.equal(status, 200, body);
  return JSON.parse(body) as Answer;
}

/** Load on a service behind its rule. */
function load(sandbox: TestSandbox, name: string): Load {
  return new Load(`${sandbox.url}/`, { "x-service": name });
}

describe("runtime: services", function () {
  this.timeout(30_000);
  let sandbox: TestSandbox;
  afterEach(() => sandbox.remove());

  it("runs as many tasks as desired, each on an address of its own, all reached through the load balancer", async () => {
    sandbox = await new TestSandbox(servicesBehindRules(service("users"))).start();
    const { tasks, rolloutState, revision } = sandbox.service("users");
    assert.equal(rolloutState, "COMPLETED");
    assert.equal(revision, "users:1");
    assert.deepEqual(
      tasks.map(({ status, health }) => [status, health]),
      [
        ["RUNNING", "healthy"],
        ["RUNNING", "healthy"],
      ],
    );
    const met = new Set<string>();
    for (let count = 0; count < 4; count++) met.add((await ask(sandbox, "users")).address);
    assert.deepEqual([...met].sort(), tasks.map(({ address }) => address).sort());
    for (const address of met) assert.match(address, /^127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./);
  });

  it("gives a task the declared environment and what the platform injects, nothing of its own", async () => {
    sandbox = new TestSandbox(servicesBehindRules(service("users")), { region: "eu-central-1" });
    await sandbox.start();
    const environment = await ask<Record<string, string>>(sandbox, "users", "/environment");
    const { HOST, AWS_ENDPOINT_URL_DYNAMODB, SANDBOX_NAME_SERVER, ...rest } = environment;
    assert.deepEqual(rest, {
      AWS_ACCESS_KEY_ID: "sandbox",
      AWS_SECRET_ACCESS_KEY: "sandbox",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      AWS_REGION: "eu-central-1",
      AWS_DEFAULT_REGION: "eu-central-1",
      NAME: "users",
      PORT: "8080",
    });
    assert.ok(sandbox.service("users").tasks.some(({ address }) => address === HOST));
    assert.equal(AWS_ENDPOINT_URL_DYNAMODB, sandbox.runtime.dynamodbEndpoint);
    assert.match(SANDBOX_NAME_SERVER ?? "", /^127\.0\.0\.1:\d+$/);
  });

  it("replaces a task that was killed, while another service fails no request", async () => {
    sandbox = await new TestSandbox(servicesBehindRules(service("users"), service("topics"))).start();
    const others = load(sandbox, "topics");
    const [victim] = sandbox.service("users").tasks;
    process.kill(victim?.pids[0] ?? 0, "SIGKILL");
    await until("the task is replaced", () => {
      const { tasks, restarts } = sandbox.service("users");
      return restarts === 1 && tasks.filter(({ health }) => health === "healthy").length === 2;
    });
    assert.ok(!sandbox.service("users").tasks.some(({ id }) => id === victim?.id));
    await ask(sandbox, "users");
    assert.deepEqual(Object.keys(await others.stop()), ["200"]);
    assert.equal(sandbox.service("topics").restarts, 0);
  });

  it("changes the revision under load without a failed request", async () => {
    sandbox = await new TestSandbox(servicesBehindRules(service("users"))).start();
    const requests = load(sandbox, "users");
    const before = sandbox.service("users").tasks.flatMap(({ pids }) => pids);
    const task = { containers: [container({ NAME: "users, new" })] };
    await sandbox.changeService("users", { revision: "users:2", task });
    await sandbox.steady("users");
    assert.deepEqual(Object.keys(await requests.stop()), ["200"]);
    assert.ok(requests.sent > 50, `only ${requests.sent} requests were sent`);
    assert.deepEqual(
      sandbox.service("users").tasks.map(({ revision }) => revision),
      ["users:2", "users:2"],
    );
    assert.equal((await ask(sandbox, "users")).name, "users, new");
    assert.deepEqual(before.filter(isAlive), []);
  });

  it("changes the desired count without new tasks for the rest", async () => {
    sandbox = await new TestSandbox(servicesBehindRules(service("users", { desiredCount: 1 }))).start();
    const [first] = sandbox.service("users").tasks;
    await sandbox.changeService("users", { desiredCount: 3 });
    await sandbox.steady("users");
    assert.equal(sandbox.service("users").tasks.length, 3);
    assert.ok(sandbox.service("users").tasks.some(({ id }) => id === first?.id));
    await sandbox.changeService("users", { desiredCount: 0 });
    await sandbox.steady("users");
    assert.equal(sandbox.service("users").tasks.length, 0);
    assert.equal((await send(sandbox.url, { headers: { "x-service": "users" } })).status, 503);
  });

  const failures = [
    {
      what: "that never gets healthy",
      container: container({ HEALTH: "500" }),
      reason: /Task failed ELB health checks in \(target-group users\)/,
    },
    {
      what: "that crashes on start",
      container: container({ CRASH: "3" }),
      reason: /Essential container in task exited \(container main, exit code 3\)/,
    },
    {
      what: "whose image is missing",
      container: { ...container(), image: "gone@sha256:0" },
      reason: /CannotPullContainerError: .*gone@sha256:0: not found/,
    },
  ];
  for (const { what, container: broken, reason } of failures) {
    it(`gives up a revision ${what}, says why, and lets the old one serve without a failed request`, async () => {
      sandbox = new TestSandbox(servicesBehindRules(service("users")), { minimumGracePeriodSeconds: 1 });
      await sandbox.start();
      const requests = load(sandbox, "users");
      await sandbox.changeService("users", { revision: "users:2", task: { containers: [broken] } });
      await assert.rejects(sandbox.steady("users"), (error: Error) => {
        assert.match(
          error.message,
          /^\(service users\) \(deployment ecs-svc\/\d+\) deployment failed: tasks failed to start\./,
        );
        assert.match(error.message, reason);
        return true;
      });
      await until("only the old tasks are left", () => {
        const { tasks } = sandbox.service("users");
        return tasks.length === 2 && tasks.every(({ revision }) => revision === "users:1");
      });
      assert.deepEqual(Object.keys(await requests.stop()), ["200"]);
      assert.equal(sandbox.service("users").revision, "users:1");
      // The failed revision stays failed; a new one gets its chance.
      await assert.rejects(sandbox.steady("users"), reason);
      await sandbox.changeService("users", { revision: "users:3", task: { containers: [container()] } });
      await sandbox.steady("users");
      assert.equal(sandbox.service("users").revision, "users:3");
    });
  }

  it("returns to the last good revision after a restart too, and still knows why the desired one failed", async () => {
    sandbox = await new TestSandbox(servicesBehindRules(service("users", { desiredCount: 1 }))).start();
    const task = { containers: [container({ CRASH: "9" })] };
    await sandbox.changeService("users", { revision: "users:2", task });
    await assert.rejects(sandbox.steady("users"), /exit code 9/);
    await assert.rejects(sandbox.restart(), /exit code 9/);
    await until("the last good revision serves", async () => {
      const { status } = await send(sandbox.url, { headers: { "x-service": "users" } });
      return status === 200;
    });
    assert.equal(sandbox.service("users").revision, "users:1");
  });

  it("gives up a first revision that crashes, with nothing to return to", async () => {
    const broken = service("users", { task: { containers: [container({ CRASH: "1" })] } });
    sandbox = new TestSandbox(servicesBehindRules(broken));
    await assert.rejects(sandbox.start(), /deployment failed: tasks failed to start/);
    assert.equal(sandbox.service("users").rolloutState, "FAILED");
    await until("no task is left", () => sandbox.service("users").tasks.length === 0);
  });

  it("waits for a slow start within the grace period", async () => {
    const slow = container({ START_DELAY_SECONDS: "2" });
    const spec = service("users", { desiredCount: 1, task: { containers: [slow] } });
    sandbox = await new TestSandbox(servicesBehindRules(spec)).start();
    assert.equal(sandbox.service("users").restarts, 0);
  });

  it("kills a task above its memory limit, and replaces it", async () => {
    const small = { ...container({ NAME: "users" }), memoryMib: 128 };
    const spec = service("users", { desiredCount: 1, task: { containers: [small] } });
    sandbox = await new TestSandbox(servicesBehindRules(spec)).start();
    const [before] = sandbox.service("users").tasks;
    await send(`${sandbox.url}/leak`, { headers: { "x-service": "users" } }).catch(() => undefined);
    await until("the task is replaced", () => sandbox.service("users").restarts === 1);
    await sandbox.steady("users");
    const { events, tasks } = sandbox.service("users");
    const reason = "OutOfMemoryError: Container killed due to memory usage (container main, exit code 137)";
    assert.ok(events.some(({ message }) => message.includes(`${before?.id} failed: ${reason}`)));
    assert.notEqual(tasks[0]?.id, before?.id);
  });

  it("kills a task that ignores SIGTERM once its stop timeout is over", async () => {
    const stubborn = { ...container({ IGNORE_SIGTERM: "1" }), stopTimeoutSeconds: 0.5 };
    const spec = service("users", { desiredCount: 1, task: { containers: [stubborn] } });
    sandbox = await new TestSandbox(servicesBehindRules(spec)).start();
    const pid = sandbox.service("users").tasks[0]?.pids[0] ?? 0;
    assert.ok(isAlive(pid));
    await sandbox.change({ services: [] });
    await sandbox.runtime.drained("users");
    assert.ok(!isAlive(pid));
    assert.deepEqual(sandbox.runtime.status().services, []);
    assert.deepEqual(sandbox.runtime.targetHealth("users"), []);
  });

  it("finishes a request in flight when its task is stopped", async () => {
    sandbox = await new TestSandbox(servicesBehindRules(service("users", { desiredCount: 1 }))).start();
    const slow = ask<Who>(sandbox, "users", "/slow?ms=1500");
    await sandbox.changeService("users", { revision: "users:2", task: { containers: [container()] } });
    assert.equal((await slow).name, "users");
    await sandbox.steady("users");
  });

  it("tells a waiting caller how far it has come when the caller gives up", async () => {
    const slow = service("users", { task: { containers: [container({ START_DELAY_SECONDS: "60" })] } });
    sandbox = new TestSandbox(servicesBehindRules(slow));
    await sandbox.runtime.start();
    await assert.rejects(
      sandbox.runtime.waitForSteadyState("users", AbortSignal.timeout(300)),
      /Service users has no steady state: 0 of 2 tasks are healthy/,
    );
    await assert.rejects(
      sandbox.runtime.waitForSteadyState("unknown"),
      /ServiceNotFoundException: Service unknown not found/,
    );
  });
});
