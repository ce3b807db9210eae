import { createHash } from "node:crypto";
import { epochSeconds } from "./clock.js";
import type { Identity } from "./identifiers.js";
import { Problem, unavailable } from "./problem.js";
import type { Item, Store } from "./store.js";

/** How long a key is remembered. */
const recordSeconds = 24 * 3600;

/** JSON schema of the request header, as draft-ietf-httpapi-idempotency-key-header has it: visible ASCII. */
export const idempotencyHeaders = {
  type: "object",
  properties: {
    "idempotency-key": {
      type: "string",
      pattern: "^[\\x21-\\x7e]{1,255}$",
      description:
        "Makes a retry safe for 24 hours: the same key and body answers the first result and creates nothing; " +
        "the same key with another body is refused with 422.",
    },
  },
} as const;

/** Request headers of a `POST`. */
export interface IdempotencyHeaders {
  readonly "idempotency-key"?: string;
}

/**
 * How a create ended, once its resource no longer tells: it was `created` (and removed since), or `refused` for
 * something that another request may change later.
 */
export type Outcome = "created" | "refused";

/** What is known of a create under an idempotency key: it was accepted, as this resource. */
export type IdempotencyRecord = Item &
  Identity & { readonly bodyHash: string; readonly outcome?: Outcome; readonly expiresAt: number };

/** A create that may go on. */
export interface Accepted extends Identity {
  /** Present where the request has an idempotency key. */
  readonly record?: IdempotencyRecord;
}

export interface CreateRequest {
  readonly key: string | undefined;
  /** The validated body's members, in an order of its own: what makes two bodies the same. */
  readonly body: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
  /** Throws where nothing may be created. Runs once in the life of a key: a record means that it passed. */
  check(): Promise<void>;
  /** Chooses the identity of the new resource. */
  choose(): Identity;
}

/**
 * Accepts a create. Under an idempotency key the identity of the resource is on record before anything is created, so
 * that a retry after a crash goes on with the same resource.
 *
 * @throws Problem 422 where the key came with another body before; whatever `check` throws.
 */
export async function accept(store: Store, request: CreateRequest): Promise<Accepted> {
  if (request.key === undefined) {
    await request.check();
    return request.choose();
  }
  const place = { pk: `idempotency#${hash(request.key)}`, sk: "record" };
  const bodyHash = hash(JSON.stringify(request.body));
  const now = epochSeconds(request.now);

  const known = await findRecord(store, place.pk, now);
  if (known) return resume(known, bodyHash);
  await request.check();
  const record = { ...place, ...request.choose(), bodyHash, expiresAt: now + recordSeconds };
  if (await store.put(record, { type: "absent-or-expired", now })) return { ...identityOf(record), record };
  // Another request with this key was faster, or this very write was answered late and repeated.
  const first = await findRecord(store, place.pk, now);
  if (first) return resume(first, bodyHash);
  throw unavailable("The idempotency record of this request changed while it was read.");
}

/** Writes the outcome of a create on its record, if the record is still that of the resource. */
export async function settle(store: Store, recordPk: string, id: string, outcome: Outcome): Promise<void> {
  const record = await store.get({ pk: recordPk, sk: "record" });
  if (record) await store.put({ ...record, outcome }, { type: "equal", attribute: "id", value: id });
}

async function findRecord(store: Store, pk: string, now: number): Promise<IdempotencyRecord | undefined> {
  const record = (await store.get({ pk, sk: "record" })) as IdempotencyRecord | undefined;
  return record && record.expiresAt > now ? record : undefined;
}

function resume(record: IdempotencyRecord, bodyHash: string): Accepted {
  if (record.bodyHash === bodyHash) return { ...identityOf(record), record };
  throw new Problem(
    422,
    "This Idempotency-Key came with another body before: use a new key for a new request.",
    {
      type: "urn:problem-type:idempotency-key-reused",
      errors: [{ field: "idempotency-key", detail: "was used with another body" }],
    },
  );
}

function identityOf({ id, createdAt }: Identity): Identity {
  return { id, createdAt };
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
