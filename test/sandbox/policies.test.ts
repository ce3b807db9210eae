import assert from "node:assert/strict";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import type { EngineEvent, PulumiFn } from "@pulumi/pulumi/automation";
import { compilePolicyPack } from "../../sandbox/engine/policy-pack.js";
import type { Session } from "../../sandbox/session.js";
import { requireEngine } from "./support/engine.js";
import { projectDirectory, TestSandbox } from "./support/sandbox.js";

const developer = "arn:aws:iam::123456789012:user/developer";
const good = { Effect: "Allow", Principal: { AWS: developer }, Action: "ecr:PutImage" };

/** A repository policy, and what the pack says of it; nothing where it is good. */
const verdicts: readonly (readonly [sentence: string, policy: unknown, violations: readonly RegExp[]])[] = [
  ["a named principal", { Statement: [good] }, []],
  ["a single statement that is no list", { Statement: good }, []],
  ["a guard Deny for everyone", { Statement: [good, { ...good, Effect: "Deny", Principal: "*" }] }, []],
  [
    "an Allow for everyone",
    { Statement: [good, { ...good, Principal: "*" }] },
    [/policy\.Statement\[1\] allows everyone:/],
  ],
  [
    "everyone as an AWS principal",
    { Statement: { ...good, Principal: { AWS: "*" } } },
    [/policy\.Statement\[0\] allows everyone:/],
  ],
  [
    "everyone among named principals",
    { Statement: { ...good, Principal: { AWS: [developer, "*"] } } },
    [/policy\.Statement\[0\] allows everyone:/],
  ],
  [
    "everyone but some",
    { Statement: { Effect: "Allow", NotPrincipal: { AWS: developer }, Action: "ecr:PutImage" } },
    [/policy\.Statement\[0\] allows everyone but the principals it names/],
  ],
  [
    "two open statements",
    {
      Statement: [
        { ...good, Principal: "*" },
        { ...good, Principal: { AWS: "*" } },
      ],
    },
    [/policy\.Statement\[0\]/, /policy\.Statement\[1\]/],
  ],
  ["no statement", { Version: "2012-10-17" }, [/policy could not be judged: it has no Statement/]],
  [
    "an effect that does not exist",
    { Statement: { ...good, Effect: "Maybe" } },
    [/an Effect is neither Allow nor Deny/],
  ],
  [
    "what is no JSON",
    "Calling [toString] on an [Output<T>] is not supported",
    [/policy could not be judged: it is not JSON/],
  ],
];

describe("the policy pack, in the preview of a repository policy", function () {
  this.timeout(300_000);
  requireEngine();
  const pack = join(projectDirectory, "policies");
  let sandbox: TestSandbox;
  let session: Session;

  before(async () => {
    await compilePolicyPack(pack);
    sandbox = await TestSandbox.create();
    session = await sandbox.session(() => Promise.resolve());
  });

  after(async () => {
    await session.close();
    await sandbox.remove();
  });

  for (const [sentence, policy, violations] of verdicts) {
    it(`${violations.length === 0 ? "passes" : "stops"} ${sentence}`, async () => {
      const text = typeof policy === "string" ? policy : JSON.stringify(policy);
      const { messages, failed } = await preview(() => {
        new aws.ecr.RepositoryPolicy("images", { repository: "images", policy: text });
      });
      assert.equal(messages.length, violations.length, messages.join("\n"));
      violations.forEach((violation, index) => assert.match(messages[index] ?? "", violation));
      assert.equal(failed, violations.length > 0);
    });
  }

  it("has no say in resources of other types", async () => {
    const { messages, failed } = await preview(() => void new aws.ecr.Repository("images"));
    assert.deepEqual([messages, failed], [[], false]);
  });

  it("stops up before anything is created", async () => {
    const open = JSON.stringify({ Statement: { ...good, Principal: "*" } });
    const program: PulumiFn = () => {
      new aws.ecr.RepositoryPolicy("images", { repository: "images", policy: open });
      return Promise.resolve();
    };
    await assert.rejects(session.stack.up({ program, policyPacks: [pack] }), /allows everyone/);
    assert.deepEqual(await session.daemon.resources(), []);
  });

  /** What the pack reports in the preview of a program, and whether that stops it. */
  async function preview(program: () => void): Promise<{ messages: readonly string[]; failed: boolean }> {
    const events: EngineEvent[] = [];
    const inline: PulumiFn = () => Promise.resolve(program());
    const options = {
      program: inline,
      policyPacks: [pack],
      onEvent: (event: EngineEvent) => void events.push(event),
    };
    const failed = await session.stack.preview(options).then(
      () => false,
      () => true,
    );
    return { messages: events.flatMap(({ policyEvent }) => policyEvent?.message ?? []).sort(), failed };
  }
});
