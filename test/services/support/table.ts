import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { DynamoDbStore } from "../../../services/shared/dynamodb-store.js";

const dynalite = createRequire(__filename)("dynalite") as (options: { createTableMs: number }) => Server;

/** A real table in an emulated DynamoDB in memory. */
export interface Table {
  readonly store: DynamoDbStore;
  readonly name: string;
  readonly endpoint: string;
  /** Ends the emulator; nothing is left. */
  stop(): Promise<void>;
}

export async function startTable(): Promise<Table> {
  const server = dynalite({ createTableMs: 0 }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = clientOf(endpoint);
  const name = "board";
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "sk", AttributeType: "S" },
      ],
    }),
  );
  const store = new DynamoDbStore(client, name);
  const stop = async () => {
    store.close();
    server.close();
    server.closeAllConnections();
    await once(server, "close");
  };
  return { store, name, endpoint, stop };
}

/** A client of an emulator at an address of its own; the services' own client finds its endpoint by the environment. */
export function clientOf(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: "eu-central-1", credentials });
}

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** What a service's process needs in its environment to use a table. */
export function tableEnvironment(table: Pick<Table, "endpoint" | "name">) {
  return {
    TABLE_NAME: table.name,
    AWS_REGION: "eu-central-1",
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}
