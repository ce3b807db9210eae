import type { Stored } from "../../provider/model.js";
import type { Account } from "../account.js";

/**
 * Resources whose inputs name this id, apart from the one at `urn`. EC2 answers `DependencyViolation` to the
 * deletion of something that has any.
 */
export function usersOf(account: Account, id: string, urn: string): readonly Stored[] {
  return account.all().filter((resource) => resource.urn !== urn && mentions(resource.inputs, id));
}

function mentions(value: unknown, id: string): boolean {
  if (typeof value === "string") return value === id;
  if (typeof value === "object" && value !== null)
    return Object.values(value).some((child) => mentions(child, id));
  return false;
}
