import assert from "node:assert/strict";
import {
  aTopic,
  aUser,
  buildMessages,
  buildTopics,
  buildUsers,
  list,
  listPath,
  neighbourOf,
  post,
  services,
} from "./support/services.js";
import { CountingStore, CrashingStore, InterruptedStore } from "./support/stores.js";
import { startTable, type Table } from "./support/table.js";

const key = { "idempotency-key": "key-1" };
const day = 24 * 3600 * 1000;

describe("idempotent creates", () => {
  let table: Table;
  beforeEach(async () => void (table = await startTable()));
  afterEach(() => table.stop());

  for (const { name, build, body, plainWrites } of services) {
    const otherBody =
      name === "users" ? { ...body, displayName: "Eve" } : { ...body, userId: "01JG0000000000000000000009" };

    it(`POST /${name}: the same key and body again answers the first result and creates nothing`, async () => {
      const store = new CountingStore(table.store);
      const app = build(store);
      const first = await post(app, name, body, key);
      assert.equal(first.status, 201);
      assert.equal(store.writes, plainWrites + 1);
      const reordered = Object.fromEntries(Object.entries(body).toReversed());
      const again = await post(build(table.store), name, reordered, key);
      assert.deepEqual(
        [again.status, again.body, again.headers.location],
        [201, first.body, first.headers.location],
      );
      assert.deepEqual((await list(app, listPath(name))).items, [first.body]);
    });

    it(`POST /${name}: the same key with another body is 422 and creates nothing`, async () => {
      const app = build(table.store);
      const first = await post(app, name, body, key);
      const other = await post(app, name, otherBody, key);
      assert.equal(other.status, 422);
      assert.equal(other.body["type"], "urn:problem-type:idempotency-key-reused");
      assert.deepEqual((await list(app, listPath(name))).items, [first.body]);
    });

    it(`POST /${name}: the same key many times at once creates one`, async () => {
      const apps = [build(table.store), build(table.store)];
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) => post(apps[i % 2]!, name, body, key)),
      );
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
      assert.equal(new Set(answers.map(({ body: { id } }) => id)).size, 1);
      assert.equal((await list(apps[0]!, listPath(name))).items.length, 1);
    });

    it(`POST /${name}: a retry after the resource was deleted answers the first result and does not bring it back`, async () => {
      const app = build(table.store);
      const first = await post(app, name, body, key);
      await app.inject({ method: "DELETE", url: `/${name}/${first.body.id}` });
      const again = await post(app, name, body, key);
      assert.deepEqual([again.status, again.body], [201, first.body]);
      assert.deepEqual((await list(app, listPath(name))).items, []);
    });

    it(`POST /${name}: a key is forgotten after 24 hours though the store still has its record`, async () => {
      let now = Date.now();
      const app = build(table.store, { clock: () => now });
      const first = await post(app, name, body, key);
      now += day - 1000;
      assert.equal((await post(app, name, body, key)).body.id, first.body.id);
      now += 1000;
      const later = await post(app, name, body, key);
      if (name === "users") return assert.equal(later.status, 409);
      assert.equal(later.status, 201);
      assert.notEqual(later.body.id, first.body.id);
      assert.equal((await list(app, listPath(name))).items.length, 2);
    });

    for (let writes = 0; writes <= plainWrites + 1; writes++) {
      it(`POST /${name}: a retry completes what a crash after ${writes} write(s) left`, async () => {
        const store = new CrashingStore(table.store, writes);
        const crashed = await post(build(store), name, body, key);
        assert.equal(crashed.status, 500);
        assert.ok(store.crashed);

        const app = build(table.store);
        const retried = await post(app, name, body, key);
        assert.equal(retried.status, 201);
        assert.deepEqual((await list(app, listPath(name))).items, [retried.body]);
        assert.deepEqual((await post(app, name, body, key)).body, retried.body);
        assert.equal((await list(app, listPath(name))).items.length, 1);
      });
    }
  }

  it("a retry does not ask the neighbours again: the first try was accepted while they knew its references", async () => {
    const first = await post(buildMessages(table.store), "messages", services[2].body, key);
    const gone = { users: neighbourOf(), topics: neighbourOf() };
    const again = await post(buildMessages(table.store, gone), "messages", services[2].body, key);
    assert.deepEqual([again.status, again.body], [201, first.body]);
    assert.deepEqual([gone.users.asked, gone.topics.asked], [[], []]);
  });

  it("a refused create leaves its key unused", async () => {
    const app = buildTopics(table.store);
    const body = { title: "Engines", userId: aUser };
    assert.equal((await post(app, "topics", { ...body, userId: aTopic }, key)).status, 422);
    assert.equal((await post(app, "topics", body, key)).status, 201);
  });

  it("keys are told apart by case and belong to one service's table", async () => {
    const app = buildTopics(table.store);
    const body = { title: "Engines", userId: aUser };
    const one = await post(app, "topics", body, { "idempotency-key": "K" });
    const two = await post(app, "topics", body, { "idempotency-key": "k" });
    assert.notEqual(one.body.id, two.body.id);
  });

  it("a username found taken under a key stays taken under that key, also when it has become free", async () => {
    const app = buildUsers(table.store);
    const holder = await post(app, "users", { username: "ada", displayName: "First" });
    const body = { username: "ADA", displayName: "Second" };
    assert.equal((await post(app, "users", body, key)).status, 409);
    await app.inject({ method: "DELETE", url: `/users/${holder.body.id}` });
    assert.equal((await post(app, "users", body, key)).status, 409);
    assert.deepEqual((await list(app, "/users")).items, []);
    assert.equal((await post(app, "users", body, { "idempotency-key": "key-2" })).status, 201);
  });
});

