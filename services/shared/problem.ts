import { STATUS_CODES } from "node:http";

/** One member of a request that was refused, and why. */
export interface FieldError {
  /** Name of the body member, query parameter or header, e.g. `username`. */
  readonly field: string;
  /** What is wrong with it, e.g. `must NOT have fewer than 3 characters`. Never repeats the value that was sent. */
  readonly detail: string;
}

/** Problem types beyond what the status code says, so that a client need not parse prose. */
export type ProblemType =
  | "about:blank"
  | "urn:problem-type:invalid-request"
  | "urn:problem-type:username-taken"
  | "urn:problem-type:unknown-reference"
  | "urn:problem-type:idempotency-key-reused";

export interface ProblemOptions {
  readonly type?: ProblemType;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** Seconds after which a client may try again what failed for a store or neighbour that did not answer. */
const retryAfterSeconds = 2;

/**
 * An error whose words are meant for the client: problem details as RFC 9457 defines them.
 * Whatever else is thrown becomes a 500 without words of its own.
 */
export class Problem extends Error {
  readonly type: ProblemType;
  readonly errors: readonly FieldError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param status HTTP status code, 400 to 599.
   * @param detail What happened and what would be allowed, for a human reader.
   * @param options Type (default `about:blank`), refused fields, response headers, the error behind this one.
   */
  constructor(
    readonly status: number,
    readonly detail: string,
    options: ProblemOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = "Problem";
    this.type = options.type ?? "about:blank";
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }

  /** The body of the response. `instance` is the id of the request, by which its log line is found. */
  toJson(requestId: string): string {
    return JSON.stringify({
      type: this.type,
      title: STATUS_CODES[this.status] ?? "Error",
      status: this.status,
      detail: this.detail,
      instance: requestId,
      errors: this.errors,
    });
  }
}

/** 404: nothing is found under this id, or the route is unknown. */
export function notFound(detail: string): Problem {
  return new Problem(404, detail);
}

/** 400: the request does not match the interface; `errors` names every offending field. */
export function invalidRequest(errors: readonly FieldError[]): Problem {
  const names = [...new Set(errors.map(({ field }) => field))].join(", ");
  return new Problem(400, `The request is not valid: see ${names}.`, {
    type: "urn:problem-type:invalid-request",
    errors,
  });
}

/** 503 with `Retry-After`: something this service depends on did not answer as it should. */
export function unavailable(detail: string, cause?: unknown): Problem {
  return new Problem(503, detail, { headers: { "retry-after": String(retryAfterSeconds) }, cause });
}

/** JSON schema of the body, for the OpenAPI document. */
export const problemSchema = {
  $id: "Problem",
  type: "object",
  description: "Problem details (RFC 9457).",
  required: ["type", "title", "status", "detail", "instance"],
  properties: {
    type: {
      type: "string",
      description: "`about:blank`, or a stable URN that tells problems of one status apart.",
    },
    title: { type: "string", description: "The status in words." },
    status: { type: "integer" },
    detail: { type: "string", description: "What happened, and what would be allowed." },
    instance: { type: "string", description: "Id of the request." },
    errors: {
      type: "array",
      description: "The fields that were refused.",
      items: {
        type: "object",
        required: ["field", "detail"],
        properties: { field: { type: "string" }, detail: { type: "string" } },
      },
    },
  },
} as const;
