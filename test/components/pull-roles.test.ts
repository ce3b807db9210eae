import assert from "node:assert/strict";
import type { Statement } from "../../components/policy-document.js";
import { recordBoard } from "../support/board.js";

const statementsOf = (policy: unknown) =>
  (JSON.parse(policy as string) as { Statement: Statement[] }).Statement;
const repository = (service: string) =>
  `arn:aws:ecr:us-east-1:123456789012:repository/switchyard-dev/${service}`;
const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
const logIn = { Sid: "LogInToRegistry", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" };

describe("the roles that pull images", () => {
  it("are those of every orchestrator, whichever runs", async () => {
    const { all } = await recordBoard();

    assert.deepEqual(
      all("aws:iam/role:Role")
        .filter(({ urn }) => urn.includes(":PullRoles$"))
        .map(({ inputs }) => inputs["name"]),
      [
        "switchyard-dev-users-ecs-execution",
        "switchyard-dev-topics-ecs-execution",
        "switchyard-dev-messages-ecs-execution",
        "switchyard-dev-eks-pod-execution",
        "switchyard-dev-eks-node",
      ],
    );
  });

  it("on ECS: pull the image of one service and write its logs, and no more", async () => {
    const { one } = await recordBoard();

    const { inputs } = one("aws:iam/rolePolicy:RolePolicy", "board-pull-topics-ecs-execution-policy");
    assert.deepEqual(statementsOf(inputs["policy"]), [
      logIn,
      { Sid: "PullImages", Effect: "Allow", Action: pull, Resource: [repository("topics")] },
      {
        Sid: "WriteLogs",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: "arn:aws:logs:us-east-1:123456789012:log-group:/switchyard/dev/topics:*",
      },
    ]);
  });

  for (const role of ["eks-pod-execution", "eks-node"]) {
    it(`on EKS: ${role} pulls the images of all services, and no more`, async () => {
      const { one } = await recordBoard();

      assert.deepEqual(
        statementsOf(one("aws:iam/rolePolicy:RolePolicy", `board-pull-${role}-policy`).inputs["policy"]),
        [
          logIn,
          {
            Sid: "PullImages",
            Effect: "Allow",
            Action: pull,
            Resource: ["users", "topics", "messages"].map(repository),
          },
        ],
      );
    });
  }

  it("may pull an image that was built elsewhere from the ECR repository it is in", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const { one } = await recordBoard({
      imageUris: {
        users: `999999999999.dkr.ecr.eu-west-1.amazonaws.com/team/users@${digest}`,
        topics: `ghcr.example/team/topics@${digest}`,
      },
    });
    const resourcesOf = (service: string) =>
      statementsOf(
        one("aws:iam/rolePolicy:RolePolicy", `board-pull-${service}-ecs-execution-policy`).inputs["policy"],
      ).find(({ Sid }) => Sid === "PullImages")?.Resource;

    assert.deepEqual(resourcesOf("users"), [
      repository("users"),
      "arn:aws:ecr:eu-west-1:999999999999:repository/team/users",
    ]);
    assert.deepEqual(resourcesOf("topics"), [repository("topics")]);
  });

  const trusts: readonly (readonly [string, string, object | undefined])[] = [
    [
      "users-ecs-execution",
      "ecs-tasks.amazonaws.com",
      {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": "arn:aws:ecs:us-east-1:123456789012:*" },
      },
    ],
    [
      "eks-pod-execution",
      "eks-fargate-pods.amazonaws.com",
      {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: {
          "aws:SourceArn": "arn:aws:eks:us-east-1:123456789012:fargateprofile/switchyard-dev-eks/*",
        },
      },
    ],
    ["eks-node", "ec2.amazonaws.com", undefined],
  ];
  for (const [role, service, condition] of trusts) {
    it(`trust: ${role} is for ${service} alone${condition ? ", on behalf of this account" : ""}`, async () => {
      const { one } = await recordBoard();

      const { inputs } = one("aws:iam/role:Role", `board-pull-${role}-role`);
      assert.deepEqual(statementsOf(inputs["assumeRolePolicy"]), [
        {
          Sid: "Assume",
          Effect: "Allow",
          Principal: { Service: service },
          Action: "sts:AssumeRole",
          ...(condition && { Condition: condition }),
        },
      ]);
    });
  }
});
