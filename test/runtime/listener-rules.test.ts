import assert from "node:assert/strict";
import type { ConditionSpec } from "../../sandbox/runtime/desired.js";
import { failureThreshold } from "../../sandbox/runtime/circuit-breaker.js";
import { matches } from "../../sandbox/runtime/health-check.js";
import { send } from "./support/requests.js";
import { loadBalancer } from "./support/sandbox.js";
import { TestLoadBalancing } from "./support/targets.js";

const path = (...values: string[]): ConditionSpec => ({ field: "path-pattern", values });
const host = (...values: string[]): ConditionSpec => ({ field: "host-header", values });
const header = (name: string, ...values: string[]): ConditionSpec => ({ field: "http-header", name, values });

describe("runtime: listener rules", () => {
  const requests: readonly [string, readonly ConditionSpec[], string, Record<string, string>, boolean][] = [
    ["a path that is the same", [path("/users")], "/users", {}, true],
    ["a path with a query, which does not count", [path("/users")], "/users?x=/topics", {}, true],
    ["a path in another case", [path("/users")], "/Users", {}, false],
    ["a longer path", [path("/users")], "/users/1", {}, false],
    ["* for any number of characters", [path("/users/*")], "/users/1/friends", {}, true],
    ["* for no character", [path("/users*")], "/users", {}, true],
    ["? for exactly one character", [path("/user?")], "/users", {}, true],
    ["? for no character", [path("/users?")], "/users", {}, false],
    ["a dot, which is only a dot", [path("/a.b")], "/aXb", {}, false],
    ["one of several values", [path("/users", "/users/*")], "/users/1", {}, true],
    ["a header's name and value in any case", [header("X-Side", "ECS")], "/", { "x-side": "ecs" }, true],
    ["a header with another value", [header("x-side", "ecs")], "/", { "x-side": "eks" }, false],
    ["a header that is absent", [header("x-side", "*")], "/", {}, false],
    ["a wildcard in a header", [header("user-agent", "*Chrome*")], "/", { "user-agent": "a chrome b" }, true],
    [
      "a host in any case, without its port",
      [host("*.example.com")],
      "/",
      { host: "A.Example.com:80" },
      true,
    ],
    ["a host outside", [host("*.example.com")], "/", { host: "example.com" }, false],
    ["all of several conditions", [path("/a"), header("x", "1")], "/a", { x: "1" }, true],
    ["one of several conditions", [path("/a"), header("x", "1")], "/a", {}, false],
  ];
  for (const [what, conditions, target, headers, expected] of requests) {
    it(`${expected ? "match" : "do not match"} ${what}`, async () => {
      const balancing = new TestLoadBalancing([]);
      const action = { type: "fixed-response", status: 200, contentType: "", body: "" } as const;
      await balancing.configure(loadBalancer([{ arn: "rule", priority: 1, conditions, action }]));
      const { status } = await send(balancing.url + target, { headers });
      await balancing.close();
      assert.equal(status, expected ? 200 : 404);
    });
  }

  it("are tried by priority, whatever their order", async () => {
    const balancing = new TestLoadBalancing([]);
    const rule = (priority: number) => ({
      arn: `rule-${priority}`,
      priority,
      conditions: [path("*")],
      action: {
        type: "fixed-response",
        status: 200,
        contentType: "text/plain",
        body: `${priority}`,
      } as const,
    });
    await balancing.configure(loadBalancer([rule(20), rule(3), rule(100)]));
    const { body, headers } = await send(balancing.url);
    await balancing.close();
    assert.equal(body, "3");
    assert.equal(headers["content-type"], "text/plain");
    assert.equal(headers.server, "awselb/2.0");
  });

  it("redirect to an address with the parts of the request filled in", async () => {
    const balancing = new TestLoadBalancing([]);
    const location = {
      protocol: "HTTPS",
      host: "www.#{host}",
      port: "#{port}",
      path: "/new/#{path}",
      query: "#{query}&b=2",
    };
    const action = { type: "redirect", status: 301, location } as const;
    await balancing.configure(loadBalancer([], action));
    const { status, headers } = await send(`${balancing.url}/users/1?a=1`, {
      headers: { host: "board.example:99" },
    });
    const port = new URL(balancing.url).port;
    await balancing.close();
    assert.equal(status, 301);
    assert.equal(headers.location, `https://www.board.example:${port}/new/users/1?a=1&b=2`);
  });
});

describe("runtime: matcher of a health check", () => {
  const cases: readonly [string, number, boolean][] = [
    ["200", 200, true],
    ["200", 201, false],
    ["200,202", 202, true],
    ["200,202", 201, false],
    ["200-299", 299, true],
    ["200-299", 300, false],
    ["200,301-302", 302, true],
  ];
  for (const [matcher, status, expected] of cases) {
    it(`${matcher} ${expected ? "takes" : "refuses"} ${status}`, () => {
      assert.equal(matches(matcher, status), expected);
    });
  }
});

describe("runtime: circuit breaker", () => {
  for (const [desiredCount, threshold] of [
    [1, 3],
    [6, 3],
    [7, 4],
    [25, 13],
    [400, 200],
    [1000, 200],
  ] as const) {
    it(`trips after ${threshold} failures in a row where ${desiredCount} tasks are desired`, () => {
      assert.equal(failureThreshold(desiredCount), threshold);
    });
  }
});
