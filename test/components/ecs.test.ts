import assert from "node:assert/strict";
import { placementOn } from "../../components/ecs/capacity.js";
import { recordBoard } from "../support/board.js";

describe("the board on ECS", () => {
  it("has one cluster, observed down to the container, with on-demand and Spot capacity", async () => {
    const { one } = await recordBoard();

    const cluster = one("aws:ecs/cluster:Cluster", "board-ecs-cluster").inputs;
    assert.equal(cluster["name"], "switchyard-dev-ecs");
    assert.deepEqual(cluster["settings"], [{ name: "containerInsights", value: "enhanced" }]);
    const providers = one(
      "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
      "board-ecs-capacity-providers",
    );
    assert.deepEqual(providers.inputs, {
      clusterName: "switchyard-dev-ecs",
      capacityProviders: ["FARGATE", "FARGATE_SPOT"],
    });
  });

  it("names its services in a domain of the VPC, each with its tasks' addresses", async () => {
    const { one, all } = await recordBoard();

    const namespace = one(
      "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
      "board-ecs-discovery-namespace",
    );
    assert.equal(namespace.inputs["name"], "switchyard-dev.internal");
    assert.deepEqual(
      all("aws:servicediscovery/service:Service").map(({ inputs }) => inputs["name"]),
      ["users", "topics", "messages"],
    );
    assert.deepEqual(
      one("aws:servicediscovery/service:Service", "board-ecs-discovery-users").inputs["dnsConfig"],
      {
        namespaceId: "board-ecs-discovery-namespace-id",
        dnsRecords: [{ type: "A", ttl: 5 }],
        routingPolicy: "MULTIVALUE",
      },
    );
  });

  const shares: readonly (readonly [number, readonly object[]])[] = [
    [0, [{ capacityProvider: "FARGATE", weight: 100, base: 1 }]],
    [
      30,
      [
        { capacityProvider: "FARGATE", weight: 70, base: 1 },
        { capacityProvider: "FARGATE_SPOT", weight: 30 },
      ],
    ],
    [100, [{ capacityProvider: "FARGATE_SPOT", weight: 100 }]],
  ];
  for (const [spotPercent, strategies] of shares) {
    it(`places ${String(spotPercent)} % of the tasks on Spot`, () => {
      assert.deepEqual(placementOn({ type: "fargate", spotPercent }).strategies, strategies);
    });
  }
});

