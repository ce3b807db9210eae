import type { FastifyRequest, HookHandlerDoneFunction } from "fastify";

/** Query of every list. */
export interface ListQuery {
  readonly limit: number;
  readonly cursor?: string;
}

/** JSON schema of the query members that every list has. */
export const listQueryProperties = {
  limit: { type: "integer", minimum: 1, maximum: 100, default: 20, description: "How many items at most." },
  cursor: { type: "string", description: "The `cursor` that the page before this one answered." },
} as const;

/** JSON schema of a list's answer. */
export function listSchema(title: string, itemSchemaId: string) {
  return {
    $id: title,
    type: "object",
    required: ["items", "cursor"],
    properties: {
      items: { type: "array", items: { $ref: `${itemSchemaId}#` } },
      cursor: {
        type: ["string", "null"],
        description: "Where the next page begins; null at the end of the list.",
      },
    },
  } as const;
}

/** Everything in a query string is text: turns a `limit` of digits into the number that the schema asks for. */
export function readLimit(request: FastifyRequest, _reply: unknown, done: HookHandlerDoneFunction): void {
  const query = request.query as Record<string, unknown>;
  const { limit } = query;
  if (typeof limit === "string" && /^\d{1,9}$/.test(limit)) query["limit"] = Number(limit);
  done();
}
