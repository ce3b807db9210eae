import { createHash } from "node:crypto";
import { isIdentifier } from "./identifiers.js";
import { invalidRequest } from "./problem.js";

const digestLength = 16;

/**
 * The place in a list after which its next page begins, as an opaque string.
 *
 * @param list Name of the list; the cursor is of no use in any other.
 * @param sortKey Sort key of the last item of the page.
 */
export function encodeCursor(list: string, sortKey: string): string {
  return Buffer.from(sortKey + digest(list, sortKey)).toString("base64url");
}

/**
 * The sort key that a cursor stands for.
 *
 * @throws Problem 400 where the cursor is not one that {@link encodeCursor} gave for this list.
 */
export function decodeCursor(list: string, cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  const sortKey = text.slice(0, -digestLength);
  // Decoding forgives stray characters and padding; the cursor of this place has one spelling.
  if (!isIdentifier(sortKey) || encodeCursor(list, sortKey) !== cursor) {
    throw invalidRequest([{ field: "cursor", detail: "must be a cursor that this list answered" }]);
  }
  return sortKey;
}

/** Tells damage and foreign cursors apart from real ones. It guards no secret: whoever lists may start anywhere. */
function digest(list: string, sortKey: string): string {
  return createHash("sha256").update(`${list}\n${sortKey}`).digest("base64url").slice(0, digestLength);
}
