import { z } from "zod";

const redirect = z.strictObject({
  statusCode: z.enum(["HTTP_301", "HTTP_302"]),
  protocol: z.string().optional(),
  host: z.string().optional(),
  port: z.string().optional(),
  path: z.string().optional(),
  query: z.string().optional(),
});

const forward = z.strictObject({
  targetGroups: z
    .array(z.strictObject({ arn: z.string(), weight: z.number().int().min(0).max(999).optional() }))
    .min(1)
    .max(5),
  stickiness: z.strictObject({ enabled: z.boolean().optional(), duration: z.number().int() }).optional(),
});

/**
 * What a listener or a rule does with a request.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html
 */
export const action = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("forward"),
    order: z.number().optional(),
    targetGroupArn: z.string().optional(),
    forward: forward.optional(),
  }),
  z.strictObject({
    type: z.literal("fixed-response"),
    order: z.number().optional(),
    fixedResponse: z.strictObject({
      contentType: z.enum([
        "text/plain",
        "text/css",
        "text/html",
        "application/javascript",
        "application/json",
      ]),
      messageBody: z.string().max(1024).optional(),
      statusCode: z.string().regex(/^[245]\d\d$/, "a fixed response has a 2XX, 4XX or 5XX status code"),
    }),
  }),
  z.strictObject({ type: z.literal("redirect"), order: z.number().optional(), redirect }),
]);

export type Action = z.infer<typeof action>;

/** ARNs of the target groups that actions forward to. */
export function targetGroupArns(actions: readonly Action[]): readonly string[] {
  return actions.flatMap((each) => {
    if (each.type !== "forward") return [];
    return [
      ...(each.targetGroupArn === undefined ? [] : [each.targetGroupArn]),
      ...(each.forward?.targetGroups.map(({ arn }) => arn) ?? []),
    ];
  });
}
