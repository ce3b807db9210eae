import type { FastifyInstance } from "fastify";
import type { Clock } from "../../../services/shared/clock.js";
import { createLoggerTo } from "../../../services/shared/logging.js";
import type { Neighbour } from "../../../services/shared/neighbour.js";
import type { Store } from "../../../services/shared/store.js";
import * as messages from "../../../services/messages/app.js";
import * as topics from "../../../services/topics/app.js";
import * as users from "../../../services/users/app.js";

export type Build = (store: Store, options?: BuildOptions) => FastifyInstance;

export interface BuildOptions {
  /** Default: the service's name after a slash. */
  readonly basePath?: string;
  readonly users?: Neighbour;
  readonly topics?: Neighbour;
  readonly clock?: Clock;
  readonly lines?: string[];
  readonly isDraining?: () => boolean;
}

export const aUser = "01JG0000000000000000000001";
export const aTopic = "01JG0000000000000000000002";
export const nobody = "01JG00000000000000000000ZZ";

/** A neighbour who knows some ids, and counts how often it was asked. */
export function neighbourOf(...known: readonly string[]): Neighbour & { asked: string[] } {
  const asked: string[] = [];
  const exists = (id: string) => {
    asked.push(id);
    return Promise.resolve(known.includes(id));
  };
  return { asked, exists, close: () => undefined };
}

function dependencies(name: string, store: Store, options: BuildOptions) {
  const { basePath = `/${name}`, lines = [], clock = Date.now, isDraining = () => false } = options;
  const logger = createLoggerTo({ write: (line) => void lines.push(line) }, "test", "info");
  const neighbours = {
    users: options.users ?? neighbourOf(aUser),
    topics: options.topics ?? neighbourOf(aTopic),
  };
  return { basePath, store, logger, clock, isDraining, neighbours };
}

export const buildUsers: Build = (store, options = {}) =>
  users.build(dependencies(users.name, store, options));
export const buildTopics: Build = (store, options = {}) =>
  topics.build(dependencies(topics.name, store, options));
export const buildMessages: Build = (store, options = {}) =>
  messages.build(dependencies(messages.name, store, options));

/** The three services by a valid request to create something, for tests that hold for all of them. */
export const services = [
  { name: "users", build: buildUsers, body: { username: "Ada", displayName: "Ada L." }, plainWrites: 2 },
  { name: "topics", build: buildTopics, body: { title: "Engines", userId: aUser }, plainWrites: 1 },
  {
    name: "messages",
    build: buildMessages,
    body: { topicId: aTopic, userId: aUser, text: "Hello" },
    plainWrites: 1,
  },
] as const;

/** Path of the list that a created resource appears in. */
export function listPath(name: string): string {
  return name === "messages" ? `/messages?topicId=${aTopic}` : `/${name}`;
}

/** Members of a JSON answer, for the assertion to compare. */
export type Body = Record<string, unknown> & { id: string; errors?: { field: string; detail: string }[] };

export async function post(
  app: FastifyInstance,
  name: string,
  body: object,
  headers: Record<string, string> = {},
) {
  const response = await app.inject({ method: "POST", url: `/${name}`, payload: body, headers });
  return { status: response.statusCode, headers: response.headers, body: response.json<Body>() };
}

export async function list(app: FastifyInstance, url: string) {
  const response = await app.inject(url);
  return response.json<{ items: Body[]; cursor: string | null }>();
}
