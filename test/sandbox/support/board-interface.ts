import assert from "node:assert/strict";
import { BoardClient, uniqueName } from "./board-client.js";

/** What the requests of the tables are about. */
interface Subjects {
  readonly user: string;
  readonly topic: string;
  readonly message: string;
  readonly takenName: string;
}

type Expectation = readonly [sentence: string, method: string, path: string, body: unknown, status: number];

/** An id that looks like one and is nobody's. */
const absent = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

/** Good and bad requests with the status of each, over the board's whole interface. */
function expectations({ user, topic, message, takenName }: Subjects): readonly Expectation[] {
  const newUser = { username: uniqueName(), displayName: "Ann" };
  return [
    ["creates a user", "POST", "/users", newUser, 201],
    ["refuses a taken username", "POST", "/users", { username: takenName, displayName: "Ann" }, 409],
    [
      "refuses a taken username in other case",
      "POST",
      "/users",
      { username: takenName.toUpperCase(), displayName: "Ann" },
      409,
    ],
    ["refuses a user without a name", "POST", "/users", { displayName: "Ann" }, 400],
    ["refuses an unknown property", "POST", "/users", { ...newUser, admin: true }, 400],
    ["shows a user", "GET", `/users/${user}`, undefined, 200],
    ["misses an absent user", "GET", `/users/${absent}`, undefined, 404],
    ["lists users", "GET", "/users?limit=2", undefined, 200],
    ["refuses a limit of 0", "GET", "/users?limit=0", undefined, 400],
    ["refuses a broken cursor of users", "GET", "/users?cursor=broken", undefined, 400],
    ["misses an absent user's deletion", "DELETE", `/users/${absent}`, undefined, 404],
    ["creates a topic", "POST", "/topics", { title: "Weather", userId: user }, 201],
    ["refuses a topic of nobody", "POST", "/topics", { title: "Weather", userId: absent }, 422],
    ["refuses a topic without a title", "POST", "/topics", { userId: user }, 400],
    ["shows a topic", "GET", `/topics/${topic}`, undefined, 200],
    ["misses an absent topic", "GET", `/topics/${absent}`, undefined, 404],
    ["lists topics", "GET", "/topics", undefined, 200],
    ["refuses a broken cursor of topics", "GET", "/topics?cursor=%25", undefined, 400],
    ["creates a message", "POST", "/messages", { topicId: topic, userId: user, text: "Rain" }, 201],
    [
      "refuses a message in no topic",
      "POST",
      "/messages",
      { topicId: absent, userId: user, text: "Rain" },
      422,
    ],
    [
      "refuses a message of nobody",
      "POST",
      "/messages",
      { topicId: topic, userId: absent, text: "Rain" },
      422,
    ],
    ["refuses a message without text", "POST", "/messages", { topicId: topic, userId: user }, 400],
    ["shows a message", "GET", `/messages/${message}`, undefined, 200],
    ["misses an absent message", "GET", `/messages/${absent}-${absent}`, undefined, 404],
    ["lists a topic's messages", "GET", `/messages?topicId=${topic}`, undefined, 200],
    ["refuses to list the messages of no topic", "GET", "/messages", undefined, 400],
    [
      "refuses a broken cursor of messages",
      "GET",
      `/messages?topicId=${topic}&cursor=broken`,
      undefined,
      400,
    ],
    ["refuses a method that a path does not have", "PUT", `/users/${user}`, newUser, 405],
    [
      "refuses a body that is too large",
      "POST",
      "/messages",
      { topicId: topic, userId: user, text: "x".repeat(20_000) },
      413,
    ],
    ["describes the users service", "GET", "/users/openapi.json", undefined, 200],
    ["describes the topics service", "GET", "/topics/openapi.json", undefined, 200],
    ["describes the messages service", "GET", "/messages/openapi.json", undefined, 200],
  ];
}

/** Tests that a running board answers its whole interface as specified. */
export function itServesTheBoard(url: () => string): void {
  let board: BoardClient;

  before(() => {
    board = new BoardClient(url());
  });

  it("answers good and bad requests with the status of each", async () => {
    const takenName = uniqueName();
    const user = String((await board.post("/users", { username: takenName, displayName: "Ann" })).body.id);
    const topic = await board.newTopic(user);
    const message = await board.newMessage(topic, user);
    const wrong: string[] = [];
    for (const [sentence, method, path, body, status] of expectations({ user, topic, message, takenName })) {
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const answer = await board.request(
        method,
        path,
        body === undefined ? undefined : JSON.stringify(body),
        headers,
      );
      if (answer.status !== status) wrong.push(`${sentence}: ${answer.status} instead of ${status}`);
      const type = answer.headers.get("content-type") ?? "";
      if (status >= 400 && !type.startsWith("application/problem+json"))
        wrong.push(`${sentence}: ${type} is no problem`);
    }
    assert.deepEqual(wrong, []);
  });

  it("answers 400 to a body that is not JSON, and 415 to one of another type", async () => {
    const json = { "content-type": "application/json" };
    assert.equal((await board.request("POST", "/users", "{", json)).status, 400);
    assert.equal((await board.request("POST", "/users", "a", { "content-type": "text/plain" })).status, 415);
  });

  it("answers 404 from the load balancer where no service's path matches", async () => {
    const { status, headers } = await board.get("/nothing");
    assert.equal(status, 404);
    assert.ok(!headers.has("x-request-id"), "no service answered");
  });

  it("names a new resource in Location, where it can be read and deleted once", async () => {
    const created = await board.post("/users", { username: uniqueName(), displayName: "Ann" });
    const location = created.headers.get("location") ?? "";
    assert.equal(location, `/users/${String(created.body.id)}`);
    assert.deepEqual((await board.get(location)).body, created.body);
    assert.equal((await board.delete(location)).status, 204);
    assert.equal((await board.get(location)).status, 404);
    assert.equal((await board.delete(location)).status, 404);
  });

  it("creates once under an idempotency key, and refuses the key for another body", async () => {
    const key = { "idempotency-key": uniqueName() };
    const body = { title: uniqueName(), userId: await board.newUser() };
    const first = await board.post("/topics", body, key);
    const again = await board.post("/topics", body, key);
    assert.deepEqual([again.status, again.body], [201, first.body]);
    assert.equal((await board.post("/topics", { ...body, title: "Another" }, key)).status, 422);
    const { items } = (await board.get("/topics?limit=100")).body as { items: { title: string }[] };
    assert.equal(items.filter(({ title }) => title === body.title).length, 1);
  });

  it("lists topics newest first and messages oldest first, page by page", async () => {
    const user = await board.newUser();
    const topics = [await board.newTopic(user), await board.newTopic(user), await board.newTopic(user)];
    const [topic = ""] = topics;
    const messages: string[] = [];
    for (let count = 0; count < 5; count += 1) messages.push(await board.newMessage(topic, user));
    assert.deepEqual((await pages(board, "/topics?limit=2", 3)).slice(0, 3), topics.reverse());
    assert.deepEqual(await pages(board, `/messages?topicId=${topic}&limit=2`, 5), messages);
  });
}

/** Ids of a list's items, read in pages until there are as many as asked for or no more. */
async function pages(board: BoardClient, path: string, atLeast: number): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null && ids.length < atLeast) {
    const next: string = cursor === "" ? path : `${path}&cursor=${encodeURIComponent(cursor)}`;
    const page = (await board.get(next)).body as { items: { id: string }[]; cursor: string | null };
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.cursor;
  }
  return ids;
}
