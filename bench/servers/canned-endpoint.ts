import { createServer } from "node:http";

/**
 * Answers at once what a service asks of others: as DynamoDB, every `GetItem` finds a topic and every `PutItem`
 * succeeds; as a neighbour, every `GET` finds a resource. `GET /calls` answers how many calls there were of each kind
 * since it was asked last.
 */

/** Calls by kind: an operation of DynamoDB, or `neighbour`. */
type Calls = Record<string, number>;

const id = "01JG0000000000000000000001";
const createdAt = "2026-01-01T00:00:00.000Z";
const topic = { id, title: "A topic that is read over and over", userId: id, createdAt };
const item = Object.fromEntries(
  Object.entries({ pk: "topic", sk: id, ...topic }).map(([name, value]) => [name, { S: value }]),
);
const answers: Readonly<Record<string, Buffer>> = {
  GetItem: Buffer.from(JSON.stringify({ Item: item })),
  PutItem: Buffer.from("{}"),
  neighbour: Buffer.from(JSON.stringify(topic)),
};

let calls: Calls = {};

const server = createServer((request, response) => {
  if (request.url === "/calls") {
    response.end(JSON.stringify(calls));
    calls = {};
    return;
  }
  const target = request.headers["x-amz-target"];
  const kind = typeof target === "string" ? (target.split(".")[1] ?? "") : "neighbour";
  calls[kind] = (calls[kind] ?? 0) + 1;
  const answer = answers[kind];
  request.resume().on("end", () => {
    response
      .writeHead(answer ? 200 : 400, {
        "content-type": target === undefined ? "application/json" : "application/x-amz-json-1.0",
        "content-length": answer?.length ?? 0,
      })
      .end(answer);
  });
});
// A connection that closes in the middle of a measurement would count against whoever uses it.
server.keepAliveTimeout = 0;
server.listen(Number(process.env.PORT), process.env.HOST);
