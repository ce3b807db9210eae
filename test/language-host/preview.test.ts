import assert from "node:assert/strict";
import { mkdtemp, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { ConfigStore } from "../../sandbox/engine/config.js";
import type { Session } from "../../sandbox/session.js";
import { requireEngine } from "../sandbox/support/engine.js";
import { processesOf } from "../sandbox/support/leftovers.js";
import { projectDirectory, TestSandbox } from "../sandbox/support/sandbox.js";
import { HostedStack, type HostedPreview } from "../support/language-host/hosted-stack.js";
import { plannedOutputs, plannedResources } from "../support/language-host/planned.js";

const outputs = ["imageUris", "repositoryUrls", "serviceUrls", "url"];

describe("pulumi preview through a Node language host", function () {
  this.timeout(300_000);
  requireEngine();
  let sandbox: TestSandbox;
  let session: Session;
  let stack: HostedStack;
  let shipped: HostedPreview;

  before(async () => {
    sandbox = await TestSandbox.create();
    const { default: program } = await import("../../main/index.js");
    session = await sandbox.session(program);
    stack = await HostedStack.on(session);
    shipped = await stack.preview(projectDirectory);
  });

  after(async () => {
    await session.close();
    await sandbox.remove();
    assert.deepEqual(processesOf(sandbox.home), []);
  });

  it("plans the resources that the inline program plans, and no others", async () => {
    const inline: EngineEvent[] = [];
    await session.stack.preview({ onEvent: (event) => inline.push(event) });
    assert.ok(
      plannedResources(inline).includes("create aws:lb/loadBalancer:LoadBalancer board-entrance-alb"),
    );
    assert.deepEqual(plannedResources(shipped.events), plannedResources(inline));
    assert.deepEqual(plannedOutputs(shipped.events), plannedOutputs(inline));
  });

  it("prints the outputs of the stack", () => {
    const [, printed = ""] = shipped.stdout.split("Outputs:\n");
    const names = [...printed.matchAll(/^ {4}(?:\+ )?(\w+) *:/gm)].map(([, name]) => name);
    assert.deepEqual(names, outputs);
    assert.deepEqual(plannedOutputs(shipped.events), outputs);
  });

  it("has nothing to complain of", () => {
    const complaints = shipped.events
      .flatMap(({ diagnosticEvent }) => (diagnosticEvent ? [diagnosticEvent] : []))
      .filter(({ severity }) => ["warning", "error"].includes(severity));
    assert.deepEqual(complaints, []);
  });

  it("refuses a bad config in one message", async () => {
    const config = new ConfigStore(session.home, projectDirectory);
    config.set({ "switchyard:orchestrator": "nomad" });
    config.apply();
    try {
      await assert.rejects(
        stack.preview(projectDirectory),
        /config of stack dev is refused.+\n +orchestrator: "nomad"/,
      );
    } finally {
      config.remove("switchyard:orchestrator");
      config.apply();
    }
  });

  it("fails when the program ends with an exit code of its own", async () => {
    const project = await mkdtemp(join(sandbox.home, "project-"));
    const settings = "name: switchyard\nruntime: { name: nodejs, options: { typescript: false } }\n";
    await writeFile(join(project, "Pulumi.yaml"), settings);
    await writeFile(join(project, "package.json"), "{}");
    await writeFile(join(project, "index.js"), "process.exit(3);");
    await symlink(join(projectDirectory, "node_modules"), join(project, "node_modules"), "dir");
    await assert.rejects(stack.preview(project), /Program exited with non-zero exit code: 3/);
  });
});
