import { decodeCursor, encodeCursor } from "./cursor.js";
import { settle, type Accepted } from "./idempotency.js";
import type { Identity } from "./identifiers.js";
import { epochSeconds } from "./clock.js";
import type { Item, Key, Store } from "./store.js";

export interface ListRequest {
  /** Partition that holds the list; also what its cursors are bound to. */
  readonly partition: string;
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly order: "ascending" | "descending";
}

export interface List<Resource> {
  readonly items: readonly Resource[];
  /** Where the next page begins, or null at the end of the list. */
  readonly cursor: string | null;
}

/** A fence outlives by far every request that could still try to write behind it. */
const fenceSeconds = 24 * 3600;

/**
 * Resources of one kind, one item each. An item's attributes are the resource's members and a few of its own, which
 * the response schemas leave out.
 */
export class Collection<Resource extends Identity> {
  /**
   * @param store The service's table.
   * @param keyOf Where the resource with an id is kept; undefined for a string that cannot be an id.
   */
  constructor(
    private readonly store: Store,
    private readonly keyOf: (id: string) => Key | undefined,
  ) {}

  /**
   * Writes a new resource; one write. Answers false where the id has been fenced off and nothing was written.
   * A resource already there under its id is this very one, written by an earlier try of the same request; one that
   * was created and removed since stays removed.
   */
  async add(resource: Resource, accepted: Accepted): Promise<boolean> {
    if (accepted.record?.outcome === "created") return true;
    const key = this.requireKey(resource.id);
    const item = { ...key, ...resource, record: accepted.record?.pk } as unknown as Item;
    return (await this.store.put(item, { type: "absent" })) || !isFence(await this.store.get(key));
  }

  async find(id: string): Promise<Resource | undefined> {
    const item = await this.item(id);
    return item as Resource | undefined;
  }

  /**
   * Removes a resource. Answers it, or undefined where there is none.
   * A create's idempotency record learns first that its resource did exist: a late retry must not bring it back.
   */
  async remove(id: string): Promise<Resource | undefined> {
    const item = await this.item(id);
    if (!item) return undefined;
    if (typeof item["record"] === "string") await settle(this.store, item["record"], id, "created");
    await this.store.remove(item, { type: "equal", attribute: "id", value: id });
    return item as unknown as Resource;
  }

  /**
   * Makes sure that no resource will ever come to be under an id whose creation seems to have stopped half-way.
   * Answers false where the resource exists.
   *
   * @param now Epoch milliseconds.
   */
  async fence(id: string, now: number): Promise<boolean> {
    const key = this.requireKey(id);
    const found = await this.store.get(key);
    if (found) return isFence(found);
    const fence = { ...key, fence: true, expiresAt: epochSeconds(now) + fenceSeconds };
    return (await this.store.put(fence, { type: "absent" })) || isFence(await this.store.get(key));
  }

  /** @throws Problem 400 where the cursor does not belong to this list. */
  async list({ partition, limit, cursor, order }: ListRequest): Promise<List<Resource>> {
    let after = cursor === undefined ? undefined : decodeCursor(partition, cursor);
    const found: Item[] = [];
    // One more than asked for tells whether a next page exists. A page of the store may be short of it: DynamoDB stops
    // at 1 MB, and fences do not count.
    do {
      const page = await this.store.page({ partition, limit: limit + 1 - found.length, after, order });
      found.push(...page.items.filter((item) => !isFence(item)));
      after = page.last;
    } while (after !== undefined && found.length <= limit);
    const items = found.slice(0, limit);
    const last = found.length > limit ? items.at(-1) : undefined;
    return { items: items as unknown as Resource[], cursor: last ? encodeCursor(partition, last.sk) : null };
  }

  private async item(id: string): Promise<Item | undefined> {
    const key = this.keyOf(id);
    const item = key && (await this.store.get(key));
    return isFence(item) ? undefined : item;
  }

  private requireKey(id: string): Key {
    const key = this.keyOf(id);
    if (!key) throw new Error(`No resource can have the id ${id}: ids come from the service itself.`);
    return key;
  }
}

function isFence(item: Item | undefined): boolean {
  return item?.["fence"] === true;
}
