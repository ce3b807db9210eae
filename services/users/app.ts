import type { FastifyInstance } from "fastify";
import { createApplication } from "../shared/application.js";
import { Collection } from "../shared/collection.js";
import type { Dependencies } from "../shared/dependencies.js";
import { accept, settle, type Accepted, type IdempotencyHeaders } from "../shared/idempotency.js";
import { createIdentities, isIdentifier } from "../shared/identifiers.js";
import { listSchema, readLimit, type ListQuery } from "../shared/listing.js";
import { notFound, Problem } from "../shared/problem.js";
import {
  createOptions,
  deleteOptions,
  listOptions,
  readOptions,
  type ResourcePath,
} from "../shared/resource-routes.js";
import { newUserSchema, userSchema, type NewUser, type User } from "./user.js";
import { Usernames } from "./usernames.js";

export const name = "users";
export const calls = [] as const;

/** All users live in one partition, in the order in which they came; it takes 1,000 writes a second. */
const partition = "user";

/** The users service. It does not listen. */
export function build(dependencies: Dependencies): FastifyInstance {
  const { store, clock, basePath } = dependencies;
  const nextIdentity = createIdentities();
  const users = new Collection<User>(store, (id) =>
    isIdentifier(id) ? { pk: partition, sk: id } : undefined,
  );
  const usernames = new Usernames(store, users, clock);

  /**
   * Claims the username, then writes the user. Answers false where the username is another's; a create under an
   * idempotency key remembers that, or its retry could succeed once the name is free.
   */
  async function register(user: User, accepted: Accepted): Promise<boolean> {
    const { record } = accepted;
    if (record?.outcome) return record.outcome === "created";
    if ((await usernames.claim(user.username, user.id)) && (await users.add(user, accepted))) return true;
    if (record) await settle(store, record.pk, user.id, "refused");
    return false;
  }

  function routes(scope: FastifyInstance): void {
    scope.addSchema(userSchema).addSchema(listSchema("UserList", "User"));

    scope.post<{ Body: NewUser; Headers: IdempotencyHeaders }>(
      basePath,
      createOptions("User", newUserSchema, [409]),
      async ({ body, headers }, reply) => {
        const { username, displayName } = body;
        const now = clock();
        const accepted = await accept(store, {
          key: headers["idempotency-key"],
          body: [username, displayName],
          now,
          check: () => Promise.resolve(),
          choose: () => nextIdentity(now),
        });
        const user = { id: accepted.id, username, displayName, createdAt: accepted.createdAt };
        if (!(await register(user, accepted))) throw usernameTaken();
        return reply.code(201).header("location", `${basePath}/${user.id}`).send(user);
      },
    );

    scope.get<{ Params: ResourcePath }>(`${basePath}/:id`, readOptions("User"), async ({ params }) => {
      const user = await users.find(params.id);
      if (!user) throw noUser();
      return user;
    });

    scope.get<{ Querystring: ListQuery }>(
      basePath,
      { ...listOptions("User", "oldest first"), preValidation: readLimit },
      ({ query: { limit, cursor } }) => users.list({ partition, limit, cursor, order: "ascending" }),
    );

    scope.delete<{ Params: ResourcePath }>(
      `${basePath}/:id`,
      deleteOptions("User", "The username is free again. Topics and messages of the user stay."),
      async ({ params }, reply) => {
        const user = await users.remove(params.id);
        if (!user) throw noUser();
        // Last, so that a crash before it leaves a claim without a user, which the next claim takes over.
        await usernames.free(user);
        return reply.code(204).send();
      },
    );
  }

  return createApplication({ name, dependencies, routes });
}

function usernameTaken(): Problem {
  return new Problem(409, "This username is taken; upper and lower case count as the same.", {
    type: "urn:problem-type:username-taken",
    errors: [{ field: "username", detail: "is taken" }],
  });
}

function noUser() {
  return notFound("There is no user with this id.");
}
