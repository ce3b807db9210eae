import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { LogStore, type LogEvent, type ReadLogsOptions } from "../../sandbox/runtime/log-store.js";
import { until } from "./support/conditions.js";
import { service, servicesBehindRules, TestSandbox } from "./support/sandbox.js";
import { send } from "./support/requests.js";

describe("runtime: logs", function () {
  this.timeout(30_000);
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "logs-"))));
  let sandbox: TestSandbox | undefined;
  afterEach(async () => {
    await sandbox?.remove();
    sandbox = undefined;
    rmSync(directory, { recursive: true });
  });

  /** Writes what a container prints into a log stream of its own, and waits until it is read. */
  async function print(
    logs: LogStore,
    service: string,
    ...chunks: readonly (string | Buffer)[]
  ): Promise<void> {
    const stream = logs.open({ service, logGroup: `/board/${service}`, logStream: `ecs/main/${service}` });
    const source = new PassThrough();
    stream.consume(source);
    for (const chunk of chunks) source.write(chunk);
    source.end();
    await until("all is read", () => source.readableEnded);
    stream.close();
  }

  async function read(logs: LogStore, options: ReadLogsOptions = {}): Promise<readonly LogEvent[]> {
    const events: LogEvent[] = [];
    for await (const event of logs.read(options)) events.push(event);
    return events;
  }

  it("keep what was printed line by line, whole characters and the unfinished last line too", async () => {
    const logs = new LogStore(directory);
    const accent = Buffer.from("é");
    await print(logs, "users", "one\ntw", "o\n", accent.subarray(0, 1), accent.subarray(1), "\nlast");
    const events = await read(new LogStore(directory));
    assert.deepEqual(
      events.map(({ message }) => message),
      ["one", "two", "é", "last"],
    );
    const { timestamp, message, ...origin } = events[0] ?? {};
    assert.match(timestamp ?? "", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.equal(message, "one");
    assert.deepEqual(origin, { service: "users", logGroup: "/board/users", logStream: "ecs/main/users" });
  });

  it("are read for one service or for all, oldest first", async () => {
    const logs = new LogStore(directory);
    await print(logs, "users", "first\n");
    await print(logs, "topics", "second\n");
    await print(logs, "users", "third\n");
    assert.deepEqual(
      (await read(logs)).map(({ message }) => message),
      ["first", "second", "third"],
    );
    assert.deepEqual(
      (await read(logs, { service: "users" })).map(({ message }) => message),
      ["first", "third"],
    );
  });

  it("are bounded: the newest part of a stream and the newest streams of a group are kept", async () => {
    const logs = new LogStore(directory);
    const line = `${"x".repeat(1000)}\n`;
    await print(logs, "users", ...Array.from({ length: 50 }, () => line.repeat(100)), "newest\n");
    const folder = join(directory, encodeURIComponent("/board/users"));
    const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    assert.ok(bytes.reduce((sum, size) => sum + size, 0) < 3 * 1024 * 1024);
    assert.equal((await read(logs)).at(-1)?.message, "newest");
    for (let count = 0; count < 30; count++) {
      logs.open({ service: "users", logGroup: "/board/users", logStream: `ecs/main/${count}` }).close();
    }
    assert.equal(readdirSync(folder).filter((name) => name.endsWith(".jsonl")).length, 20);
  });

  it("are followed: what tasks print arrives until the reader leaves", async () => {
    sandbox = await new TestSandbox(servicesBehindRules(service("users", { desiredCount: 1 }))).start();
    const reader = new AbortController();
    const messages: string[] = [];
    const reading = (async () => {
      for await (const { message } of sandbox.runtime.readLogs({ follow: true, signal: reader.signal })) {
        messages.push(message);
      }
    })();
    await until("the kept lines are read", () => messages.length > 0);
    assert.match(messages[0] ?? "", /^users listens on 127\./);
    await send(`${sandbox.url}/print?text=hello`, { headers: { "x-service": "users" } });
    await until("the new line is read", () => messages.includes("hello"));
    reader.abort();
    await reading;
  });
});
