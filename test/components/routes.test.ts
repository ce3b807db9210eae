import assert from "node:assert/strict";
import { listenerPriorities } from "../../components/listener-priorities.js";
import { catalog } from "../../services/catalog.js";
import { recordBoard } from "../support/board.js";

describe("the routes of a service", () => {
  it("have a target group of addresses for each orchestrator, running or not", async () => {
    const { all } = await recordBoard({ deregistrationDelaySeconds: 45 });

    const groups = all("aws:lb/targetGroup:TargetGroup");
    assert.deepEqual(
      groups.map(({ name }) => name),
      ["users", "topics", "messages"].flatMap((service) => [`board-${service}-ecs`, `board-${service}-eks`]),
    );
    for (const { inputs } of groups) {
      assert.equal(inputs["targetType"], "ip");
      assert.equal(inputs["port"], 8080);
      assert.equal(inputs["deregistrationDelay"], 45);
      assert.deepEqual(inputs["healthCheck"], {
        path: "/health",
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      });
    }
  });

  for (const side of ["ecs", "eks"] as const) {
    it(`have a rule by which a client asks for ${side}`, async () => {
      const { one } = await recordBoard();

      const { inputs } = one("aws:lb/listenerRule:ListenerRule", `board-users-${side}-rule`);
      assert.deepEqual(inputs["conditions"], [
        { pathPattern: { values: ["/users", "/users/*"] } },
        { httpHeader: { httpHeaderName: "x-orchestrator", values: [side] } },
      ]);
      assert.deepEqual(inputs["actions"], [
        { type: "forward", targetGroupArn: `arn:mock:board-users-${side}` },
      ]);
    });
  }

  it("send all traffic to the side that runs, and none to the other, which stays attached", async () => {
    const { one } = await recordBoard();

    const { inputs } = one("aws:lb/listenerRule:ListenerRule", "board-users-traffic-rule");
    assert.deepEqual(inputs["conditions"], [{ pathPattern: { values: ["/users", "/users/*"] } }]);
    assert.deepEqual(inputs["actions"], [
      {
        type: "forward",
        forward: {
          targetGroups: [
            { arn: "arn:mock:board-users-ecs", weight: 100 },
            { arn: "arn:mock:board-users-eks", weight: 0 },
          ],
          stickiness: { enabled: false, duration: 1 },
        },
      },
    ]);
  });

  it("follow the path that the config gives", async () => {
    const { one } = await recordBoard({ services: { users: { path: "/people" } } });

    assert.deepEqual(
      one("aws:lb/listenerRule:ListenerRule", "board-users-traffic-rule").inputs["conditions"],
      [{ pathPattern: { values: ["/people", "/people/*"] } }],
    );
  });
});

describe("the priorities of listener rules", () => {
  it("are unique over the catalogue, and within what AWS allows", () => {
    const all = catalog.flatMap(({ name }) => Object.values(listenerPriorities(name)));

    assert.equal(new Set(all).size, catalog.length * 3);
    assert.ok(all.every((priority) => priority >= 1 && priority <= 50_000));
  });

  it("try every side rule before any traffic rule", () => {
    const all = catalog.map(({ name }) => listenerPriorities(name));

    assert.ok(
      Math.max(...all.flatMap(({ ecs, eks }) => [ecs, eks])) < Math.min(...all.map(({ traffic }) => traffic)),
    );
  });
});
