import type { FastifyInstance } from "fastify";
import { createApplication } from "../shared/application.js";
import { Collection } from "../shared/collection.js";
import type { Dependencies } from "../shared/dependencies.js";
import { accept, type IdempotencyHeaders } from "../shared/idempotency.js";
import { createIdentities, joinIdentifiers, splitIdentifiers } from "../shared/identifiers.js";
import { listSchema, readLimit, type ListQuery } from "../shared/listing.js";
import { notFound } from "../shared/problem.js";
import { requireReferences } from "../shared/references.js";
import {
  createOptions,
  deleteOptions,
  listOptions,
  readOptions,
  type ResourcePath,
} from "../shared/resource-routes.js";
import type { Key } from "../shared/store.js";
import { messageSchema, newMessageSchema, type Message, type NewMessage } from "./message.js";

export const name = "messages";
export const calls = ["users", "topics"] as const;

interface MessagesQuery extends ListQuery {
  readonly topicId: string;
}

const topicIdQuery = {
  type: "string",
  minLength: 1,
  maxLength: 64,
  description: "Id of the topic.",
} as const;

/**
 * The messages service. It does not listen.
 *
 * A topic that is deleted leaves its messages: they stay listed by its id and readable by their own.
 */
export function build(dependencies: Dependencies<(typeof calls)[number]>): FastifyInstance {
  const { store, clock, basePath } = dependencies;
  const { users, topics } = dependencies.neighbours;
  const nextIdentity = createIdentities();
  const messages = new Collection<Message>(store, keyOf);

  function routes(scope: FastifyInstance): void {
    scope.addSchema(messageSchema).addSchema(listSchema("MessageList", "Message"));

    scope.post<{ Body: NewMessage; Headers: IdempotencyHeaders }>(
      basePath,
      createOptions("Message", newMessageSchema),
      async ({ body, headers, id: requestId }, reply) => {
        const { topicId, userId, text } = body;
        const now = clock();
        const accepted = await accept(store, {
          key: headers["idempotency-key"],
          body: [topicId, userId, text],
          now,
          check: () =>
            requireReferences({
              topicId: topics.exists(topicId, requestId),
              userId: users.exists(userId, requestId),
            }),
          choose: () => {
            const { id, createdAt } = nextIdentity(now);
            return { id: joinIdentifiers(id, topicId), createdAt };
          },
        });
        const message = { id: accepted.id, topicId, userId, text, createdAt: accepted.createdAt };
        await messages.add(message, accepted);
        return reply.code(201).header("location", `${basePath}/${message.id}`).send(message);
      },
    );

    scope.get<{ Params: ResourcePath }>(`${basePath}/:id`, readOptions("Message"), async ({ params }) => {
      const message = await messages.find(params.id);
      if (!message) throw noMessage();
      return message;
    });

    scope.get<{ Querystring: MessagesQuery }>(
      basePath,
      { ...listOptions("Message", "oldest first", { topicId: topicIdQuery }), preValidation: readLimit },
      ({ query: { topicId, limit, cursor } }) =>
        messages.list({ partition: partitionOf(topicId), limit, cursor, order: "ascending" }),
    );

    scope.delete<{ Params: ResourcePath }>(
      `${basePath}/:id`,
      deleteOptions("Message", "Nothing else refers to it."),
      async ({ params }, reply) => {
        if (!(await messages.remove(params.id))) throw noMessage();
        return reply.code(204).send();
      },
    );
  }

  return createApplication({ name, dependencies, routes });
}

/** The messages of a topic share a partition, sorted by time. A message's id names its place in it and the topic. */
function keyOf(id: string): Key | undefined {
  const parts = splitIdentifiers(id);
  return parts && { pk: partitionOf(parts.owner), sk: parts.own };
}

function partitionOf(topicId: string): string {
  return `topic#${topicId}`;
}

function noMessage() {
  return notFound("There is no message with this id.");
}
