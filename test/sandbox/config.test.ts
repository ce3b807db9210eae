import assert from "node:assert/strict";
import { ConfigStore, type StackConfig } from "../../sandbox/engine/config.js";
import type { Session } from "../../sandbox/session.js";
import { SandboxCommand } from "./support/cli.js";
import { requireEngine } from "./support/engine.js";
import { projectDirectory, TestSandbox } from "./support/sandbox.js";

/** What is changed in the stack's config, and the lines of the refusal: key and value, and what is allowed. */
const badConfigs: readonly (readonly [
  sentence: string,
  config: StackConfig,
  key: string,
  allowed: RegExp,
])[] = [
  ["an unknown orchestrator", { orchestrator: "nomad" }, 'orchestrator: "nomad"', /Allowed: ecs/],
  ["an unknown capacity", { capacity: "lambda" }, 'capacity: "lambda"', /Allowed: .*fargate/],
  [
    "a Fargate size that does not exist",
    { services: '{"users":{"cpu":256,"memory":4096}}' },
    "services.users.memory: 4096",
    /with 256 CPU units, 512, 1024, 2048 \(MiB\); CPU units on Fargate are 256, 512, 1024/,
  ],
  [
    "scaling bounds that are upside down",
    { services: '{"topics":{"minReplicas":5,"maxReplicas":2}}' },
    "services.topics.minReplicas: 5",
    /at most maxReplicas, which is 2/,
  ],
  [
    "an unknown service",
    { services: '{"orders":{}}' },
    "services.orders",
    /services of the catalogue: users, topics, messages/,
  ],
  ["an unknown key", { orchestratr: "ecs" }, "orchestratr", /no such key/],
  [
    "paths that overlap",
    { services: '{"topics":{"path":"/users/topics"}}' },
    'services.topics.path: "/users/topics"',
    /a path apart from \/users, which is the path of users/,
  ],
  ["a wildcard principal", { pushPrincipals: '["*"]' }, 'pushPrincipals.0: "*"', /ARN/],
  [
    "a caller who may not push",
    {
      pushPrincipals: '["arn:aws:iam::123456789012:role/ci"]',
      adminPrincipals: '["arn:aws:iam::123456789012:role/admin"]',
    },
    "arn:aws:iam::123456789012:user/developer",
    /push/,
  ],
  ["traffic that does not add up", { traffic: '{"ecs":90}' }, "traffic", /100/],
];

describe("a bad config", function () {
  this.timeout(300_000);
  requireEngine();
  let sandbox: TestSandbox;
  let session: Session;

  before(async () => {
    sandbox = await TestSandbox.create();
    const { default: program } = await import("../../main/index.js");
    session = await sandbox.session(program);
  });

  after(async () => {
    await session.close();
    await sandbox.remove();
  });

  for (const [sentence, config, key, allowed] of badConfigs) {
    it(`is refused before anything is created: ${sentence}`, async () => {
      const text = await refusalOf(config);
      assert.match(text, /The config of stack dev is refused, and nothing was changed\./);
      const line = text.split("\n").findIndex((each) => each.includes(key));
      assert.ok(line >= 0, `no line names ${key}:\n${text}`);
      assert.match(
        text
          .split("\n")
          .slice(line, line + 2)
          .join(" "),
        allowed,
      );
      assert.deepEqual(await session.daemon.resources(), []);
    });
  }

  it("is refused by the command with a non-zero exit, all problems in one message", async () => {
    await session.close();
    const bad = ["-c", "orchestrator=nomad", "-c", "natGateways=three"];
    const { code, text } = await SandboxCommand.run("up", "--home", sandbox.home, ...bad);
    assert.equal(code, 1);
    assert.match(
      text,
      /orchestrator: "nomad"\n\s+Allowed: .*\n\s+natGateways: "three"\n\s+Allowed: single, perZone/,
    );
    session = await sandbox.session(() => Promise.resolve());
    assert.deepEqual(await session.daemon.resources(), []);
  });

  /** What the engine prints when the stack is brought up with a changed config. */
  async function refusalOf(config: StackConfig): Promise<string> {
    const store = new ConfigStore(session.home, projectDirectory);
    const keys = Object.keys(config).map((key) => `switchyard:${key}`);
    store.set(Object.fromEntries(Object.entries(config).map(([key, value]) => [`switchyard:${key}`, value])));
    store.apply();
    try {
      await session.stack.up();
    } catch (error) {
      return (error as Error).message;
    } finally {
      for (const key of keys) store.remove(key);
      store.apply();
    }
    throw new assert.AssertionError({ message: "the config was accepted" });
  }
});
