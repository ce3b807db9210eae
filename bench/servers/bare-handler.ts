import { randomUUID } from "node:crypto";
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import { DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { createDynamoDbClient } from "../../services/shared/dynamodb-store.js";

/**
 * The least that answers `GET /topics/{id}` and `POST /messages`: the same calls of DynamoDB and of the neighbours as
 * the services make, over a client with the same settings, and nothing else. No validation, log, limit or problem.
 */

const { PORT, HOST, TABLE_NAME, USERS_URL, TOPICS_URL } = process.env;
const documents = DynamoDBDocumentClient.from(createDynamoDbClient(), {
  marshallOptions: { removeUndefinedValues: true },
});
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

interface Message {
  readonly topicId: string;
  readonly userId: string;
  readonly text: string;
}

async function readTopic(id: string, response: ServerResponse): Promise<void> {
  const { Item } = await documents.send(
    new GetCommand({ TableName: TABLE_NAME, Key: { pk: "topic", sk: id }, ConsistentRead: true }),
  );
  const { title, userId, createdAt } = (Item ?? {}) as Readonly<Record<string, string>>;
  send(response, Item ? 200 : 404, { id, title, userId, createdAt });
}

async function createMessage(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { topicId, userId, text } = JSON.parse(await read(request)) as Message;
  const found = await Promise.all([exists(`${TOPICS_URL}/${topicId}`), exists(`${USERS_URL}/${userId}`)]);
  if (found.includes(false)) return send(response, 422, {});
  const message = { id: randomUUID(), topicId, userId, text, createdAt: new Date().toISOString() };
  await documents.send(
    new PutCommand({
      TableName: TABLE_NAME,
      Item: { pk: `topic#${topicId}`, sk: message.id, ...message },
      ConditionExpression: "attribute_not_exists(pk)",
    }),
  );
  send(response, 201, message, { location: `/messages/${message.id}` });
}

function exists(url: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on("error", reject);
  });
}

function read(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    request
      .setEncoding("utf8")
      .on("data", (chunk: string) => (text += chunk))
      .on("end", () => resolve(text))
      .on("error", reject);
  });
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}

function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url = "" } = request;
  if (method === "GET" && url.startsWith("/topics/"))
    return readTopic(url.slice("/topics/".length), response);
  if (method === "POST" && url === "/messages") return createMessage(request, response);
  return Promise.resolve(send(response, 404, {}));
}

const server = createServer((request, response) => {
  route(request, response).catch((error: Error) => send(response, 500, { error: error.message }));
});
server.keepAliveTimeout = 65_000;
server.listen(Number(PORT), HOST);
