import { isDeepStrictEqual } from "node:util";
import type { Properties, ResourceModel } from "./model.js";

/** What a change of inputs means for a resource. */
export interface Difference {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
  /** A fixed physical name can exist only once: the old resource must go before the new one is made. */
  readonly deleteBeforeReplace: boolean;
}

/** Compares the inputs of two deployments of one resource. */
export function diffInputs(
  model: ResourceModel,
  olds: Properties,
  news: Properties,
  ignoreChanges: readonly string[],
): Difference {
  const ignored = new Set(ignoreChanges);
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
    .filter((key) => !ignored.has(key) && !isDeepStrictEqual(olds[key], news[key]))
    .sort();
  const replaces = model.update ? changed.filter((key) => model.replaceOn.includes(key)) : changed;
  const name = model.autoname?.property ?? "name";
  const keepsName = news[name] !== undefined && isDeepStrictEqual(olds[name], news[name]);
  return { changed, replaces, deleteBeforeReplace: replaces.length > 0 && keepsName };
}
