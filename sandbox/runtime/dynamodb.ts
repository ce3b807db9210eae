import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TableSpec } from "./desired.js";
import { GuardedProcess } from "./guarded-process.js";
import type { ProcessLedger } from "./process-ledger.js";

const region = "us-east-1";

/**
 * DynamoDB with its data on disk: dynalite, in a process of its own, for a few hundred
 * requests a second keep it busy. One that ends is started again at the same port.
 */
export class DynamoDb {
  private process: GuardedProcess | undefined;
  private port = 0;
  private isStopping = false;

  /**
   * @param directory Folder of the data.
   * @param report Told of what goes wrong.
   */
  constructor(
    private readonly directory: string,
    private readonly ledger: ProcessLedger,
    private readonly report: (problem: string) => void,
  ) {
    mkdirSync(directory, { recursive: true });
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** @throws Error where it cannot be started. */
  async start(): Promise<void> {
    const server = new GuardedProcess({
      args: [join(__dirname, "dynamodb-server.cjs"), String(this.port), this.directory],
      env: { AWS_REGION: region },
      cwd: this.directory,
      ledger: this.ledger,
    });
    this.process = server;
    const [output, errors] = server.output;
    let complaint = "";
    errors?.on("data", (text: Buffer) => (complaint = `${complaint}${text.toString()}`.slice(-2000)));
    if (!output) throw new Error("The process of DynamoDB has no output.");
    const answering = once(output, "data") as Promise<[Buffer]>;
    const first = await Promise.race([answering, server.ended.then(() => undefined)]);
    if (!first) throw new Error(`DynamoDB did not start: ${complaint}`);
    this.port = Number(first[0].toString());
    output.resume();
    void server.ended.then(({ code }) => this.restart(code, complaint));
  }

  /**
   * Creates and deletes tables until there are exactly those given. A deleted table's data is deleted with it.
   *
   * @throws Error where DynamoDB refuses or cannot be reached.
   */
  async sync(tables: readonly TableSpec[]): Promise<void> {
    const existing = await this.tableNames();
    const surplus = existing.filter((name) => !tables.some((table) => table.name === name));
    const missing = tables.filter(({ name }) => !existing.includes(name));
    for (const name of surplus) await this.call("DeleteTable", { TableName: name });
    for (const table of missing) await this.call("CreateTable", creation(table));
    for (const name of surplus) await this.settled(name, "deleted");
    for (const { name } of missing) await this.settled(name, "ACTIVE");
  }

  private async tableNames(): Promise<readonly string[]> {
    const { TableNames } = await this.call<{ TableNames: string[] }>("ListTables", {});
    return TableNames;
  }

  /** Lets it finish and close its data; resolves when its process is gone, after four seconds at most. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const { process } = this;
    if (!process) return;
    process.release();
    const impatience = setTimeout(() => process.kill(), 4000);
    await process.ended;
    clearTimeout(impatience);
  }

  /** Waits until a table has this status; both take moments. */
  private async settled(name: string, wanted: "ACTIVE" | "deleted"): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt++) {
      const exists = (await this.tableNames()).includes(name);
      if (wanted === "deleted" ? !exists : exists && (await this.tableStatus(name)) === wanted) return;
      await sleep(20);
    }
    throw new Error(`Table ${name} is not ${wanted} after a while; the tables are looked at again.`);
  }

  private async tableStatus(name: string): Promise<string> {
    const described = await this.call<{ Table: { TableStatus: string } }>("DescribeTable", {
      TableName: name,
    });
    return described.Table.TableStatus;
  }

  private async restart(code: number, complaint: string): Promise<void> {
    while (!this.isStopping) {
      this.report(`DynamoDB ended with exit code ${code} and is started again. ${complaint}`);
      await sleep(500);
      if (this.isStopping) return;
      try {
        return await this.start();
      } catch (error) {
        this.report(String(error));
      }
    }
  }

  private async call<Result>(operation: string, input: object): Promise<Result> {
    const response = await fetch(this.endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        "x-amz-date": new Date().toISOString().replace(/[-:]|\.\d+/g, ""),
        // Only its form is looked at.
        authorization: `AWS4-HMAC-SHA256 Credential=sandbox/20000101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`DynamoDB refused ${operation} ${JSON.stringify(input)}: ${text}`);
    return JSON.parse(text) as Result;
  }
}

function creation({ name, keys: [partitionKey, sortKey], attributes }: TableSpec): object {
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: attributes.map((attribute) => ({
      AttributeName: attribute.name,
      AttributeType: attribute.type,
    })),
    KeySchema: [
      { AttributeName: partitionKey, KeyType: "HASH" },
      ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: "RANGE" }]),
    ],
  };
}
