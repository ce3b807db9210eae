import assert from "node:assert/strict";
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { processIdentity } from "../../sandbox/runtime/process-facts.js";
import { ProcessLedger } from "../../sandbox/runtime/process-ledger.js";
import { Runtime, type RuntimeStatus } from "../../sandbox/runtime/runtime.js";
import { isAlive, isOpen, until } from "./support/conditions.js";
import { programImages } from "./support/images.js";
import { send } from "./support/requests.js";
import { container, nothing, service, servicesBehindRules, TestSandbox } from "./support/sandbox.js";

const table = {
  arn: "table",
  name: "board-users",
  keys: ["pk", "sk"],
  attributes: [
    { name: "pk", type: "S" },
    { name: "sk", type: "N" },
  ],
} as const;

/** Asks DynamoDB as its SDK does. */
async function dynamodb(endpoint: string, operation: string, input: object): Promise<object> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "x-amz-date": "20260101T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify(input),
  });
  return (await response.json()) as object;
}

/** Ids of all processes that a runtime of this folder has written down: tasks and DynamoDB. */
function processesOf(directory: string): readonly number[] {
  return readdirSync(join(directory, "processes")).map(Number);
}

describe("runtime: life cycle", function () {
  this.timeout(30_000);
  const sandboxes: TestSandbox[] = [];
  afterEach(() => Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.remove())));

  function create(...given: ConstructorParameters<typeof TestSandbox>): TestSandbox {
    const sandbox = new TestSandbox(...given);
    sandboxes.push(sandbox);
    return sandbox;
  }

  const key = { pk: { S: "a" }, sk: { N: "1" } };
  const item = { ...key, text: { S: "kept" } };

  it("leaves no process, no open port and no record of a process when it stops, even with tasks that ignore SIGTERM", async () => {
    const stubborn = container({ IGNORE_SIGTERM: "1", SHUTDOWN_DELAY_SECONDS: "30" });
    const specs = [service("users"), service("topics", { task: { containers: [stubborn] } })];
    const sandbox = await create(servicesBehindRules(...specs)).start();
    const processes = processesOf(sandbox.directory);
    const ports = [sandbox.url, sandbox.runtime.dynamodbEndpoint].map((url) => Number(new URL(url).port));
    assert.equal(processes.length, 5);
    for (const port of ports) assert.ok(await isOpen(port));
    const began = Date.now();
    await sandbox.runtime.stop();
    assert.ok(Date.now() - began < 6000, `it took ${Date.now() - began} ms`);
    assert.deepEqual(processes.filter(isAlive), []);
    for (const port of ports) assert.ok(!(await isOpen(port)), `port ${port} is open`);
    assert.deepEqual(processesOf(sandbox.directory), []);
  });

  it("runs everything again after a restart, with the data of its tables", async () => {
    const sandbox = await create({
      ...servicesBehindRules(service("users")),
      tables: [table],
    }).start();
    await dynamodb(sandbox.runtime.dynamodbEndpoint, "PutItem", { TableName: table.name, Item: item });
    await sandbox.restart();
    const endpoint = sandbox.runtime.dynamodbEndpoint;
    assert.deepEqual(await dynamodb(endpoint, "GetItem", { TableName: table.name, Key: key }), {
      Item: item,
    });
    assert.equal((await send(sandbox.url, { headers: { "x-service": "users" } })).status, 200);
    assert.deepEqual(sandbox.runtime.status().tables, [table.name]);
  });

  it("creates and deletes tables with their data as desired", async () => {
    const sandbox = await create({ tables: [table] }).start();
    const endpoint = sandbox.runtime.dynamodbEndpoint;
    assert.deepEqual(await dynamodb(endpoint, "PutItem", { TableName: table.name, Item: item }), {});
    await sandbox.change({ tables: [] });
    assert.deepEqual(await dynamodb(endpoint, "ListTables", {}), { TableNames: [] });
    await sandbox.change({ tables: [table] });
    assert.deepEqual(await dynamodb(endpoint, "GetItem", { TableName: table.name, Key: key }), {});
  });

  it("starts DynamoDB again where it ended, at the same place with the same data", async () => {
    const sandbox = await create({ tables: [table] }).start();
    const endpoint = sandbox.runtime.dynamodbEndpoint;
    await dynamodb(endpoint, "PutItem", { TableName: table.name, Item: item });
    const [pid = 0] = processesOf(sandbox.directory);
    process.kill(pid, "SIGKILL");
    await until("it is gone", () => !isAlive(pid));
    const read = () => dynamodb(endpoint, "GetItem", { TableName: table.name, Key: key });
    await until("it answers again", () =>
      read().then(
        () => true,
        () => false,
      ),
    );
    assert.deepEqual(await read(), { Item: item });
  });

  it("leaves no process when its host is killed, and starts again on the same folder", async () => {
    const directory = mkdtempSync(join(tmpdir(), "runtime-"));
    for (let round = 0; round < 2; round++) {
      const host = fork(join(__dirname, "fixtures", "host.ts"), [directory], {
        execArgv: ["--import", "tsx"],
      });
      const { services } = await status(host);
      const processes = processesOf(directory);
      assert.equal(services[0]?.tasks.length, 2);
      assert.equal(processes.length, 3);
      assert.ok(processes.every(isAlive));
      host.kill("SIGKILL");
      await until("all processes are gone", () => !processes.some(isAlive));
    }
    rmSync(directory, { recursive: true });
  });

  it("ends the processes of an earlier runtime that are left, and no other that has one of their numbers", async () => {
    const directory = mkdtempSync(join(tmpdir(), "runtime-"));
    const { spawn } = await import("node:child_process");
    const [left, foreign] = [1, 2].map(() =>
      spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" }),
    );
    assert.ok(left?.pid && foreign?.pid);
    const records = join(directory, "processes");
    new ProcessLedger(records).add(left.pid);
    writeFileSync(join(records, String(foreign.pid)), "an earlier boot 1");
    const runtime = new Runtime({
      directory,
      images: programImages(directory),
      desired: () => nothing,
      port: 0,
    });
    await runtime.start();
    assert.ok(!isAlive(left.pid));
    assert.ok(isAlive(foreign.pid));
    assert.ok(!processesOf(directory).includes(foreign.pid));
    assert.notEqual(processIdentity(process.pid), undefined);
    await runtime.stop();
    foreign.kill("SIGKILL");
    rmSync(directory, { recursive: true });
  });

  it("reports a port that is taken, opens it once it is free, and runs all else meanwhile", async () => {
    const occupant = createServer().listen(0, "127.0.0.1");
    await once(occupant, "listening");
    const { port } = occupant.address() as AddressInfo;
    const sandbox = create(servicesBehindRules(service("users", { desiredCount: 1 })), { port });
    await sandbox.runtime.start();
    await until("the task runs", () => sandbox.service("users").tasks[0]?.status === "RUNNING");
    const problems = readFileSync(join(sandbox.directory, "runtime.log"), "utf8");
    assert.match(problems, new RegExp(`cannot open its port 80 on this host: listen EADDRINUSE.*${port}`));
    occupant.close();
    await until(
      "the port is open",
      () => sandbox.runtime.status().loadBalancers[0]?.listeners[0]?.hostPort === port,
    );
    await sandbox.steady("users");
    assert.equal((await send(sandbox.url, { headers: { "x-service": "users" } })).status, 200);
  });
});

async function status(host: ChildProcess): Promise<RuntimeStatus> {
  const [message] = (await once(host, "message")) as [RuntimeStatus];
  return message;
}
