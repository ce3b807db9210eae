import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { pipeline } from "node:stream";
import { hasBody, requestHeaders, responseHeaders } from "./forwarded-headers.js";
import { answerError } from "./listener-answers.js";
import type { TargetConnections } from "./target-connections.js";
import type { Endpoint } from "./target-group.js";

/** AWS gives a target ten seconds to accept a connection. */
const connectTimeout = 10_000;

/**
 * Sends a request on to a target and its response back to the client, both as they stream. Answers 502 where the target
 * refuses or breaks the connection, 504 where it does not accept it in time or stays silent for the idle timeout.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { address, port }: Endpoint,
  connections: TargetConnections,
  listenerPort: number,
): void {
  const { method = "GET", url = "/" } = request;
  const headers = requestHeaders(request, listenerPort);
  const onward = httpRequest({ host: address, port, method, path: url, headers, agent: connections });

  /** Once the answer has begun, breaking off is the only way to tell the client. */
  const fail = (status: 502 | 504) => {
    onward.destroy();
    request.unpipe(onward);
    if (response.headersSent) response.destroy();
    else answerError(response, status);
  };
  onward.on("socket", (socket) => {
    if (!socket.connecting) return;
    const timer = setTimeout(() => fail(504), connectTimeout);
    socket.once("connect", () => clearTimeout(timer)).once("close", () => clearTimeout(timer));
  });
  onward.on("timeout", () => fail(504));
  onward.on("error", () => {
    // Also comes after `fail` and when the client has left; then nobody waits for an answer.
    if (!response.writableEnded && !response.destroyed) fail(502);
  });
  onward.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? "", responseHeaders(answer));
    pipeline(answer, response, () => undefined);
  });
  response.on("close", () => {
    if (!response.writableFinished) onward.destroy();
  });
  if (hasBody(request)) request.pipe(onward);
  else onward.end();
}
