import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type PutCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { unavailable } from "./problem.js";
import type { Condition, Item, Key, Page, PageRequest, Store } from "./store.js";

/** One try and one retry, each at most this long, end before the request's own time limit. */
const attempts = { maxAttempts: 2, connectionTimeout: 500, requestTimeout: 1200 } as const;

/** More than a replica has requests in flight; the SDK's own default of 50 makes requests wait for a socket. */
const agent = { keepAlive: true, maxSockets: 512 } as const;

/** Errors of DynamoDB that say "not now", as https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html lists them. */
const throttling = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "LimitExceededException",
]);

/** Errors that the SDK raises itself where no answer came, or no credentials to ask with. */
const unanswered = new Set(["TimeoutError", "AbortError", "CredentialsProviderError"]);

/**
 * A DynamoDB client for a service's table. Region, credentials and endpoint come from where the AWS SDK looks for
 * them: `AWS_REGION`, its default chain, and `AWS_ENDPOINT_URL_DYNAMODB`.
 */
export function createDynamoDbClient(): DynamoDBClient {
  return new DynamoDBClient({
    maxAttempts: attempts.maxAttempts,
    // The regional endpoint is the one that a VPC's gateway endpoint and its prefix list are made for.
    accountIdEndpointMode: "disabled",
    requestHandler: {
      connectionTimeout: attempts.connectionTimeout,
      requestTimeout: attempts.requestTimeout,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
}

/** A store in a DynamoDB table. It needs `GetItem`, `PutItem`, `DeleteItem` and `Query` on the table, nothing else. */
export class DynamoDbStore implements Store {
  private readonly documents: DynamoDBDocumentClient;

  /**
   * @param client See {@link createDynamoDbClient}.
   * @param table Name of the table.
   */
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {
    this.documents = DynamoDBDocumentClient.from(client, {
      marshallOptions: { removeUndefinedValues: true },
    });
  }

  async get({ pk, sk }: Key): Promise<Item | undefined> {
    const command = new GetCommand({ TableName: this.table, Key: { pk, sk }, ConsistentRead: true });
    const { Item } = await this.documents.send(command).catch(explain);
    return Item as Item | undefined;
  }

  put(item: Item, condition: Condition): Promise<boolean> {
    const command = new PutCommand({ TableName: this.table, Item: item, ...expressionOf(condition) });
    return this.documents.send(command).then(written, notWritten);
  }

  remove({ pk, sk }: Key, condition: Condition): Promise<boolean> {
    const command = new DeleteCommand({ TableName: this.table, Key: { pk, sk }, ...expressionOf(condition) });
    return this.documents.send(command).then(written, notWritten);
  }

  async page({ partition, limit, after, order }: PageRequest): Promise<Page> {
    const command = new QueryCommand({
      TableName: this.table,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": partition },
      ExclusiveStartKey: after === undefined ? undefined : { pk: partition, sk: after },
      ScanIndexForward: order === "ascending",
      Limit: limit,
      ConsistentRead: true,
    });
    const { Items, LastEvaluatedKey } = await this.documents.send(command).catch(explain);
    return { items: (Items ?? []) as Item[], last: LastEvaluatedKey?.["sk"] as string | undefined };
  }

  close(): void {
    this.client.destroy();
  }
}

type Expression = Pick<
  PutCommandInput,
  "ConditionExpression" | "ExpressionAttributeNames" | "ExpressionAttributeValues"
>;

const absent: Expression = { ConditionExpression: "attribute_not_exists(pk)" };

function expressionOf(condition: Condition): Expression {
  switch (condition.type) {
    case "absent":
      return absent;
    case "absent-or-expired":
      return {
        ConditionExpression: "attribute_not_exists(pk) OR expiresAt <= :now",
        ExpressionAttributeValues: { ":now": condition.now },
      };
    case "absent-or-equal":
      return {
        ...equality(condition),
        ConditionExpression: "attribute_not_exists(pk) OR #attribute = :value",
      };
    case "equal":
      return { ...equality(condition), ConditionExpression: "#attribute = :value" };
  }
}

function equality({ attribute, value }: { attribute: string; value: string }): Expression {
  return {
    ExpressionAttributeNames: { "#attribute": attribute },
    ExpressionAttributeValues: { ":value": value },
  };
}

function written(): true {
  return true;
}

function notWritten(error: unknown): false {
  if (error instanceof ConditionalCheckFailedException) return false;
  return explain(error);
}

/**
 * @throws Problem 503 where DynamoDB could not be reached, was too slow, throttled or failed; else the error itself,
 *   for it is this service's own fault.
 */
function explain(error: unknown): never {
  throw isPassing(error) ? unavailable("The store did not answer in time.", error) : error;
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (throttling.has(error.name) || unanswered.has(error.name)) return true;
  const { code, $metadata } = error as NodeJS.ErrnoException & { $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  // Errors of sockets and name resolution carry a code and no status.
  return status === undefined ? code !== undefined : status >= 500;
}
