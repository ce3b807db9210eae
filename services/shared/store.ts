/** Every service has one table of this shape: partition key `pk`, sort key `sk`, both strings. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * What a table keeps under a key. Attributes named `expiresAt` hold epoch seconds after which DynamoDB may remove the
 * item; it does so within days, so a reader must not trust an item's presence
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html).
 */
export type Item = Key & Readonly<Record<string, string | number | boolean | undefined>>;

/** What must hold of the item under the same key for a write to happen. */
export type Condition =
  | { readonly type: "absent" }
  /** `now` in epoch seconds. */
  | { readonly type: "absent-or-expired"; readonly now: number }
  | { readonly type: "absent-or-equal"; readonly attribute: string; readonly value: string }
  | { readonly type: "equal"; readonly attribute: string; readonly value: string };

export interface PageRequest {
  readonly partition: string;
  /** How many items at most. */
  readonly limit: number;
  /** Sort key after which the page begins; absent for the first page. */
  readonly after: string | undefined;
  readonly order: "ascending" | "descending";
}

export interface Page {
  readonly items: readonly Item[];
  /** Sort key of the last item that was looked at; absent at the end of the partition. */
  readonly last: string | undefined;
}

/**
 * A service's table. Every guarantee rests on single-item conditional writes, reads see all earlier writes, and every
 * operation ends within a bounded time.
 *
 * Each operation throws a Problem 503 where the table cannot be reached in time.
 */
export interface Store {
  get(key: Key): Promise<Item | undefined>;
  /** Writes an item, unless the condition is false: then it writes nothing and answers false. */
  put(item: Item, condition: Condition): Promise<boolean>;
  /** Removes an item, unless the condition is false: then it removes nothing and answers false. */
  remove(key: Key, condition: Condition): Promise<boolean>;
  page(request: PageRequest): Promise<Page>;
  /** Lets go of the connections. */
  close(): void;
}
