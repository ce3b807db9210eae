import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Headers that belong to one connection (RFC 9110, section 7.6.1), and with them `Expect`, which is answered here. */
const hopByHop = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers that the load balancer itself sets in a request. */
const ownHeaders = new Set(["x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id"]);

/**
 * The headers of a request as they travel on to a target, as flat pairs of name and value.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 *
 * @param listenerPort Port that the client connected to, as the program knows it.
 */
export function requestHeaders(request: IncomingMessage, listenerPort: number): string[] {
  const { headers } = request;
  const client = request.socket.remoteAddress ?? "";
  const clients = [headers["x-forwarded-for"] ?? [], client].flat().join(", ");
  return [
    ...endToEnd(request.rawHeaders, headers.connection, ownHeaders),
    ...bodyHeaders(request),
    ...["X-Forwarded-For", clients],
    ...["X-Forwarded-Proto", "http"],
    ...["X-Forwarded-Port", String(listenerPort)],
    ...["X-Amzn-Trace-Id", traceId(headers["x-amzn-trace-id"])],
  ];
}

/** The headers of a target's response as they travel on to the client, as flat pairs of name and value. */
export function responseHeaders({ rawHeaders, headers }: IncomingMessage): string[] {
  return endToEnd(rawHeaders, headers.connection, new Set());
}

/** Whether a message has a body (RFC 9112, section 6.3). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}

/** A body of unknown length stays chunked; a method that could have a body but has none says so. */
function bodyHeaders({ headers, method = "GET" }: IncomingMessage): string[] {
  if (headers["transfer-encoding"] !== undefined) return ["Transfer-Encoding", "chunked"];
  const says = headers["content-length"] !== undefined || ["GET", "HEAD", "OPTIONS"].includes(method);
  return says ? [] : ["Content-Length", "0"];
}

function endToEnd(
  raw: readonly string[],
  connection: string | undefined,
  others: ReadonlySet<string>,
): string[] {
  const named = new Set(connection?.split(",").map((name) => name.trim().toLowerCase()));
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = "", value = ""] = [raw[index], raw[index + 1]];
    const key = name.toLowerCase();
    if (!hopByHop.has(key) && !named.has(key) && !others.has(key)) kept.push(name, value);
  }
  return kept;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html */
function traceId(given: string | string[] | undefined): string {
  const id = `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
  const known = [given ?? []].flat().join(";");
  return known.includes("Root=") ? `Self=${id};${known}` : `Root=${id}${known === "" ? "" : `;${known}`}`;
}
