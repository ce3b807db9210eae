import type { Condition, Item, Key, Page, PageRequest, Store } from "../../../services/shared/store.js";

/** Passes everything on to another store. */
export class PassingStore implements Store {
  constructor(protected readonly inner: Store) {}
  get(key: Key): Promise<Item | undefined> {
    return this.inner.get(key);
  }
  put(item: Item, condition: Condition): Promise<boolean> {
    return this.inner.put(item, condition);
  }
  remove(key: Key, condition: Condition): Promise<boolean> {
    return this.inner.remove(key, condition);
  }
  page(request: PageRequest): Promise<Page> {
    return this.inner.page(request);
  }
  close(): void {}
}

/** Counts what a request costs. */
export class CountingStore extends PassingStore {
  writes = 0;
  override put(item: Item, condition: Condition): Promise<boolean> {
    this.writes++;
    return super.put(item, condition);
  }
  override remove(key: Key, condition: Condition): Promise<boolean> {
    this.writes++;
    return super.remove(key, condition);
  }
}

/** A process that dies right after its n-th write (before the first, for 0): nothing it does later happens. */
export class CrashingStore extends PassingStore {
  private left: number;
  constructor(inner: Store, writes: number) {
    super(inner);
    this.left = writes;
  }
  /** Whether the process has come as far as its death. */
  get crashed(): boolean {
    return this.left < 0;
  }
  override async put(item: Item, condition: Condition): Promise<boolean> {
    return this.dieAfter(() => super.put(item, condition));
  }
  override async remove(key: Key, condition: Condition): Promise<boolean> {
    return this.dieAfter(() => super.remove(key, condition));
  }
  private async dieAfter(write: () => Promise<boolean>): Promise<boolean> {
    if (this.left <= 0) this.die();
    const result = await write();
    this.left--;
    if (this.left === 0) this.die();
    return result;
  }
  private die(): never {
    this.left = -1;
    throw new Error("the process has died");
  }
}

/** Runs a step of one's own before a write happens: what another request does meanwhile. */
export class InterruptedStore extends PassingStore {
  constructor(
    inner: Store,
    private readonly beforePut: (item: Item) => Promise<void>,
  ) {
    super(inner);
  }
  override async put(item: Item, condition: Condition): Promise<boolean> {
    await this.beforePut(item);
    return super.put(item, condition);
  }
}