describe("the task definition of a service on ECS", () => {
  async function define(changes = {}) {
    const { inputs } = (await recordBoard(changes)).one(
      "aws:ecs/taskDefinition:TaskDefinition",
      "board-ecs-messages-task-definition",
    );
    const [container, ...others] = JSON.parse(inputs["containerDefinitions"] as string) as Record<
      string,
      unknown
    >[];
    assert.ok(container);
    assert.deepEqual(others, []);
    return { task: inputs, container };
  }

  it("limits CPU and memory of the task, and of its container hard", async () => {
    const { task, container } = await define({ services: { messages: { cpu: 1024, memory: 2048 } } });

    assert.deepEqual([task["cpu"], task["memory"]], ["1024", "2048"]);
    assert.deepEqual([container["cpu"], container["memory"]], [1024, 2048]);
    assert.equal(container["memoryReservation"], undefined);
  });

  it("fits Fargate and the configured processor", async () => {
    const { task } = await define({ cpuArchitecture: "arm64" });

    assert.equal(task["family"], "switchyard-dev-messages-fargate");
    assert.deepEqual(task["requiresCompatibilities"], ["FARGATE"]);
    assert.equal(task["networkMode"], "awsvpc");
    assert.deepEqual(task["runtimePlatform"], { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" });
  });

  it("runs as nobody, without capabilities, on a read-only file system with room at /tmp", async () => {
    const { task, container } = await define();

    assert.equal(container["user"], "65532:65532");
    assert.equal(container["privileged"], false);
    assert.equal(container["readonlyRootFilesystem"], true);
    assert.deepEqual(container["linuxParameters"], {
      initProcessEnabled: true,
      capabilities: { drop: ["ALL"] },
    });
    assert.deepEqual(container["mountPoints"], [
      { sourceVolume: "tmp", containerPath: "/tmp", readOnly: false },
    ]);
    assert.deepEqual(task["volumes"], [{ name: "tmp" }]);
  });

  it("tells the container its port, its path, its table and the services it calls, and no others", async () => {
    const { container } = await define({ shutdownDelaySeconds: 15 });

    assert.deepEqual(container["environment"], [
      { name: "AWS_REGION", value: "us-east-1" },
      { name: "BASE_PATH", value: "/messages" },
      { name: "PORT", value: "8080" },
      { name: "SHUTDOWN_DELAY_SECONDS", value: "15" },
      { name: "TABLE_NAME", value: "switchyard-dev-messages" },
      { name: "TOPICS_URL", value: "http://topics.switchyard-dev.internal:8080/topics" },
      { name: "USERS_URL", value: "http://users.switchyard-dev.internal:8080/users" },
    ]);
  });

  for (const delay of [0, 10, 90]) {
    it(`kills no earlier than 30 seconds after a delay of ${String(delay)}, and no later than Fargate does`, async () => {
      const { container } = await define({ shutdownDelaySeconds: delay });

      assert.equal(container["stopTimeout"], delay + 30);
      assert.ok(delay + 30 <= 120);
    });
  }

  it("writes to the service's own log group, without waiting for it", async () => {
    const { container } = await define();

    assert.deepEqual(container["logConfiguration"], {
      logDriver: "awslogs",
      options: {
        "awslogs-group": "/switchyard/dev/messages",
        "awslogs-region": "us-east-1",
        "awslogs-stream-prefix": "ecs",
        mode: "non-blocking",
      },
    });
  });

  it("runs the code with a role for its own table, and nothing else", async () => {
    const { one } = await recordBoard();

    const { Statement } = JSON.parse(
      one("aws:iam/rolePolicy:RolePolicy", "board-ecs-messages-task-policy").inputs["policy"] as string,
    ) as { Statement: unknown };
    assert.deepEqual(Statement, [
      {
        Sid: "OwnTable",
        Effect: "Allow",
        Action: ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
        Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/switchyard-dev-messages",
      },
    ]);
    const task = one("aws:ecs/taskDefinition:TaskDefinition", "board-ecs-messages-task-definition").inputs;
    assert.equal(task["taskRoleArn"], "arn:mock:board-ecs-messages-task-role");
    assert.equal(task["executionRoleArn"], "arn:mock:board-pull-messages-ecs-execution-role");
  });
});

describe("a service on ECS", () => {
  it("starts at its upper bound and leaves the count to the autoscaling", async () => {
    const { one } = await recordBoard({ services: { users: { minReplicas: 3, maxReplicas: 9 } } });

    const service = one("aws:ecs/service:Service", "board-ecs-users-service-fargate");
    assert.equal(service.inputs["desiredCount"], 9);
    assert.deepEqual(service.options.ignoreChanges, ["desiredCount"]);
    const { inputs } = one("aws:appautoscaling/target:Target", "board-ecs-users-autoscaling-target");
    assert.deepEqual([inputs["minCapacity"], inputs["maxCapacity"]], [3, 9]);
    assert.equal(inputs["resourceId"], "service/switchyard-dev-ecs/users-fargate");
  });

  it("registers in ECS's target group, in private subnets, and waits until it is healthy or rolls back", async () => {
    const { inputs } = (await recordBoard()).one(
      "aws:ecs/service:Service",
      "board-ecs-users-service-fargate",
    );

    assert.deepEqual(inputs["loadBalancers"], [
      { targetGroupArn: "arn:mock:board-users-ecs", containerName: "users", containerPort: 8080 },
    ]);
    assert.deepEqual(inputs["serviceRegistries"], { registryArn: "arn:mock:board-ecs-discovery-users" });
    assert.deepEqual(inputs["networkConfiguration"], {
      subnets: ["board-network-private-a-id", "board-network-private-b-id"],
      securityGroups: ["board-ecs-tasks-users-id"],
      assignPublicIp: false,
    });
    assert.equal(inputs["waitForSteadyState"], true);
    assert.deepEqual(inputs["deploymentCircuitBreaker"], { enable: true, rollback: true });
    assert.deepEqual(
      [inputs["deploymentMinimumHealthyPercent"], inputs["deploymentMaximumPercent"]],
      [100, 200],
    );
  });

  it("scales on CPU, memory and requests, towards the targets of its specification", async () => {
    const { all } = await recordBoard({
      services: { users: { cpuPercent: 50, memoryPercent: 70, requestsPerReplica: 900 } },
    });

    const policies = all("aws:appautoscaling/policy:Policy").filter(({ name }) => name.includes("users"));
    assert.deepEqual(
      policies.map(({ inputs }) => {
        const { targetValue, predefinedMetricSpecification } = inputs[
          "targetTrackingScalingPolicyConfiguration"
        ] as {
          targetValue: number;
          predefinedMetricSpecification: object;
        };
        return [targetValue, predefinedMetricSpecification];
      }),
      [
        [50, { predefinedMetricType: "ECSServiceAverageCPUUtilization" }],
        [70, { predefinedMetricType: "ECSServiceAverageMemoryUtilization" }],
        [
          900,
          {
            predefinedMetricType: "ALBRequestCountPerTarget",
            resourceLabel: "suffix/board-entrance-alb/suffix/board-users-ecs",
          },
        ],
      ],
    );
  });
});

describe("the security groups on ECS", () => {
  it("let the load balancer reach every service, and a service reach those it calls, and no others", async () => {
    const { all } = await recordBoard();
    const edges = (type: string, from: string, to: string) =>
      all(type)
        .filter(({ inputs }) => inputs["referencedSecurityGroupId"] !== undefined)
        .map(({ inputs }) => {
          assert.deepEqual([inputs["ipProtocol"], inputs["fromPort"], inputs["toPort"]], ["tcp", 8080, 8080]);
          return `${String(inputs[from])} > ${String(inputs[to])}`.replaceAll(
            /board-(?:ecs-tasks-)?|-security-group|-id/g,
            "",
          );
        })
        .sort();
    const expected = [
      "entrance > messages",
      "entrance > topics",
      "entrance > users",
      "messages > topics",
      "messages > users",
      "topics > users",
    ];

    assert.deepEqual(
      edges(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "securityGroupId",
        "referencedSecurityGroupId",
      ),
      expected,
    );
    assert.deepEqual(
      edges(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "referencedSecurityGroupId",
        "securityGroupId",
      ),
      expected,
    );
  });

  it("open nothing to the internet but the load balancer's port, and only HTTPS and names outwards", async () => {
    const { all } = await recordBoard();
    const byBlock = (type: string) => [
      ...new Set(
        all(type)
          .filter(({ inputs }) => inputs["cidrIpv4"] !== undefined)
          .map(({ name, inputs }) => {
            const who = name.includes("entrance") ? "load balancer" : "tasks";
            return `${who} ${String(inputs["ipProtocol"])} ${String(inputs["fromPort"])} ${String(inputs["cidrIpv4"])}`;
          }),
      ),
    ];

    assert.deepEqual(byBlock("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"), [
      "load balancer tcp 80 0.0.0.0/0",
    ]);
    assert.deepEqual(byBlock("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"), [
      "tasks udp 53 10.0.0.0/16",
      "tasks tcp 53 10.0.0.0/16",
      "tasks tcp 443 0.0.0.0/0",
    ]);
  });
});
