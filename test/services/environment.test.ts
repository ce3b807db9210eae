import assert from "node:assert/strict";
import { EnvironmentError, readEnvironment } from "../../services/shared/environment.js";

const valid = {
  TABLE_NAME: "board-topics",
  AWS_REGION: "eu-central-1",
  USERS_URL: "http://users.board.internal:8080/users",
};

const topics = { name: "topics", calls: ["users"] } as const;

function faultsOf(variables: Record<string, string | undefined>): readonly string[] {
  try {
    readEnvironment(variables, topics);
    return [];
  } catch (error) {
    assert.ok(error instanceof EnvironmentError);
    for (const fault of error.faults) assert.ok(error.message.includes(fault));
    return error.faults;
  }
}

describe("the environment of a service", () => {
  it("needs a table, a region and its neighbours; the rest has defaults", () => {
    assert.deepEqual(readEnvironment(valid, topics), {
      port: 8080,
      host: "0.0.0.0",
      tableName: "board-topics",
      basePath: "/topics",
      neighbourUrls: { users: new URL("http://users.board.internal:8080/users") },
      shutdownDelaySeconds: 10,
      logLevel: "info",
    });
  });

  it("asks for no neighbour that is not called", () => {
    assert.deepEqual(
      readEnvironment({ ...valid, USERS_URL: undefined }, { name: "users", calls: [] }).neighbourUrls,
      {},
    );
  });

  it("is read in full", () => {
    const given = {
      PORT: "9",
      HOST: "127.0.0.9",
      BASE_PATH: "/board/threads-2",
      SHUTDOWN_DELAY_SECONDS: "0.5",
      LOG_LEVEL: "debug",
    };
    const { port, host, basePath, shutdownDelaySeconds, logLevel } = readEnvironment(
      { ...valid, ...given },
      topics,
    );
    assert.deepEqual(
      [port, host, basePath, shutdownDelaySeconds, logLevel],
      [9, "127.0.0.9", "/board/threads-2", 0.5, "debug"],
    );
  });

  const wrong: readonly (readonly [name: string, value: string, allowed: RegExp])[] = [
    ...["0", "65536", "80.5", "-1", "eight", "1e3", " 80"].map(
      (value) => ["PORT", value, /1 to 65535/] as const,
    ),
    ["HOST", "a b", /IP address or host name/],
    ["TABLE_NAME", "", /is needed/],
    ["TABLE_NAME", "a", /is needed/],
    ["TABLE_NAME", "a/b/c", /is needed/],
    ["AWS_REGION", "", /is needed/],
    ["AWS_REGION", "EU Central", /is needed/],
    ...["/", "topics", "/topics/", "//topics", "/Topics", "/topics/:id", "/a b", "/topics\n", "/health"].map(
      (value) =>
        ["BASE_PATH", value, /each after a slash, are allowed, such as \/users, and not \/health/] as const,
    ),
    ...[
      "",
      "users:8080",
      "http://users:8080",
      "http://users:8080/",
      "ftp://users/users",
      "https://users/users",
      "http://u:p@users/users",
      "http://users/users?a=b",
      "http://users/users#a",
    ].map((value) => ["USERS_URL", value, /such as http:\/\/users\.board\.internal:8080\/users/] as const),
    ...["-1", "301", "ten"].map((value) => ["SHUTDOWN_DELAY_SECONDS", value, /0 to 300/] as const),
    ["LOG_LEVEL", "loud", /fatal, error, warn, info, debug, trace, silent/],
  ];
  for (const [name, value, allowed] of wrong) {
    it(`is refused with ${name}=${JSON.stringify(value)}, and with nothing else named`, () => {
      const faults = faultsOf({ ...valid, [name]: value });
      assert.equal(faults.length, 1, faults.join("\n"));
      const fault = faults.join();
      assert.ok(fault.startsWith(name));
      assert.ok(fault.includes(value === "" ? "is not set" : `"${value}"`));
      assert.match(fault, allowed);
    });
  }

  it("names all that is wrong at once", () => {
    const names = faultsOf({ PORT: "x", BASE_PATH: "z", LOG_LEVEL: "y" }).map((fault) => fault.split(" ")[0]);
    assert.deepEqual(names.sort(), [
      "AWS_REGION",
      "BASE_PATH",
      "LOG_LEVEL",
      "PORT",
      "TABLE_NAME",
      "USERS_URL",
    ]);
  });
});
