import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { join } from "node:path";
import { compilePolicyPack } from "../../sandbox/engine/policy-pack.js";
import { containsUnknown } from "../../sandbox/provider/unknown.js";
import type { Session } from "../../sandbox/session.js";
import { requireEngine } from "./support/engine.js";
import { projectDirectory, TestSandbox } from "./support/sandbox.js";

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal: string | { readonly AWS: string | readonly string[] };
  readonly Action: string | readonly string[];
}

const account = "arn:aws:iam::123456789012";
const caller = `${account}:user/developer`;
const services = ["users", "topics", "messages"];

describe("the preview of a new stack", function () {
  this.timeout(120_000);
  requireEngine();
  let sandbox: TestSandbox;
  let session: Session;
  let events: readonly EngineEvent[];

  before(async () => {
    sandbox = await TestSandbox.create();
    const { default: program } = await import("../../main/index.js");
    session = await sandbox.session(program);
    events = await preview();
  });

  after(async () => {
    await session.close();
    await sandbox.remove();
  });

  it("knows every repository policy", () => {
    const policies = plannedPolicies();
    assert.deepEqual([...policies.keys()].sort(), [...services].sort());
    for (const policy of policies.values()) assert.equal(containsUnknown(policy), false);
  });

  for (const service of services) {
    it(`allows exactly the push and pull principals of ${service}`, () => {
      const { Statement } = JSON.parse(plannedPolicies().get(service) ?? "{}") as {
        Statement: readonly Statement[];
      };
      assert.deepEqual(principalsThatMay("ecr:PutImage", Statement), [caller]);
      assert.deepEqual(principalsThatMay("ecr:GetDownloadUrlForLayer", Statement), pullers(service));
    });
  }

  it("creates nothing", async () => {
    assert.deepEqual(await session.daemon.resources(), []);
  });

  it("is judged by the policy pack", async () => {
    const pack = join(projectDirectory, "policies");
    await compilePolicyPack(pack);
    const { stdout } = await session.stack.preview({ policyPacks: [pack] });
    assert.match(stdout, /✅ switchyard@v0\.1\.0/);
  });

  async function preview(): Promise<readonly EngineEvent[]> {
    const seen: EngineEvent[] = [];
    await session.stack.preview({ onEvent: (event) => void seen.push(event) });
    return seen;
  }

  /** Policy text of every repository in the plan, by service. */
  function plannedPolicies(): ReadonlyMap<string, string> {
    const planned = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []);
    const policies = planned.filter(({ type }) => type === "aws:ecr/repositoryPolicy:RepositoryPolicy");
    return new Map(
      policies.map(({ urn, new: state }) => [
        services.find((service) => urn.includes(`-${service}-`)) ?? urn,
        String(state?.inputs.policy),
      ]),
    );
  }

  /** Execution role of the service on ECS, the roles that pull on EKS, and those who push. */
  function pullers(service: string): readonly string[] {
    const roles = events
      .flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? [])
      .filter(({ type, urn }) => type === "aws:iam/role:Role" && /-execution-role$|-node-role$/.test(urn))
      .map(({ urn, new: state }) => ({ urn, name: String(state?.inputs.name) }))
      .filter(({ urn }) => urn.includes(`-${service}-`) || urn.includes("-eks-"));
    return [...roles.map(({ name }) => `${account}:role/${name}`), caller].sort();
  }
});

function principalsThatMay(action: string, statements: readonly Statement[]): readonly string[] {
  const allowing = statements.filter(
    ({ Effect, Action }) => Effect === "Allow" && [Action].flat().includes(action),
  );
  const named = allowing.flatMap(({ Principal }) =>
    typeof Principal === "string" ? [Principal] : [Principal.AWS].flat(),
  );
  return [...new Set(named)].sort();
}
