import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../config/environment.js";
import { loadConfig, parseConfig } from "../../config/load.js";
import { ConfigError } from "../../config/problems.js";
import { catalog } from "../../services/catalog.js";
import { boardOf, environment, goodConfig } from "../support/board.js";
import { simulatedCaller } from "../support/resources.js";

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

/** What is wrong with a config: `key value allowed` of every problem. */
function problemsOf(changes: Readonly<Record<string, unknown>>, where: Partial<Environment> = {}) {
  try {
    parseConfig({ ...goodConfig, ...changes }, { ...environment, ...where }, catalog);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.ok(pulumi.RunError.isInstance(error));
    for (const { key, allowed } of error.problems) {
      assert.ok(error.message.includes(key) && error.message.includes(allowed), error.message);
    }
    return error.problems.map(({ key, value, allowed }) => ({ key, value, allowed }));
  }
  return [];
}

describe("config", () => {
  it("makes the smallest stack out of administrators alone", () => {
    const board = boardOf();

    assert.deepEqual(board.sides, [
      { orchestrator: "ecs", capacity: { type: "fargate", spotPercent: 0 }, weight: 100 },
    ]);
    assert.deepEqual(board.network, {
      vpcCidr: "10.0.0.0/16",
      natGateways: "single",
      availabilityZones: ["us-east-1a", "us-east-1b"],
    });
    assert.deepEqual(board.entrance, { certificateArn: undefined, ingressCidrs: ["0.0.0.0/0"] });
    assert.deepEqual(
      board.services.map(({ spec }) => spec),
      catalog,
    );
    assert.deepEqual(board.settings, {
      cpuArchitecture: "x86_64",
      deregistrationDelaySeconds: 30,
      shutdownDelaySeconds: 10,
      logRetentionDays: 30,
      protectData: true,
    });
  });

  it("reads the same from texts, as Pulumi hands them over, as from structures", () => {
    const structures = {
      adminPrincipals: [simulatedCaller],
      traffic: { ecs: 100 },
      capacity: { ecs: "fargate" },
      services: { users: { cpu: 512, memory: 1024, pushPrincipals: [role("users-team")] } },
      protectData: false,
      logRetentionDays: 7,
      availabilityZones: ["us-east-1c", "us-east-1a"],
    };
    const texts = Object.fromEntries(
      Object.entries(structures).map(([key, value]) => [key, JSON.stringify(value)]),
    );

    assert.deepEqual(parseConfig(texts, environment, catalog), parseConfig(structures, environment, catalog));
  });

  it("takes numbers and switches written as texts inside a structure, and one text for a list of one", () => {
    const board = boardOf({
      adminPrincipals: simulatedCaller,
      services: '{"users": {"cpu": "512", "memory": "2048", "maxReplicas": "9"}}',
    });

    assert.deepEqual(board.services[0]?.spec.size, { cpu: 512, memory: 2048 });
    assert.equal(board.services[0].spec.scaling.maxReplicas, 9);
    assert.deepEqual(board.services[0].access.administer, [simulatedCaller]);
  });

  it("lets a team push its own image and no other's", () => {
    const board = boardOf({
      pushPrincipals: [role("pipeline")],
      services: { users: { pushPrincipals: [role("users-team")] } },
    });

    assert.deepEqual(
      board.services.map(({ access }) => access.push),
      [[role("pipeline"), role("users-team")], [role("pipeline")], [role("pipeline")]],
    );
  });

  it("reads the keys of its own namespace only, from the stack's config", async () => {
    await pulumi.runtime.setMocks(
      { newResource: () => ({ id: "", state: {} }), call: () => ({}) },
      "switchyard",
      "dev",
    );
    pulumi.runtime.setAllConfig({
      "aws:region": "us-east-1",
      "switchyard:adminPrincipals": JSON.stringify([simulatedCaller]),
      "switchyard:natGateways": "perZone",
    });
    try {
      assert.equal(
        loadConfig(new pulumi.Config("switchyard"), environment, catalog).network.natGateways,
        "perZone",
      );
    } finally {
      pulumi.runtime.setAllConfig({});
    }
  });

  const principals =
    "ARNs of roles and users, each by its full name: arn:aws:iam::123456789012:role/name or …:user/name, " +
    "without wildcards, whole accounts or sessions";
  const replicas = "a whole number from 1 to 1000";
  const services = "services of the catalogue: users, topics, messages";
  const sizes = "CPU units on Fargate are 256, 512, 1024, 2048, 4096, 8192, 16384, 32768";
  const block = "an IPv4 block from /16 to /22 that starts at its first address";
  const traffic = 'whole percentages that add up to 100, as {"ecs": 100}';
  const zones = '2 to 6 different zones of us-east-1, as ["us-east-1a", "us-east-1b"]';
  const cases: readonly (readonly [string, Record<string, unknown>, string, unknown, string])[] = [
    [
      "an unknown orchestrator",
      { orchestrator: "nomad" },
      "orchestrator",
      "nomad",
      "ecs (eks is not available in this version)",
    ],
    [
      "an orchestrator of a later version",
      { orchestrator: "eks" },
      "orchestrator",
      "eks",
      "ecs (eks is not available in this version)",
    ],
    [
      "an unknown capacity",
      { capacity: "lambda" },
      "capacity",
      "lambda",
      'fargate (ec2 is not available in this version); or one for each orchestrator, as {"ecs": "fargate"}',
    ],
    [
      "a capacity of a later version",
      { capacity: '{"ecs":"ec2"}' },
      "capacity",
      { ecs: "ec2" },
      'fargate (ec2 is not available in this version); or one for each orchestrator, as {"ecs": "fargate"}',
    ],
    [
      "traffic to a side of a later version",
      { traffic: { ecs: 90, eks: 10 } },
      "traffic.eks",
      10,
      "sides that run, and eks is not available in this version",
    ],
    [
      "traffic that does not add up",
      { traffic: { ecs: 90 } },
      "traffic",
      { ecs: 90 },
      "weights that add up to 100; these add up to 90",
    ],
    ["traffic below zero", { traffic: { ecs: -1 } }, "traffic.ecs", -1, traffic],
    [
      "a key that does not exist inside a service",
      { services: { users: { ram: 1 } } },
      "services.users.ram",
      1,
      "no such key; known are cpu, cpuPercent, maxReplicas, memory, memoryPercent, minReplicas, path, pullPrincipals, pushPrincipals, requestsPerReplica",
    ],
    [
      "a service that does not exist",
      { services: { orders: { cpu: 256 } } },
      "services.orders",
      { cpu: 256 },
      services,
    ],
    [
      "an image of a service that does not exist",
      { imageUris: { orders: `r.example/o@sha256:${"0".repeat(64)}` } },
      "imageUris.orders",
      `r.example/o@sha256:${"0".repeat(64)}`,
      services,
    ],
    [
      "an image by tag",
      { imageUris: { users: "r.example/users:latest" } },
      "imageUris.users",
      "r.example/users:latest",
      'images pinned by digest, by service name, as {"users": "registry/name@sha256:…"}',
    ],
    [
      "a CPU that Fargate does not have",
      { services: { users: { cpu: 300 } } },
      "services.users.cpu",
      300,
      sizes,
    ],
    [
      "a memory that Fargate does not have with that CPU",
      { services: { users: { cpu: 256, memory: 4096 } } },
      "services.users.memory",
      4096,
      `with 256 CPU units, 512, 1024, 2048 (MiB); ${sizes}`,
    ],
    [
      "bounds upside down",
      { services: { users: { minReplicas: 7 } } },
      "services.users.minReplicas",
      7,
      "at most maxReplicas, which is 6",
    ],
    ["no replica", { services: { users: { minReplicas: 0 } } }, "services.users.minReplicas", 0, replicas],
    [
      "half a replica",
      { services: { users: { maxReplicas: 2.5 } } },
      "services.users.maxReplicas",
      2.5,
      replicas,
    ],
    [
      "a percentage above 100",
      { services: { users: { cpuPercent: 101 } } },
      "services.users.cpuPercent",
      101,
      "a whole number from 1 to 100",
    ],
    [
      "a service that is no structure",
      { services: { users: "small" } },
      "services.users",
      "small",
      "settings of the service: cpu, cpuPercent, maxReplicas, memory, memoryPercent, minReplicas, path, pullPrincipals, pushPrincipals, requestsPerReplica",
    ],
    [
      "services that are no structure",
      { services: "small" },
      "services",
      "small",
      'settings by service name, as {"users": {"cpu": 512, "memory": 1024}}',
    ],
    [
      "one path for two services",
      { services: { topics: { path: "/users" } } },
      "services.topics.path",
      "/users",
      "a path apart from /users, which is the path of users",
    ],
    [
      "a path inside another's",
      { services: { topics: { path: "/users/admin" } } },
      "services.topics.path",
      "/users/admin",
      "a path apart from /users, which is the path of users",
    ],
    [
      "the path of health checks",
      { services: { topics: { path: "/health" } } },
      "services.topics.path",
      "/health",
      "anything but /health, which answers health checks",
    ],
    [
      "a path that takes everything",
      { services: { topics: { path: "/" } } },
      "services.topics.path",
      "/",
      "segments of a-z, 0-9 and -, each after a slash, as /users",
    ],
    ["everybody as principal", { pushPrincipals: ["*"] }, "pushPrincipals.0", "*", principals],
    [
      "a wildcard in a principal",
      { pullPrincipals: [role("ci-*")] },
      "pullPrincipals.0",
      role("ci-*"),
      principals,
    ],
    [
      "a whole account as principal",
      { pushPrincipals: ["arn:aws:iam::123456789012:root"] },
      "pushPrincipals.0",
      "arn:aws:iam::123456789012:root",
      principals,
    ],
    [
      "a session as principal",
      { pushPrincipals: ["arn:aws:sts::123456789012:assumed-role/ci/run"] },
      "pushPrincipals.0",
      "arn:aws:sts::123456789012:assumed-role/ci/run",
      principals,
    ],
    [
      "a principal of another partition",
      { pushPrincipals: ["arn:aws-cn:iam::123456789012:role/ci"] },
      "pushPrincipals.0",
      "arn:aws-cn:iam::123456789012:role/ci",
      principals,
    ],
    [
      "a bad principal of one service",
      { services: { users: { pushPrincipals: ["ci"] } } },
      "services.users.pushPrincipals.0",
      "ci",
      principals,
    ],
    [
      "a zone of another region",
      { availabilityZones: ["us-east-1a", "eu-west-1a"] },
      "availabilityZones.1",
      "eu-west-1a",
      zones,
    ],
    [
      "one zone",
      { availabilityZones: ["us-east-1a"] },
      "availabilityZones",
      ["us-east-1a"],
      "2 to 6 different zones of us-east-1",
    ],
    [
      "a zone twice",
      { availabilityZones: ["us-east-1a", "us-east-1b", "us-east-1a"] },
      "availabilityZones",
      ["us-east-1a", "us-east-1b", "us-east-1a"],
      "2 to 6 different zones of us-east-1",
    ],
    ["an unknown NAT mode", { natGateways: "none" }, "natGateways", "none", "single, perZone"],
    ["a network that is too small", { vpcCidr: "10.0.0.0/24" }, "vpcCidr", "10.0.0.0/24", block],
    ["a network that starts inside itself", { vpcCidr: "10.0.1.0/16" }, "vpcCidr", "10.0.1.0/16", block],
    ["a network that is none", { vpcCidr: "private" }, "vpcCidr", "private", block],
    [
      "a certificate of another region",
      { certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/1" },
      "certificateArn",
      "arn:aws:acm:eu-west-1:123456789012:certificate/1",
      "the ARN of an ACM certificate in us-east-1, or nothing for plain HTTP",
    ],
    [
      "clients that are no block",
      { ingressCidrs: ["everyone"] },
      "ingressCidrs.0",
      "everyone",
      'IPv4 blocks, as ["0.0.0.0/0"]',
    ],
    [
      "a retention that CloudWatch does not have",
      { logRetentionDays: "8" },
      "logRetentionDays",
      8,
      "one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653",
    ],
    ["a switch that is neither on nor off", { protectData: "maybe" }, "protectData", "maybe", "true, false"],
    ["an unknown architecture", { cpuArchitecture: "riscv" }, "cpuArchitecture", "riscv", "x86_64, arm64"],
    [
      "a delay that AWS does not allow",
      { deregistrationDelaySeconds: 3601 },
      "deregistrationDelaySeconds",
      3601,
      "a whole number from 0 to 3600",
    ],
    [
      "a stop that Fargate cuts off",
      { shutdownDelaySeconds: 91 },
      "shutdownDelaySeconds",
      91,
      "a whole number from 0 to 90",
    ],
    ["more Spot than everything", { spotPercent: 101 }, "spotPercent", 101, "a whole number from 0 to 100"],
    [
      "nobody to change a policy",
      { adminPrincipals: [], pushPrincipals: [simulatedCaller] },
      "adminPrincipals",
      [],
      "at least one; without any, nobody could ever change a repository's policy again",
    ],
  ];
  for (const [name, changes, key, value, allowed] of cases) {
    it(`refuses ${name}`, () => {
      assert.deepEqual(problemsOf(changes), [{ key, value, allowed }]);
    });
  }

  it("refuses an unknown key and lists the known ones", () => {
    const [problem, ...others] = problemsOf({ orchestrater: "ecs" });

    assert.deepEqual(others, []);
    assert.equal(problem?.key, "orchestrater");
    assert.match(problem.allowed, /^no such key; known are adminPrincipals, .*, orchestrator, /);
  });

  for (const stack of ["Dev", "dev_1", "dev--1", "dev-", "1dev", "a-stack-whose-name-is-long"]) {
    it(`refuses the stack name ${stack}`, () => {
      assert.deepEqual(
        problemsOf({}, { stack }).map(({ key, value }) => [key, value]),
        [["name of the stack", stack]],
      );
    });
  }

  it("names every problem in one message", () => {
    const changes = {
      orchestrator: "nomad",
      capacity: "lambda",
      colour: "red",
      logRetentionDays: 8,
      services: { users: { cpu: 300, minReplicas: 9 }, topics: { path: "/messages" }, orders: {} },
      pushPrincipals: ["*"],
    };

    assert.throws(
      () => boardOf(changes),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.deepEqual(error.problems.map(({ key }) => key).sort(), [
          "capacity",
          "colour",
          "logRetentionDays",
          "orchestrator",
          "pushPrincipals.0",
          "services.messages.path",
          "services.orders",
          "services.users.cpu",
          "services.users.minReplicas",
        ]);
        assert.match(error.message, /^The config of stack dev is refused, and nothing was changed\.\n/);
        assert.ok(error.message.includes('\n  orchestrator: "nomad"\n    Allowed: ecs '), error.message);
        return true;
      },
    );
  });

  describe("the caller of the run", () => {
    const session = "arn:aws:sts::123456789012:assumed-role/Deployer/run-1";
    const callers: readonly (readonly [string, string, Record<string, unknown>, readonly string[]])[] = [
      ["administers", simulatedCaller, {}, []],
      [
        "pushes every image",
        simulatedCaller,
        { adminPrincipals: [role("boss")], pushPrincipals: [simulatedCaller] },
        [],
      ],
      [
        "pushes each image by its own list",
        simulatedCaller,
        {
          adminPrincipals: [role("boss")],
          services: Object.fromEntries(
            ["users", "topics", "messages"].map((name) => [name, { pushPrincipals: [simulatedCaller] }]),
          ),
        },
        [],
      ],
      ["is a session of a listed role", session, { adminPrincipals: [role("Deployer")] }, []],
      [
        "is a session of a listed role with a path",
        session,
        { adminPrincipals: [role("teams/board/Deployer")] },
        [],
      ],
      [
        "is a session of a single sign-on role",
        "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0a1b/me@example.com",
        { adminPrincipals: [role("aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0a1b")] },
        [],
      ],
      ["is in no list", simulatedCaller, { adminPrincipals: [role("boss")] }, ["users, topics, messages"]],
      [
        "may push one image of three",
        simulatedCaller,
        { adminPrincipals: [role("boss")], services: { users: { pushPrincipals: [simulatedCaller] } } },
        ["topics, messages"],
      ],
      [
        "is a session of a role of another account",
        "arn:aws:sts::999999999999:assumed-role/Deployer/run-1",
        { adminPrincipals: [role("Deployer")] },
        ["users, topics, messages"],
      ],
      [
        "is a session of a role whose name begins like a listed one",
        "arn:aws:sts::123456789012:assumed-role/Deploy/run-1",
        { adminPrincipals: [role("Deployer")] },
        ["users, topics, messages"],
      ],
      [
        "is a session of a role named like a listed user",
        "arn:aws:sts::123456789012:assumed-role/developer/run-1",
        { adminPrincipals: [simulatedCaller] },
        ["users, topics, messages"],
      ],
      [
        "is the account's root",
        "arn:aws:iam::123456789012:root",
        { adminPrincipals: [role("boss")] },
        ["users, topics, messages"],
      ],
    ];
    for (const [name, callerArn, changes, closed] of callers) {
      it(`who ${name} is ${closed.length === 0 ? "accepted" : "refused"}`, () => {
        assert.deepEqual(
          problemsOf(changes, { callerArn }),
          closed.map((images) => ({
            key: "pushPrincipals",
            value: [],
            allowed: `lists, here or in adminPrincipals, that name the caller of this run: ${callerArn} may not push ${images}`,
          })),
        );
      });
    }
  });
});
