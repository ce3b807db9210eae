import { randomFillSync } from "node:crypto";
import { decodeTime, monotonicFactory } from "ulid";

/** A ULID in its canonical upper case: 48 bits of time, 80 random bits (https://github.com/ulid/spec). */
const identifierSource = "[0-7][0-9A-HJKMNP-TV-Z]{25}";
const identifier = new RegExp(`^${identifierSource}$`);
const identifierPair = new RegExp(`^(${identifierSource})-(${identifierSource})$`);

/** What a new resource is called and when it came to be; the two never contradict each other. */
export interface Identity {
  readonly id: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly createdAt: string;
}

/** Gives the next identity at a time in epoch milliseconds. Ids of one process rise strictly, also within a millisecond. */
export type Identities = (now: number) => Identity;

/** A source of identities of its own. */
export function createIdentities(): Identities {
  const next = monotonicFactory(createRandomSource());
  return (now) => {
    const id = next(now);
    return { id, createdAt: new Date(decodeTime(id)).toISOString() };
  };
}

/** Secure random numbers from 0 to below 1, fetched many at a time: an id takes sixteen of them. */
function createRandomSource(): () => number {
  const pool = new Uint8Array(4096);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    return pool[used++]! / 256;
  };
}

/** Whether a string can be the id of a user or topic. */
export function isIdentifier(value: string): boolean {
  return identifier.test(value);
}

/** Id of something that belongs to an owner: sorts by its own time and tells where it is kept. */
export function joinIdentifiers(own: string, owner: string): string {
  return `${own}-${owner}`;
}

/** The two halves of such an id, or undefined where a string cannot be one. */
export function splitIdentifiers(value: string): { own: string; owner: string } | undefined {
  const [, own, owner] = identifierPair.exec(value) ?? [];
  return own !== undefined && owner !== undefined ? { own, owner } : undefined;
}