describe("usernames and crashes", () => {
  let table: Table;
  beforeEach(async () => void (table = await startTable()));
  afterEach(() => table.stop());
  const ada = { username: "ada", displayName: "Ada" };

  it("a claim that a crash left without a user goes to the next who asks", async () => {
    const crashed = await post(buildUsers(new CrashingStore(table.store, 1)), "users", ada);
    assert.equal(crashed.status, 500);
    const app = buildUsers(table.store);
    const next = await post(app, "users", { ...ada, username: "ADA" });
    assert.equal(next.status, 201);
    assert.deepEqual(await list(app, "/users?limit=1"), { items: [next.body], cursor: null });
    assert.equal((await post(app, "users", ada)).status, 409);
  });

  it("a request that lost its claim while it slept creates no second user of that name", async () => {
    const rival = buildUsers(table.store);
    let rivalAnswer: Awaited<ReturnType<typeof post>> | undefined;
    const sleeper = buildUsers(
      new InterruptedStore(table.store, async (item) => {
        if (item.pk === "user" && item["username"] === "ada")
          rivalAnswer ??= await post(rival, "users", { ...ada, username: "Ada" });
      }),
    );
    const slept = await post(sleeper, "users", ada);
    assert.equal(rivalAnswer?.status, 201);
    assert.equal(slept.status, 409);
    assert.deepEqual((await list(rival, "/users")).items, [rivalAnswer?.body]);
  });

  it("a keyed create that lost its claim is refused for good, also when its rival crashed and the name is free", async () => {
    const mine = { "idempotency-key": "mine" };
    assert.equal((await post(buildUsers(new CrashingStore(table.store, 2)), "users", ada, mine)).status, 500);
    // The rival's writes: its claim in vain, the fence, the claim taken over; then it dies.
    const rival = new CrashingStore(table.store, 3);
    assert.equal((await post(buildUsers(rival), "users", { ...ada, displayName: "Rival" })).status, 500);
    const app = buildUsers(table.store);
    assert.equal((await post(app, "users", ada, mine)).status, 409);
    assert.equal((await post(app, "users", ada, mine)).status, 409);
    const third = await post(app, "users", { ...ada, displayName: "Third" });
    assert.equal(third.status, 201);
    assert.deepEqual((await list(app, "/users")).items, [third.body]);
  });

  for (const headers of [{}, { "idempotency-key": "key-1" }]) {
    const all = "idempotency-key" in headers ? 3 : 2;
    for (let writes = 0; writes <= all; writes++) {
      it(`a delete that crashed after ${writes} of ${all} writes leaves either the user or a free username`, async () => {
        const app = buildUsers(table.store);
        const user = await post(app, "users", ada, headers);
        const url = `/users/${user.body.id}`;
        const crashed = await buildUsers(new CrashingStore(table.store, writes)).inject({
          method: "DELETE",
          url,
        });
        assert.equal(crashed.statusCode, 500);

        const left = (await app.inject(url)).statusCode;
        assert.equal(
          (await post(app, "users", { ...ada, displayName: "Next" })).status,
          left === 200 ? 409 : 201,
        );
        assert.equal((await app.inject({ method: "DELETE", url })).statusCode, left === 200 ? 204 : 404);
        if (left === 200)
          assert.equal((await post(app, "users", { ...ada, displayName: "Next" })).status, 201);
        assert.deepEqual(
          (await list(app, "/users")).items.map(({ displayName }) => displayName),
          ["Next"],
        );
      });
    }
  }
});
