import assert from "node:assert/strict";
import { BoardClient } from "./support/board-client.js";
import { SandboxCommand, type CommandEnd } from "./support/cli.js";
import { requireEngine } from "./support/engine.js";
import { isListening, processesOf } from "./support/leftovers.js";
import { TestSandbox } from "./support/sandbox.js";

/** Something that the engine prints while it creates the stack, early, in the middle and late. */
const moments: readonly (readonly [sentence: string, printed: RegExp])[] = [
  ["the network is created", /aws:ec2:Subnet \S+ created/],
  ["images are pushed", /docker-build:index:Image \S+ creating/],
  ["services start", /aws:ecs:Service \S+ creating/],
];

describe("an up that is interrupted", function () {
  this.timeout(300_000);
  requireEngine();
  let sandbox: TestSandbox;

  beforeEach(async () => {
    sandbox = await TestSandbox.create();
  });

  afterEach(() => sandbox.remove());

  const run = (...args: readonly string[]): Promise<CommandEnd> =>
    SandboxCommand.run(...args, "--home", sandbox.home);
  const start = () =>
    SandboxCommand.start("up", "--skip-preview", "--home", sandbox.home, "--port", String(sandbox.port));

  it("by Ctrl-C while services start: fails, and destroy then leaves nothing", async () => {
    const up = start();
    await up.prints(/aws:ecs:Service \S+ creating/);
    up.process.kill("SIGINT");
    assert.equal((await up.ended).code, 1);
    await assertNothingLeft(await run("destroy"));
  });

  for (const [sentence, printed] of moments) {
    it(`by kill -9 while ${sentence}: the next up completes it, and destroy leaves nothing`, async () => {
      const up = start();
      await up.prints(printed);
      up.process.kill("SIGKILL");
      await up.ended;

      const again = await run("up", "--skip-preview", "--port", String(sandbox.port));
      assert.equal(again.code, 0, again.text);
      assert.ok((await new BoardClient(sandbox.url).newUser()) !== "undefined");
      await assertNothingLeft(await run("destroy"));
    });
  }

  async function assertNothingLeft(destroyed: CommandEnd): Promise<void> {
    assert.equal(destroyed.code, 0, destroyed.text);
    assert.equal(await isListening(sandbox.port), false);
    assert.deepEqual(processesOf(sandbox.home), []);
  }
});
