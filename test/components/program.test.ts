import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import program from "../../index.js";
import { ConfigError } from "../../config/problems.js";
import { recordResources, simulatedCaller, valueOf, type RecordedResource } from "../support/resources.js";

/** Runs the program as Pulumi does, with this config. */
async function run(config: Readonly<Record<string, string>>, options: { preview?: boolean } = {}) {
  const recording = await recordResources(() => {
    pulumi.runtime.setAllConfig(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [`switchyard:${key}`, value])),
    );
    return program();
  }, options);
  return recording;
}

const administrators = { adminPrincipals: JSON.stringify([simulatedCaller]) };

describe("the program", () => {
  afterEach(() => {
    pulumi.runtime.setAllConfig({});
  });

  it("gives the address of the board, of each service and of each repository", async () => {
    const { result } = await run(administrators);

    const url = "http://board-entrance-alb.example";
    assert.equal(await valueOf(result["url"] as pulumi.Output<string>), url);
    assert.deepEqual(await valueOf(pulumi.output(result["serviceUrls"])), {
      users: `${url}/users`,
      topics: `${url}/topics`,
      messages: `${url}/messages`,
    });
    assert.deepEqual(Object.keys(result["repositoryUrls"] as object), ["users", "topics", "messages"]);
  });

  it("registers nothing when the config is refused", async () => {
    let refused: unknown;
    const { resources } = await recordResources(async () => {
      pulumi.runtime.setAllConfig({ "switchyard:orchestrator": "nomad" });
      await program().catch((error: unknown) => (refused = error));
    });

    assert.ok(refused instanceof ConfigError);
    assert.deepEqual(resources, []);
  });

  it("names every child after its parent's component and gives no two resources one name", async () => {
    const { resources } = await run(administrators);

    assert.deepEqual(
      resources.filter(({ name }) => name !== "board" && !name.startsWith("board-")),
      [],
    );
    const urns = resources.map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length);
    assert.deepEqual(
      resources
        .filter(({ type, urn }) => !type.startsWith("switchyard:") && !/::switchyard:\w+:\w+\$/.test(urn))
        .map(({ urn }) => urn),
      [],
    );
  });

  it("tags everything that AWS can tag in this program with project and stack", async () => {
    const { resources } = await run(administrators);
    const untaggable = [
      "appautoscaling/policy:Policy",
      "ec2/route:Route",
      "ec2/routeTableAssociation:RouteTableAssociation",
      "ecr/lifecyclePolicy:LifecyclePolicy",
      "ecr/repositoryPolicy:RepositoryPolicy",
      "ecs/clusterCapacityProviders:ClusterCapacityProviders",
      "iam/rolePolicy:RolePolicy",
    ];

    const untagged = resources.filter(({ type, inputs }) => {
      const tags = inputs["tags"] as Record<string, string> | undefined;
      return type.startsWith("aws:") && (tags?.["project"] !== "switchyard" || tags["stack"] !== "dev");
    });

    assert.deepEqual([...new Set(untagged.map(({ type }) => type.replace("aws:", "")))].sort(), untaggable);
  });

  it("leaves room for the suffix in the names that Pulumi completes: 32 characters at the load balancer", async () => {
    const { all } = await run(administrators);

    const completed = [...all("aws:lb/targetGroup:TargetGroup"), ...all("aws:lb/loadBalancer:LoadBalancer")];
    assert.equal(completed.length, 7);
    assert.deepEqual(
      completed.filter(({ name, inputs }) => inputs["name"] !== undefined || name.length > 24),
      [],
    );
  });

  it("knows every policy and role name in the preview of a new stack", async () => {
    const { resources } = await run(administrators, { preview: true });
    const known = (type: string, property: string) =>
      resources.filter((resource) => resource.type === type).map(({ inputs }) => typeof inputs[property]);

    assert.deepEqual(known("aws:ecr/repositoryPolicy:RepositoryPolicy", "policy"), Array(3).fill("string"));
    assert.deepEqual(known("aws:iam/rolePolicy:RolePolicy", "policy"), Array(8).fill("string"));
    assert.deepEqual(known("aws:iam/role:Role", "assumeRolePolicy"), Array(8).fill("string"));
    assert.deepEqual(known("aws:iam/role:Role", "name"), Array(8).fill("string"));
  });

  it("starts no service before its side rule, and sends no traffic before the service is healthy", async () => {
    const { one } = await run(administrators);
    const waits = (resource: RecordedResource) => resource.dependsOn;

    assert.deepEqual(waits(one("aws:ecs/service:Service", "board-ecs-users-service-fargate")), [
      "board-ecs",
      "board-ecs-tasks",
      "board-ecs-users-task-policy",
      "board-network",
      "board-pull-users-ecs-execution-policy",
      "board-users-ecs-rule",
    ]);
    assert.deepEqual(waits(one("aws:lb/listenerRule:ListenerRule", "board-users-traffic-rule")), [
      "board-ecs-users",
    ]);
  });
});
