import { bodyProblems } from "./openapi.js";
import { idempotencyHeaders } from "./idempotency.js";
import { listQueryProperties } from "./listing.js";

/** JSON schema of the members that every resource has. */
export const identityProperties = {
  id: { type: "string", description: "Opaque; sorts by the time of creation." },
  createdAt: { type: "string", description: "ISO 8601, UTC." },
} as const;

/** Path parameters of a route that names one resource. */
export interface ResourcePath {
  readonly id: string;
}

const pathSchema = {
  type: "object",
  required: ["id"],
  properties: { id: { type: "string" } },
} as const;

/** Route options of `POST /<resources>`: documented, validated, serialised by schema. */
export function createOptions(resource: string, body: object, problems: readonly 409[] = []) {
  return {
    schema: {
      summary: `Creates a ${resource.toLowerCase()}.`,
      headers: idempotencyHeaders,
      body,
      response: {
        201: {
          description: `The new ${resource.toLowerCase()}.`,
          headers: { Location: { type: "string", description: "Its path." } },
          content: json(resource),
        },
      },
    },
    config: { problems: [...bodyProblems, ...problems] },
  };
}

/** Route options of `GET /<resources>/{id}`. */
export function readOptions(resource: string) {
  return {
    schema: {
      summary: `Reads a ${resource.toLowerCase()}.`,
      params: pathSchema,
      response: { 200: { description: `The ${resource.toLowerCase()}.`, content: json(resource) } },
    },
    config: { problems: [404] as const },
  };
}

/** Route options of `DELETE /<resources>/{id}`. */
export function deleteOptions(resource: string, description: string) {
  return {
    schema: {
      summary: `Deletes a ${resource.toLowerCase()}.`,
      description,
      params: pathSchema,
      response: { 204: { type: "null", description: "It is gone." } },
    },
    config: { problems: [404] as const },
  };
}

/** Route options of `GET /<resources>`; `query` adds members to the query of every list, all of them required. */
export function listOptions(resource: string, order: string, query: Readonly<Record<string, object>> = {}) {
  return {
    schema: {
      summary: `Lists ${resource.toLowerCase()}s, ${order}.`,
      querystring: {
        type: "object",
        required: Object.keys(query),
        additionalProperties: false,
        properties: { ...query, ...listQueryProperties },
      },
      response: { 200: { description: "A page of the list.", content: json(`${resource}List`) } },
    },
    config: { problems: [400] as const },
  };
}

function json(schemaId: string) {
  return { "application/json": { schema: { $ref: `${schemaId}#` } } };
}
