import type { FastifyReply, FastifyRequest } from "fastify";
import { destination, pino, type DestinationStream, type Logger } from "pino";
import type { LogLevel } from "./environment.js";
import { Problem } from "./problem.js";

export type { Logger } from "pino";

/** A logger that writes JSON lines to standard output without making a request wait for them. */
export function createLogger(service: string, level: LogLevel): Logger {
  return pino(loggerOptions(service, level), destination({ dest: 1, sync: false }));
}

/** A logger that writes the same lines to a stream of one's own. */
export function createLoggerTo(stream: DestinationStream, service: string, level: LogLevel): Logger {
  return pino(loggerOptions(service, level), stream);
}

function loggerOptions(service: string, level: LogLevel) {
  return { level, base: { service }, formatters: { level: (label: string) => ({ level: label }) } };
}

/**
 * Logs the one line of a request that has been answered: method, route pattern, status, duration, request id, and the
 * error where the service is to blame. Never a path, query, header or body: they can hold personal data.
 */
export function logRequest(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const { url: route = "unmatched" } = request.routeOptions;
  const line = {
    requestId: request.id,
    method: request.method,
    route,
    status: reply.statusCode,
    durationMs: Math.round(reply.elapsedTime * 100) / 100,
  };
  if (reply.statusCode >= 500) logger.error({ ...line, err: causeOf(request.failure) }, "request failed");
  // Health checks come every few seconds from every node of the load balancer.
  else logger[route === "/health" ? "debug" : "info"](line, "request answered");
}

/** What lies behind a problem is what an operator wants to read; its own words went to the client. */
function causeOf(failure: unknown): unknown {
  return failure instanceof Problem ? (failure.cause ?? failure) : failure;
}
