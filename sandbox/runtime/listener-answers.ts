import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import type { ActionSpec, RedirectSpec } from "./desired.js";
import { pathOf } from "./listener-rules.js";

/** Answers a request with the listener's own response. */
export function answerFixed(
  response: ServerResponse,
  { status, contentType, body }: Extract<ActionSpec, { type: "fixed-response" }>,
): void {
  response.writeHead(status, {
    server: "awselb/2.0",
    ...(contentType === "" ? {} : { "content-type": contentType }),
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** Answers a request with one of the load balancer's errors, as a load balancer words it. */
export function answerError(response: ServerResponse, status: 502 | 503 | 504): void {
  const title = `${status} ${status === 503 ? "Service Temporarily Unavailable" : statusText(status)}`;
  const body =
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
    `<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  answerFixed(response, { type: "fixed-response", status, contentType: "text/html", body });
}

/**
 * Answers a request with a redirect.
 *
 * @param listenerPort Port of the listener, as the program knows it.
 * @param hostPort Where a listener's port is found on this host; the address that the client gets names that.
 */
export function answerRedirect(
  request: IncomingMessage,
  response: ServerResponse,
  { status, location }: Extract<ActionSpec, { type: "redirect" }>,
  listenerPort: number,
  hostPort: (port: number) => number,
): void {
  const target = redirectLocation(request, location, listenerPort, hostPort);
  response.writeHead(status, statusText(status), {
    server: "awselb/2.0",
    location: target,
    "content-length": 0,
  });
  response.end();
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html#redirect-actions */
function redirectLocation(
  request: IncomingMessage,
  { protocol, host, port, path, query }: RedirectSpec,
  listenerPort: number,
  hostPort: (port: number) => number,
): string {
  const values: Readonly<Record<string, string>> = {
    protocol: "http",
    host: (request.headers.host ?? "localhost").replace(/:\d+$/, ""),
    port: String(listenerPort),
    path: pathOf(request).replace(/^\//, ""),
    query: (request.url ?? "").split("?").slice(1).join("?"),
  };
  const fill = (text: string) => text.replace(/#\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
  const search = fill(query);
  return (
    `${fill(protocol).toLowerCase()}://${fill(host)}:${hostPort(Number(fill(port)))}` +
    `${fill(path)}${search === "" ? "" : `?${search}`}`
  );
}

function statusText(status: number): string {
  return STATUS_CODES[status] ?? "";
}
