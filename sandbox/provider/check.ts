import { createHash } from "node:crypto";
import type { z } from "zod";
import type { Properties, ResourceModel } from "./model.js";
import { containsUnknown, valueAt } from "./unknown.js";

/** An input that the provider refuses, before anything is created. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/**
 * Completes a resource's inputs with defaults and a generated name, then judges what is known of them.
 * A generated name is kept from `olds`, so that it does not change on every update.
 */
export function checkInputs(
  model: ResourceModel,
  name: string,
  olds: Properties,
  news: Properties,
  randomSeed: Uint8Array,
): { inputs: Properties; failures: CheckFailure[] } {
  const inputs: Record<string, unknown> = { ...model.defaults, ...news };
  const { autoname } = model;
  if (autoname && inputs[autoname.property] === undefined) {
    inputs[autoname.property] =
      olds[autoname.property] ?? generatedName(name, autoname.maxLength, randomSeed);
  }
  const parsed = model.schema.safeParse(inputs);
  const failures = parsed.success ? [] : parsed.error.issues.flatMap((issue) => failuresOf(issue, inputs));
  return { inputs, failures };
}

/** Logical name, a hyphen and seven hexadecimal digits, as the bridged providers name resources. */
function generatedName(name: string, maxLength: number, seed: Uint8Array): string {
  const suffix = createHash("sha256").update(seed).update(name).digest("hex").slice(0, 7);
  const generated = `${name}-${suffix}`;
  if (generated.length > maxLength) {
    throw new Error(
      `'${generated}' is too long: a generated name may have at most ${maxLength} characters here, so the logical name at most ${maxLength - suffix.length - 1}`,
    );
  }
  return generated;
}

function failuresOf(issue: z.core.$ZodIssue, inputs: Properties): CheckFailure[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      property: pathText([...issue.path, key]),
      reason: `Unsupported argument: an argument named "${key}" is not expected here, or the sandbox does not model it`,
    }));
  }
  const value = valueAt(inputs, issue.path);
  if (containsUnknown(value)) return [];
  const property = pathText(issue.path);
  if (value === undefined && issue.code === "invalid_type") {
    return [
      {
        property,
        reason: `Missing required argument: the argument "${property}" is required, but no definition was found`,
      },
    ];
  }
  return [{ property, reason: issue.message }];
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}
