import { z } from "zod";
import type { Problems } from "./problems.js";

/** One key of the config: what it may hold, the same in words, and its value when it is not set. */
export interface Field<Value> {
  readonly schema: z.ZodType<Value>;
  readonly allowed: string;
  readonly fallback: Value;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;
export type ValuesOf<F extends Fields> = { readonly [Key in keyof F]: F[Key]["fallback"] };

export function field<Value>(
  schema: z.ZodType<Value>,
  allowed: string,
  fallback: NoInfer<Value>,
): Field<Value> {
  return { schema, allowed, fallback };
}

/**
 * Reads every field on its own, so that one bad value hides no other. A field with a problem gets its fallback.
 *
 * @param fields what may be set
 * @param raw what is set, as text or as structure
 * @param path where `raw` stands in the config, empty for the top
 * @param problems where bad values and unknown keys are noted
 */
export function readFields<F extends Fields>(
  fields: F,
  raw: Readonly<Record<string, unknown>>,
  path: string,
  problems: Problems,
): ValuesOf<F> {
  const keyOf = (...parts: readonly PropertyKey[]) => [path, ...parts.map(String)].filter(Boolean).join(".");
  for (const key of Object.keys(raw).filter((key) => !Object.hasOwn(fields, key))) {
    problems.add(
      keyOf(key),
      fromText(raw[key]),
      `no such key; known are ${Object.keys(fields).sort().join(", ")}`,
    );
  }
  const values = Object.entries(fields).map(([key, { schema, allowed, fallback }]): [string, unknown] => {
    if (raw[key] === undefined) return [key, fallback];
    const result = schema.safeParse(raw[key], { reportInput: true });
    if (result.success) return [key, result.data];
    for (const issue of result.error.issues) problems.add(keyOf(key, ...issue.path), issue.input, allowed);
    return [key, fallback];
  });
  return Object.fromEntries(values) as ValuesOf<F>;
}

/**
 * What a text stands for: Pulumi hands every value to a program as text, structures as JSON. Text that is no JSON
 * stands for itself.
 */
export function fromText(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

export function integer(from: number, to: number): z.ZodType<number> {
  return z.preprocess(fromText, z.int().min(from).max(to));
}

export const boolean: z.ZodType<boolean> = z.preprocess(fromText, z.boolean());

/** A list, or a single text in place of a list of one. */
export function list<Item>(item: z.ZodType<Item>): z.ZodType<readonly Item[]> {
  return z.preprocess((value) => {
    const read = fromText(value);
    return typeof read === "string" && read !== "" ? [read] : read;
  }, z.array(item));
}

export function json<Value>(schema: z.ZodType<Value>): z.ZodType<Value> {
  return z.preprocess(fromText, schema);
}
