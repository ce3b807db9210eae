import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeCursor, encodeCursor } from "../../services/shared/cursor.js";
import { createIdentities, isIdentifier, splitIdentifiers } from "../../services/shared/identifiers.js";
import { Problem } from "../../services/shared/problem.js";
import { requestIdOf } from "../../services/shared/request-id.js";
import { aTopic, buildMessages, buildTopics } from "./support/services.js";
import { startTable } from "./support/table.js";

const id = fc.integer({ min: 0, max: 2 ** 47 }).map((now) => createIdentities()(now).id);
const isBadCursor = (error: unknown) =>
  error instanceof Problem && error.status === 400 && error.errors?.[0]?.field === "cursor";

describe("cursors", () => {
  it("lead back to the sort key they were made of", () => {
    fc.assert(
      fc.property(fc.string(), id, (list, key) => decodeCursor(list, encodeCursor(list, key)) === key),
    );
  });

  it("are plain in a URL", () => {
    fc.assert(fc.property(fc.string(), id, (list, key) => /^[\w-]+$/.test(encodeCursor(list, key))));
  });

  it("are refused with 400 whatever string is sent instead", () => {
    const base64 = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes).toString("base64url"));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" }), base64), (text) => {
        assert.throws(() => decodeCursor("topic", text), isBadCursor);
      }),
    );
  });

  it("are refused with 400 in another list, and with any one character changed, added or taken", () => {
    fc.assert(
      fc.property(
        id,
        fc.nat(),
        fc.constantFrom("A", "z", "-", "=", " ", "\n"),
        (key, position, character) => {
          const cursor = encodeCursor("topic#a", key);
          const at = position % cursor.length;
          const damaged = [
            cursor.slice(0, at) + character + cursor.slice(at + 1),
            cursor.slice(0, at) + character + cursor.slice(at),
            cursor.slice(0, at) + cursor.slice(at + 1),
          ];
          for (const text of damaged) {
            if (text !== cursor) assert.throws(() => decodeCursor("topic#a", text), isBadCursor, text);
          }
          assert.throws(() => decodeCursor("topic#b", cursor), isBadCursor);
        },
      ),
    );
  });

  it("of one list or service are 400 at another", async () => {
    const table = await startTable();
    try {
      const foreign = encodeCursor("topic", aTopic);
      assert.equal((await buildTopics(table.store).inject(`/topics?cursor=${foreign}`)).statusCode, 200);
      const response = await buildMessages(table.store).inject(
        `/messages?topicId=${aTopic}&cursor=${foreign}`,
      );
      assert.equal(response.statusCode, 400);
    } finally {
      await table.stop();
    }
  });
});

describe("identifiers", () => {
  it("of this place are told from any other string", () => {
    fc.assert(fc.property(id, (text) => isIdentifier(text) && !isIdentifier(text.toLowerCase())));
    fc.assert(fc.property(fc.string({ maxLength: 30 }), (text) => !isIdentifier(text)));
    for (const text of [
      "",
      "8".repeat(26),
      `${aTopic}\n`,
      ` ${aTopic}`,
      `${aTopic}/`,
      aTopic.slice(1),
      aTopic.replace("J", "I"),
    ]) {
      assert.equal(isIdentifier(text), false, JSON.stringify(text));
    }
  });

  it("in pairs come apart as they were joined, and nothing else does", () => {
    fc.assert(
      fc.property(id, id, (own, owner) =>
        assert.deepEqual(splitIdentifiers(`${own}-${owner}`), { own, owner }),
      ),
    );
    for (const text of [aTopic, `${aTopic}-`, `${aTopic}-${aTopic}-${aTopic}`, `${aTopic}-${aTopic}\n`]) {
      assert.equal(splitIdentifiers(text), undefined);
    }
  });
});

describe("request ids", () => {
  const trace = "1-67891233-abcdef012345678912345678";
  const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const cases: readonly (readonly [title: string, headers: Record<string, string>, expected: RegExp])[] = [
    [
      "the load balancer's trace id",
      { "x-amzn-trace-id": `Root=${trace}`, "x-request-id": "mine" },
      new RegExp(`^${trace}$`),
    ],
    [
      "the root among other trace fields",
      { "x-amzn-trace-id": `Self=1-1-1;Root=${trace};Sampled=1` },
      new RegExp(`^${trace}$`),
    ],
    ["the caller's id", { "x-request-id": "abc.DEF_1-2=" }, /^abc\.DEF_1-2=$/],
    [
      "the caller's id beside a trace without a root",
      { "x-amzn-trace-id": "Self=x", "x-request-id": "mine" },
      /^mine$/,
    ],
    ["a new one for an id with a line end", { "x-request-id": "a\nb" }, uuid],
    ["a new one for an id too long", { "x-request-id": "a".repeat(129) }, uuid],
    ["a new one where none was sent", {}, uuid],
  ];
  for (const [title, headers, expected] of cases) {
    it(`are ${title}`, () => assert.match(requestIdOf({ headers }), expected));
  }
});
