import type { Clock } from "../shared/clock.js";
import type { Collection } from "../shared/collection.js";
import { unavailable } from "../shared/problem.js";
import type { Key, Store } from "../shared/store.js";
import type { User } from "./user.js";

/** How often a claim may change hands while it is looked at. */
const attempts = 3;

/**
 * Who holds which username. A claim is an item of its own, written before the user: whoever wrote it may create the
 * user. A claim whose user does not exist was left by a crash, or by a delete that removed the user first; it goes to
 * the next who asks, once the id it names is fenced off, so that its first holder can no longer create a user.
 */
export class Usernames {
  constructor(
    private readonly store: Store,
    private readonly users: Collection<User>,
    private readonly clock: Clock,
  ) {}

  /**
   * Claims a username, whatever its case, for a user about to be created. Answers false where another user has it.
   *
   * @throws Problem 503 where others claim and free the name all the while.
   */
  async claim(username: string, userId: string): Promise<boolean> {
    const key = claimKey(username);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const mine = { type: "absent-or-equal", attribute: "userId", value: userId } as const;
      if (await this.store.put({ ...key, userId }, mine)) return true;
      const holder = (await this.store.get(key))?.["userId"];
      if (typeof holder !== "string") continue;
      if (!(await this.users.fence(holder, this.clock()))) return false;
      const abandoned = { type: "equal", attribute: "userId", value: holder } as const;
      if (await this.store.put({ ...key, userId }, abandoned)) return true;
    }
    throw unavailable("The username is being claimed and freed by other requests.");
  }

  /** Frees the username of a user who has been removed. */
  async free({ username, id }: User): Promise<void> {
    await this.store.remove(claimKey(username), { type: "equal", attribute: "userId", value: id });
  }
}

function claimKey(username: string): Key {
  return { pk: `username#${username.toLowerCase()}`, sk: "claim" };
}
