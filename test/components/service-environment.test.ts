import assert from "node:assert/strict";
import { Platform } from "../../components/platform.js";
import { boardOf, recordBoard } from "../support/board.js";
import { recordResources, valueOf, type RecordedResource } from "../support/resources.js";

/** Environment of the one container of a task definition. */
function environmentOf({ inputs }: RecordedResource): Readonly<Record<string, string>> {
  const [container] = JSON.parse(inputs["containerDefinitions"] as string) as [
    { environment: { name: string; value: string }[] },
  ];
  return Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
}

describe("the path of a service", () => {
  const boards = [
    { title: "that the catalogue gives", paths: {} },
    { title: "that the config gives", paths: { users: "/people", topics: "/board/threads" } },
  ];
  for (const { title, paths } of boards) {
    it(`${title} is one to the listener, the container and those who call it`, async () => {
      const expected: Readonly<Record<string, string>> = {
        users: "/users",
        topics: "/topics",
        messages: "/messages",
        ...paths,
      };
      const overrides = Object.entries(paths).map(([service, path]) => [service, { path }]);
      const { one, result } = await recordBoard({ services: Object.fromEntries(overrides) as object });

      const calls: Readonly<Record<string, readonly string[]>> = {
        users: [],
        topics: ["users"],
        messages: ["users", "topics"],
      };
      for (const [service, path] of Object.entries(expected)) {
        for (const rule of ["ecs-rule", "eks-rule", "traffic-rule"]) {
          const { inputs } = one("aws:lb/listenerRule:ListenerRule", `board-${service}-${rule}`);
          const [condition] = inputs["conditions"] as readonly object[];
          assert.deepEqual(condition, { pathPattern: { values: [path, `${path}/*`] } });
        }
        const environment = environmentOf(
          one("aws:ecs/taskDefinition:TaskDefinition", `board-ecs-${service}-task-definition`),
        );
        assert.equal(environment["BASE_PATH"], path);
        assert.deepEqual(
          Object.entries(environment).filter(([name]) => name.endsWith("_URL")),
          calls[service]
            ?.map((callee) => [
              `${callee.toUpperCase()}_URL`,
              `http://${callee}.switchyard-dev.internal:8080${String(expected[callee])}`,
            ])
            .sort(),
        );
        const url = await valueOf(result.serviceUrls[service]!);
        assert.equal(url, `http://board-entrance-alb.example${path}`);
      }
    });
  }

  it("must be that of a service of the board: a call to any other is refused", async () => {
    const board = boardOf();
    const services = board.services.map((service) =>
      service.spec.name === "topics" ? { ...service, spec: { ...service.spec, calls: ["nobody"] } } : service,
    );

    await assert.rejects(
      recordResources(() => new Platform("board", { ...board, services })),
      /Nothing can be reached as nobody: the board has no such service\./,
    );
  });
});
