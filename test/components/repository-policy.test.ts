import assert from "node:assert/strict";
import type { Statement } from "../../components/policy-document.js";
import { repositoryPolicy } from "../../components/repository-policy.js";
import { recordBoard } from "../support/board.js";
import { simulatedCaller } from "../support/resources.js";

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const serviceLinked = role("aws-service-role/*");

function statementsOf(policy: string): Readonly<Record<string, Statement>> {
  const { Version, Statement: statements } = JSON.parse(policy) as {
    Version: string;
    Statement: Statement[];
  };
  assert.equal(Version, "2012-10-17");
  return Object.fromEntries(statements.map((statement) => [statement.Sid, statement]));
}

describe("the policy of a repository", () => {
  const statements = statementsOf(
    repositoryPolicy(
      { push: [role("pusher")], pull: [role("puller")], administer: [role("boss")] },
      serviceLinked,
    ),
  );
  const push = ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"];
  const pull = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

  it("lets push principals and administrators push, and denies it to everyone else", () => {
    const pushers = [role("boss"), role("pusher")];

    assert.deepEqual(statements["AllowPush"]?.Principal, { AWS: pushers });
    assert.deepEqual(statements["AllowPush"].Action, push);
    assert.deepEqual(statements["DenyPushToOthers"], {
      Sid: "DenyPushToOthers",
      Effect: "Deny",
      Principal: "*",
      Action: [...push, "ecr:BatchImportUpstreamImage", "ecr:ReplicateImage"],
      Condition: { ArnNotEquals: { "aws:PrincipalArn": pushers } },
    });
  });

  it("lets whoever pushes pull too, and denies it to everyone but these, AWS's services and their roles", () => {
    const pullers = [role("boss"), role("puller"), role("pusher")];

    assert.deepEqual(statements["AllowPull"]?.Principal, { AWS: pullers });
    assert.deepEqual(statements["DenyPullToOthers"], {
      Sid: "DenyPullToOthers",
      Effect: "Deny",
      Principal: "*",
      Action: pull,
      Condition: {
        ArnNotEquals: { "aws:PrincipalArn": pullers },
        ArnNotLike: { "aws:PrincipalArn": serviceLinked },
        Bool: { "aws:PrincipalIsAWSService": "false" },
      },
    });
  });

  it("lets administrators alone change it, and delete images and the repository", () => {
    const denied = statements["DenyAdministrationToOthers"];

    assert.deepEqual(statements["AllowAdministration"]?.Principal, { AWS: [role("boss")] });
    assert.deepEqual(denied?.Action, statements["AllowAdministration"].Action);
    assert.deepEqual(denied?.Condition, { ArnNotEquals: { "aws:PrincipalArn": [role("boss")] } });
    for (const action of [
      "SetRepositoryPolicy",
      "DeleteRepositoryPolicy",
      "PutImageTagMutability",
      "BatchDeleteImage",
    ]) {
      assert.ok(denied.Action.includes(`ecr:${action}`), action);
    }
  });

  it("has no other statement, so nobody else is let in", () => {
    assert.deepEqual(Object.keys(statements), [
      "AllowPush",
      "AllowPull",
      "AllowAdministration",
      "DenyPushToOthers",
      "DenyPullToOthers",
      "DenyAdministrationToOthers",
    ]);
  });

  it("names nobody twice and does not change with the order of the lists", () => {
    const one = repositoryPolicy(
      { push: [role("a"), role("b")], pull: [role("a")], administer: [role("a")] },
      serviceLinked,
    );
    const other = repositoryPolicy(
      { push: [role("b"), role("a")], pull: [], administer: [role("a")] },
      serviceLinked,
    );

    assert.equal(one, other);
  });
});

describe("the repository policies of a board", () => {
  it("are known before anything exists and name exactly who may push and pull each image", async () => {
    const changes = {
      pushPrincipals: [role("pipeline")],
      pullPrincipals: [role("auditor")],
      services: { users: { pushPrincipals: [role("users-team")] } },
    };
    const { all } = await recordBoard(changes, { preview: true });

    const principals = (policy: unknown, sid: string) =>
      (statementsOf(policy as string)[sid]?.Principal as { AWS: string[] }).AWS;
    const whoOf = (sid: string) =>
      Object.fromEntries(
        all("aws:ecr/repositoryPolicy:RepositoryPolicy").map(({ name, inputs }) => [
          name,
          principals(inputs["policy"], sid),
        ]),
      );
    const pullers = (service: string) => [
      role("auditor"),
      role("pipeline"),
      role("switchyard-dev-eks-node"),
      role("switchyard-dev-eks-pod-execution"),
      role(`switchyard-dev-${service}-ecs-execution`),
    ];

    assert.deepEqual(whoOf("AllowPush"), {
      "board-users-policy": [role("pipeline"), role("users-team"), simulatedCaller],
      "board-topics-policy": [role("pipeline"), simulatedCaller],
      "board-messages-policy": [role("pipeline"), simulatedCaller],
    });
    assert.deepEqual(whoOf("AllowPull"), {
      "board-users-policy": [...pullers("users"), role("users-team"), simulatedCaller],
      "board-topics-policy": [...pullers("topics"), simulatedCaller],
      "board-messages-policy": [...pullers("messages"), simulatedCaller],
    });
    assert.deepEqual(whoOf("AllowAdministration"), {
      "board-users-policy": [simulatedCaller],
      "board-topics-policy": [simulatedCaller],
      "board-messages-policy": [simulatedCaller],
    });
  });

  it("are set after the roles that they name, and after what only an administrator may change", async () => {
    const { one } = await recordBoard();

    assert.deepEqual(one("aws:ecr/repositoryPolicy:RepositoryPolicy", "board-users-policy").dependsOn, [
      "board-pull",
      "board-users-lifecycle",
    ]);
  });

  it("are in force before the first image is pushed", async () => {
    const { one } = await recordBoard();

    assert.deepEqual(one("docker-build:index:Image", "board-users-image").dependsOn, ["board-users"]);
  });
});
