import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** `Root=` of the header that the load balancer adds to every request: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html */
const traceRoot = /(?:^|;)\s*Root=(1-[0-9a-f]{8}-[0-9a-f]{24})(?:;|$)/;
/** What a caller may choose as an id: harmless in a log line, a header and a URI reference. */
const chosenId = /^[A-Za-z0-9._=-]{1,128}$/;

/** Id of a request: the load balancer's trace id, else the caller's `x-request-id`, else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, "headers">): string {
  const trace = request.headers["x-amzn-trace-id"];
  if (typeof trace === "string") {
    const root = traceRoot.exec(trace)?.[1];
    if (root !== undefined) return root;
  }
  const chosen = request.headers["x-request-id"];
  return typeof chosen === "string" && chosenId.test(chosen) ? chosen : generateRequestId();
}

export function generateRequestId(): string {
  return randomUUID();
}
