import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from "fastify";
import type { Socket } from "node:net";
import { STATUS_CODES } from "node:http";
import { invalidRequest, notFound, Problem, unavailable, type FieldError } from "./problem.js";
import { generateRequestId } from "./request-id.js";

declare module "fastify" {
  interface FastifyRequest {
    /** The error that decided the response, for the request's log line. */
    failure: unknown;
  }
}

/** Answers every error of the application, expected or not, as problem details. */
export function answerErrors(app: FastifyInstance): void {
  app.decorateRequest("failure", undefined);
  // Before the body is read: whatever it is, the path is what is wrong.
  app.addHook("onRequest", (request, _reply, done) => {
    if (request.is404) done(notFound("There is nothing at this path."));
    else done();
  });
  app.setErrorHandler(sendProblem);
}

/** Sends the problem that an error amounts to, and keeps the error for the log line. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, request);
  request.failure = error;
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type("application/problem+json")
    .send(problem.toJson(request.id));
}

/**
 * Answers what Node's HTTP parser refuses, where no request exists yet: too large a header (431), a request that
 * takes too long to arrive (408), anything that is not HTTP (400).
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = clientProblem(error.code);
  const body = problem.toJson(generateRequestId());
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nConnection: close\r\n` +
      `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function clientProblem(code: string | undefined): Problem {
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return requestTimeout();
  if (code === "HPE_HEADER_OVERFLOW")
    return new Problem(431, "The request's header fields are larger than 16 KiB.");
  return new Problem(400, "What was sent is not an HTTP request.");
}

function toProblem(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof Problem) return error;
  if (!isFastifyError(error)) return unexpected(error);
  if (error.validation) return invalidRequest(error.validation.map(toFieldError));
  switch (error.code) {
    case "FST_ERR_HANDLER_TIMEOUT":
      return request.raw.complete !== false
        ? unavailable("The request could not be answered in time.", error)
        : requestTimeout();
    case "FST_ERR_BAD_URL":
      return new Problem(400, "The path is not a valid percent-encoded URL path.");
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new Problem(413, "The request body is too large: at most 16 KiB are allowed.", closing);
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new Problem(415, "The request body has an unsupported type: send application/json.");
  }
  return isClientError(error) ? new Problem(error.statusCode, error.message) : unexpected(error);
}

/** The rest of such a request is not read, so the connection cannot carry another one. */
const closing = { headers: { connection: "close" } };

function requestTimeout(): Problem {
  return new Problem(408, "The request did not arrive in full in time.", closing);
}

function unexpected(cause: unknown): Problem {
  return new Problem(
    500,
    "Something unexpected happened; the service's log tells more under this request id.",
    { cause },
  );
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && ("code" in error || "statusCode" in error);
}

function isClientError(error: FastifyError): error is FastifyError & { statusCode: number } {
  return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
}

function toFieldError({ instancePath, params, message }: FastifySchemaValidationError): FieldError {
  const member = params["missingProperty"] ?? params["additionalProperty"];
  const field = typeof member === "string" ? member : instancePath.slice(1);
  return { field: field === "" ? "body" : field, detail: message ?? "is not valid" };
}
