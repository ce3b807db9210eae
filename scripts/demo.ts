import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { destroy } from "../sandbox/commands/destroy.js";
import type { Project, Terminal } from "../sandbox/commands/operation.js";
import { preview } from "../sandbox/commands/preview.js";
import { status, statusTable } from "../sandbox/commands/status.js";
import { up } from "../sandbox/commands/up.js";
import { freePort } from "./free-port.js";

const directory = join(__dirname, "..");
const cleanUp = "Destroy";
const home = mkdtempSync(join(tmpdir(), "switchyard-demo-"));

/**
 * The board in one command: preview under the policy pack, up, a user, a topic and a message through the URL, what
 * runs, destroy. Exits 0 when every step held; cleans up in every case.
 */
async function main(): Promise<void> {
  const { default: program } = await import("../main/index.js");
  const project: Project = { directory, program };
  const port = await freePort(8080);
  const options = { stack: "dev", home, port, config: [], policyPack: [], policyPackConfig: [] };
  const terminal = quietTerminal();
  try {
    const { changes } = await step("Preview, judged by the policy pack", () =>
      preview(project, options, terminal),
    );
    say(`  ${changes.create ?? 0} resources would be created; the policy pack has no objection.`);
    const { outputs } = await step("Up: ECS on Fargate", () =>
      up(project, { ...options, skipPreview: true }, terminal),
    );
    const url = String(outputs.url);
    await step(`A user, a topic and a message through ${url}`, () => useBoard(url));
    const found = await status(options);
    if (!found) throw new Error("the sandbox does not run any more");
    say(`What runs:\n${statusTable(found)}`);
  } finally {
    await step(cleanUp, () => destroy(project, { ...options, remove: true }, terminal));
    rmSync(home, { recursive: true, force: true });
  }
  say("Done: everything that was created is gone.");
}

let isInterrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => (isInterrupted = true));

/** Writes what the story needs and reads it back. */
async function useBoard(url: string): Promise<void> {
  const user = await create(`${url}/users`, { username: `ann_${Date.now()}`, displayName: "Ann" });
  const topic = await create(`${url}/topics`, { title: "Monoliths", userId: user.id });
  const text = "Three services, one address.";
  const message = await create(`${url}/messages`, { topicId: topic.id, userId: user.id, text });
  const read = await json(await fetch(`${url}/messages/${message.id}`), 200);
  if (read.text !== text) throw new Error("the message that was read is not the one that was written");
  say(`  read back: ${JSON.stringify(read)}`);
}

async function create(url: string, body: object): Promise<{ readonly id: string }> {
  const headers = { "content-type": "application/json" };
  const created = await json(await fetch(url, { method: "POST", headers, body: JSON.stringify(body) }), 201);
  say(`  created ${url}/${String(created.id)}`);
  return { id: String(created.id) };
}

async function json(response: Response, status: number): Promise<Record<string, unknown>> {
  const text = await response.text();
  if (response.status !== status) throw new Error(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

async function step<T>(title: string, work: () => Promise<T>): Promise<T> {
  if (isInterrupted && title !== cleanUp) throw new Error("it was interrupted");
  say(`\n${title} …`);
  const started = Date.now();
  const result = await work();
  say(`  done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

/** Shows the engine's errors and counts, and keeps its line per resource to itself. */
function quietTerminal(): Terminal {
  const engine = new PassThrough();
  createInterface(engine).on("line", (line) => {
    if (/error|warning|Policies:|[✅❌]|\[mandatory\]|Resources:|^ +[+-~] \d+ /.test(line))
      say(`  ${line.trim()}`);
  });
  return { out: (text) => void engine.write(text), progress: (sentence) => say(`  ${sentence}`) };
}

function say(text: string): void {
  console.log(text);
}

main().catch((error: Error) => {
  console.error(`\nThe demo failed: ${error.message}`);
  process.exitCode = 1;
});
