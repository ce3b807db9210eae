import assert from "node:assert/strict";
import { isIdentifier, splitIdentifiers } from "../../services/shared/identifiers.js";
import {
  aTopic,
  aUser,
  buildMessages,
  buildTopics,
  buildUsers,
  list,
  listPath,
  nobody,
  post,
  services,
} from "./support/services.js";
import { CountingStore } from "./support/stores.js";
import { startTable, type Table } from "./support/table.js";

describe("resources", () => {
  let table: Table;
  beforeEach(async () => void (table = await startTable()));
  afterEach(() => table.stop());

  for (const { name, build, body, plainWrites } of services) {
    it(`POST /${name} creates, GET reads it back, DELETE removes it once`, async () => {
      const app = build(table.store);
      const before = Date.now();
      const created = await post(app, name, body);

      assert.equal(created.status, 201);
      const { id, createdAt, ...rest } = created.body;
      assert.deepEqual(rest, body);
      assert.ok(isIdentifier(id) || splitIdentifiers(id));
      const age = Date.parse(createdAt as string) - before;
      assert.ok(age >= 0 && age < 2000, `${age} ms`);
      assert.equal(new Date(createdAt as string).toISOString(), createdAt);
      assert.equal(created.headers.location, `/${name}/${id}`);

      const path = `/${name}/${id}`;
      const read = await app.inject(path);
      assert.equal(read.statusCode, 200);
      assert.deepEqual(read.json(), created.body);
      assert.deepEqual((await app.inject({ method: "HEAD", url: path })).statusCode, 200);

      const removed = await app.inject({ method: "DELETE", url: path });
      assert.equal(removed.statusCode, 204);
      assert.equal(removed.body, "");
      assert.equal((await app.inject({ method: "DELETE", url: path })).statusCode, 404);
      assert.equal((await app.inject(path)).statusCode, 404);
      assert.deepEqual(await list(app, listPath(name)), { items: [], cursor: null });
    });

    it(`POST /${name} costs ${plainWrites} write(s), two of the same body create two`, async () => {
      const store = new CountingStore(table.store);
      const app = build(store);
      await post(app, name, body);
      assert.equal(store.writes, plainWrites);
      if (name === "users") return;
      await post(app, name, body);
      assert.equal((await list(app, listPath(name))).items.length, 2);
    });

    it(`${name}: ids and creation times rise within a millisecond and when the clock goes back`, async () => {
      const times = [1_800_000_000_000, 1_800_000_000_000, 1_799_999_999_000];
      const app = build(table.store, { clock: () => times.shift() ?? 1_800_000_000_001 });
      const ids: string[] = [];
      const createdAt: unknown[] = [];
      for (let i = 0; i < 4; i++) {
        const unique = name === "users" ? { username: `user${i}` } : {};
        const { body: made } = await post(app, name, { ...body, ...unique });
        ids.push(made.id);
        createdAt.push(made["createdAt"]);
      }
      assert.deepEqual([...ids].sort(), ids);
      assert.equal(new Set(ids).size, 4);
      assert.deepEqual([...createdAt].sort(), createdAt);
    });

    it(`${name}: a list walked page by page shows everything once, in order, and ends with a null cursor`, async () => {
      const app = build(table.store);
      const ids: string[] = [];
      for (let i = 0; i < 7; i++) {
        const unique = name === "users" ? { username: `user${i}` } : {};
        ids.push((await post(app, name, { ...body, ...unique })).body.id);
      }
      const expected = name === "topics" ? ids.toReversed() : ids;
      for (const limit of [1, 3, 6, 7, 8, 100]) {
        const seen: string[][] = [];
        let cursor: string | null = null;
        do {
          const separator = listPath(name).includes("?") ? "&" : "?";
          const path = `${listPath(name)}${separator}limit=${limit}${cursor === null ? "" : `&cursor=${cursor}`}`;
          const page = await list(app, path);
          seen.push(page.items.map(({ id }) => id));
          cursor = page.cursor;
        } while (cursor !== null);
        assert.deepEqual(seen.flat(), expected);
        assert.equal(seen.length, Math.ceil(7 / limit), `pages of ${limit}`);
      }
    });
  }

  it("a list answers 20 items unless told otherwise", async () => {
    const app = buildTopics(table.store);
    for (let i = 0; i < 21; i++) await post(app, "topics", { title: `Topic ${i}`, userId: aUser });
    const page = await list(app, "/topics");
    assert.equal(page.items.length, 20);
    assert.equal(page.items[0]?.["title"], "Topic 20");
    assert.notEqual(page.cursor, null);
  });

  it("a username is taken whatever its case, and free again once its user is deleted", async () => {
    const app = buildUsers(table.store);
    const ada = await post(app, "users", { username: "Ada", displayName: "Ada" });
    const taken = await post(app, "users", { username: "aDA", displayName: "Another" });
    assert.equal(taken.status, 409);
    assert.equal(taken.body["type"], "urn:problem-type:username-taken");
    assert.deepEqual((await list(app, "/users")).items, [ada.body]);

    await app.inject({ method: "DELETE", url: `/users/${ada.body.id}` });
    const again = await post(app, "users", { username: "aDA", displayName: "Another" });
    assert.equal(again.status, 201);
    assert.equal(again.body["username"], "aDA");
  });

  it("of many who want a username at once, exactly one gets it", async () => {
    const apps = [buildUsers(table.store), buildUsers(table.store), buildUsers(table.store)];
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        post(apps[i % 3]!, "users", { username: "ada", displayName: `Ada ${i}` }),
      ),
    );
    const won = answers.filter(({ status }) => status === 201);
    assert.equal(won.length, 1, JSON.stringify(answers.map(({ status }) => status)));
    assert.ok(answers.every(({ status }) => [201, 409, 503].includes(status)));
    assert.deepEqual((await list(apps[0]!, "/users")).items, [won[0]?.body]);
  });

  const references = [
    { name: "topics", body: { title: "Engines", userId: nobody }, missing: ["userId"] },
    { name: "topics", body: { title: "Engines", userId: "../topics" }, missing: ["userId"] },
    { name: "messages", body: { topicId: aTopic, userId: nobody, text: "Hello" }, missing: ["userId"] },
    { name: "messages", body: { topicId: nobody, userId: aUser, text: "Hello" }, missing: ["topicId"] },
    {
      name: "messages",
      body: { topicId: nobody, userId: nobody, text: "Hello" },
      missing: ["topicId", "userId"],
    },
  ] as const;
  for (const { name, body, missing } of references) {
    it(`POST /${name} with unknown ${missing.join(" and ")} ${JSON.stringify(body)} is 422 and creates nothing`, async () => {
      const store = new CountingStore(table.store);
      const app = (name === "topics" ? buildTopics : buildMessages)(store);
      const { status, body: problem } = await post(app, name, body, { "idempotency-key": "k" });
      assert.equal(status, 422);
      assert.deepEqual(
        problem.errors?.map(({ field }) => field),
        missing,
      );
      assert.equal(problem["type"], "urn:problem-type:unknown-reference");
      assert.equal(store.writes, 0);
    });
  }

  it("messages are listed by topic only; one of a topic nobody wrote to is empty", async () => {
    const other = "01JG0000000000000000000003";
    const app = buildMessages(table.store, {
      topics: { exists: () => Promise.resolve(true), close: () => undefined },
    });
    const here = await post(app, "messages", { topicId: aTopic, userId: aUser, text: "here" });
    await post(app, "messages", { topicId: other, userId: aUser, text: "there" });
    assert.deepEqual((await list(app, `/messages?topicId=${aTopic}`)).items, [here.body]);
    assert.deepEqual(await list(app, `/messages?topicId=${nobody}`), { items: [], cursor: null });
    assert.deepEqual(await list(app, "/messages?topicId=not-an-id"), { items: [], cursor: null });
  });

  it("a list of long messages fills its pages although the store answers at most 1 MB at a time", async () => {
    const app = buildMessages(table.store);
    const text = "\u{1F600}".repeat(3500);
    for (let i = 0; i < 90; i++)
      assert.equal((await post(app, "messages", { topicId: aTopic, userId: aUser, text })).status, 201);
    const { items, cursor } = await list(app, `/messages?topicId=${aTopic}&limit=90`);
    assert.equal(items.length, 90);
    assert.equal(cursor, null);
  });
});
