import swagger from "@fastify/swagger";
import type { FastifyInstance, FastifySchema } from "fastify";
import { problemSchema } from "./problem.js";

/** What each status means, in the words of the OpenAPI document. */
const problemDescriptions = {
  400: "The request does not match the interface; `errors` names the offending fields.",
  404: "There is nothing under this id.",
  408: "The request did not arrive in full in time.",
  409: "Something already exists that rules this out.",
  413: "The body is larger than 16 KiB.",
  415: "The body is not JSON.",
  422: "The request refers to what does not exist, or repeats an Idempotency-Key with another body.",
  500: "Something unexpected happened.",
  503: "The store or another service did not answer in time; try again after `Retry-After` seconds.",
} as const;

type DescribedProblem = keyof typeof problemDescriptions;

/** Problems that every route can answer. */
const commonProblems: readonly DescribedProblem[] = [500, 503];

/** Problems that every route with a body can answer, besides the common ones. */
export const bodyProblems = [400, 408, 413, 415, 422] as const;

declare module "fastify" {
  interface FastifyContextConfig {
    /** Statuses of the problems that this route can answer, besides those of every route. */
    readonly problems?: readonly DescribedProblem[];
  }
}

/** Collects the OpenAPI document from the schemas of all routes registered after this call. */
export function describeApi(app: FastifyInstance, service: string): void {
  app.addSchema(problemSchema);
  app.register(swagger, {
    openapi: { openapi: "3.1.0", info: { title: `The board's ${service} service`, version: "1.0.0" } },
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, index) =>
        typeof schema.$id === "string" ? schema.$id : `schema-${index}`,
    },
    transform: ({ schema, url, route }) => ({ schema: withProblems(schema, route.config?.problems), url }),
  });
}

/** Adds the error responses to a route's schema for the document alone: problems are not serialised by schema. */
function withProblems(schema: FastifySchema, problems: readonly DescribedProblem[] = []): FastifySchema {
  const responses = [...problems, ...commonProblems].map(
    (status) => [status, problemResponse(status)] as const,
  );
  return { ...schema, response: { ...(schema.response as object), ...Object.fromEntries(responses) } };
}

function problemResponse(status: DescribedProblem) {
  return {
    description: problemDescriptions[status],
    ...(status === 503 && { headers: { "Retry-After": { type: "integer", description: "Seconds." } } }),
    content: { "application/problem+json": { schema: { $ref: "Problem#" } } },
  };
}

/** Adds the route that answers the document: `<base path>/openapi.json`. */
export function serveApiDescription(scope: FastifyInstance, basePath: string): void {
  scope.get(`${basePath}/openapi.json`, { schema: { hide: true } }, (_request, reply) =>
    reply.type("application/json").send(JSON.stringify(scope.swagger())),
  );
}
