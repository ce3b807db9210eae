import { Problem } from "./problem.js";

/**
 * Waits until all that a request refers to is known to exist.
 *
 * @param references By the body member that holds the id: whether it exists.
 * @throws Problem 422 naming every member whose id does not exist; whatever a question failed with.
 */
export async function requireReferences(
  references: Readonly<Record<string, Promise<boolean>>>,
): Promise<void> {
  const fields = Object.keys(references);
  const found = await Promise.all(Object.values(references));
  const missing = fields.filter((_, index) => found[index] !== true);
  if (missing.length === 0) return;
  throw new Problem(422, `The request refers to what does not exist: see ${missing.join(", ")}.`, {
    type: "urn:problem-type:unknown-reference",
    errors: missing.map((field) => ({ field, detail: "refers to something that does not exist" })),
  });
}
