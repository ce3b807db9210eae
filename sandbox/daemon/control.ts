import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import fastify from "fastify";
import type { Account } from "../aws/account.js";
import type { Activity } from "../provider/activity.js";
import type { LogEvent } from "../runtime/log-store.js";
import type { Runtime } from "../runtime/runtime.js";

/** The daemon's control API while it listens. */
export interface ControlServer {
  readonly port: number;
  readonly token: string;
  close(): Promise<void>;
}

/** What the control API speaks of. */
export interface ControlArgs {
  readonly account: Account;
  readonly runtime: Runtime;
  readonly activity: Activity;
  readonly stop: () => void;
}

/**
 * Serves what the commands ask a daemon: what runs, what exists, what was logged, and to stop.
 * It listens on loopback and answers only callers that show its token.
 */
export async function serveControl({
  account,
  runtime,
  activity,
  stop,
}: ControlArgs): Promise<ControlServer> {
  const token = randomBytes(24).toString("base64url");
  const server = fastify({ forceCloseConnections: true });
  server.addHook("onRequest", async (request, reply) => {
    if (request.headers.authorization !== `Bearer ${token}`) await reply.code(401).send();
  });
  server.get("/status", () => ({ ...runtime.status(), resources: account.all().length }));
  server.get("/resources", async () => {
    await activity.idle();
    return account
      .all()
      .map(({ urn, id, inputs, attributes }) => ({ urn, id, outputs: { ...inputs, ...attributes } }));
  });
  server.get<{ Querystring: { service?: string; follow?: string } }>("/logs", (request, reply) => {
    const { service, follow } = request.query;
    const gone = new AbortController();
    request.raw.once("close", () => gone.abort());
    const events = runtime.readLogs({
      ...(service !== undefined && { service }),
      follow: follow === "true",
      signal: gone.signal,
    });
    return reply.type("text/plain").send(Readable.from(linesOf(events)));
  });
  server.post("/stop", async (_request, reply) => {
    await reply.code(202).send();
    stop();
  });
  const address = new URL(await server.listen({ host: "127.0.0.1", port: 0 }));
  return { port: Number(address.port), token, close: () => server.close() };
}

async function* linesOf(events: AsyncIterable<LogEvent>): AsyncGenerator<string> {
  for await (const { logStream, message } of events) yield `${logStream} ${message}\n`;
}
