import type { FastifyInstance } from "fastify";
import { Problem } from "./problem.js";

/**
 * Answers 405 with `Allow` for every method that a path of this scope does not have. Without it Fastify answers 404.
 *
 * @returns A function to call after the scope's last route.
 */
export function refuseOtherMethods(scope: FastifyInstance): () => void {
  const methodsByPath = new Map<string, Set<string>>();
  scope.addHook("onRoute", ({ url, method }) => {
    const methods = methodsByPath.get(url) ?? new Set<string>();
    for (const name of [method].flat()) methods.add(name);
    methodsByPath.set(url, methods);
  });
  return () => {
    for (const [url, allowed] of [...methodsByPath]) {
      const allow = [...allowed].sort().join(", ");
      scope.route({
        url,
        method: scope.supportedMethods.filter((method) => !allowed.has(method)),
        schema: { hide: true },
        // Before the body is read: whatever it is, the method is what is wrong.
        onRequest: (_request, _reply, done) => {
          done(
            new Problem(405, `This path has no such method: ${allow} are allowed.`, { headers: { allow } }),
          );
        },
        handler: () => undefined,
      });
    }
  };
}
