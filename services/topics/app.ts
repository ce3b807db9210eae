import type { FastifyInstance } from "fastify";
import { createApplication } from "../shared/application.js";
import { Collection } from "../shared/collection.js";
import type { Dependencies } from "../shared/dependencies.js";
import { accept, type IdempotencyHeaders } from "../shared/idempotency.js";
import { createIdentities, isIdentifier } from "../shared/identifiers.js";
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
import { newTopicSchema, topicSchema, type NewTopic, type Topic } from "./topic.js";

export const name = "topics";
export const calls = ["users"] as const;

/**
 * All topics live in one partition, sorted by id and so by time: "newest first" is one query backwards, a create one
 * write. The price is the bound of one partition, 1,000 writes a second
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
 */
const partition = "topic";

/** The topics service. It does not listen. */
export function build(dependencies: Dependencies<(typeof calls)[number]>): FastifyInstance {
  const { store, clock, basePath } = dependencies;
  const { users } = dependencies.neighbours;
  const nextIdentity = createIdentities();
  const topics = new Collection<Topic>(store, (id) =>
    isIdentifier(id) ? { pk: partition, sk: id } : undefined,
  );

  function routes(scope: FastifyInstance): void {
    scope.addSchema(topicSchema).addSchema(listSchema("TopicList", "Topic"));

    scope.post<{ Body: NewTopic; Headers: IdempotencyHeaders }>(
      basePath,
      createOptions("Topic", newTopicSchema),
      async ({ body, headers, id: requestId }, reply) => {
        const { title, userId } = body;
        const now = clock();
        const accepted = await accept(store, {
          key: headers["idempotency-key"],
          body: [title, userId],
          now,
          check: () => requireReferences({ userId: users.exists(userId, requestId) }),
          choose: () => nextIdentity(now),
        });
        const topic = { id: accepted.id, title, userId, createdAt: accepted.createdAt };
        await topics.add(topic, accepted);
        return reply.code(201).header("location", `${basePath}/${topic.id}`).send(topic);
      },
    );

    scope.get<{ Params: ResourcePath }>(`${basePath}/:id`, readOptions("Topic"), async ({ params }) => {
      const topic = await topics.find(params.id);
      if (!topic) throw noTopic();
      return topic;
    });

    scope.get<{ Querystring: ListQuery }>(
      basePath,
      { ...listOptions("Topic", "newest first"), preValidation: readLimit },
      ({ query: { limit, cursor } }) => topics.list({ partition, limit, cursor, order: "descending" }),
    );

    scope.delete<{ Params: ResourcePath }>(
      `${basePath}/:id`,
      deleteOptions(
        "Topic",
        "Its messages stay: they belong to the messages service, which goes on to answer them.",
      ),
      async ({ params }, reply) => {
        if (!(await topics.remove(params.id))) throw noTopic();
        return reply.code(204).send();
      },
    );
  }

  return createApplication({ name, dependencies, routes });
}

function noTopic() {
  return notFound("There is no topic with this id.");
}
