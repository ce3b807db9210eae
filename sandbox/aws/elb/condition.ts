import { z } from "zod";

const values = z.array(z.string().min(1).max(128)).min(1);

const condition = z
  .strictObject({
    pathPattern: z.strictObject({ values }).optional(),
    hostHeader: z.strictObject({ values }).optional(),
    httpHeader: z.strictObject({ httpHeaderName: z.string().max(40), values }).optional(),
  })
  .refine(
    (each) => Object.values(each).filter((field) => field !== undefined).length === 1,
    "a condition has exactly one field",
  );

/**
 * Conditions of a rule: all must hold; the values of one are alternatives, and a rule has at most five in all.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 */
export const conditions = z
  .array(condition)
  .min(1)
  .refine(
    (all) => all.flatMap((each) => Object.values(each).flatMap((field) => field?.values ?? [])).length <= 5,
    "a rule has at most 5 condition values",
  );

export type Condition = z.infer<typeof condition>;
