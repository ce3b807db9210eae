import assert from "node:assert/strict";
import { recordBoard } from "../support/board.js";
import { valueOf } from "../support/resources.js";

const digest = `sha256:${"0".repeat(64)}`;

describe("what a service has on any orchestrator", () => {
  it("a repository with immutable tags, scanned on push, encrypted", async () => {
    const { inputs } = (await recordBoard()).one("aws:ecr/repository:Repository", "board-users-repository");

    assert.equal(inputs["name"], "switchyard-dev/users");
    assert.equal(inputs["imageTagMutability"], "IMMUTABLE");
    assert.deepEqual(inputs["imageScanningConfiguration"], { scanOnPush: true });
    assert.deepEqual(inputs["encryptionConfigurations"], [{ encryptionType: "KMS" }]);
  });

  it("a lifecycle that keeps the newest 30 tagged images and drops untagged ones after a week", async () => {
    const { inputs } = (await recordBoard()).one(
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      "board-users-lifecycle",
    );

    const { rules } = JSON.parse(inputs["policy"] as string) as {
      rules: { selection: object; action: object }[];
    };
    assert.deepEqual(
      rules.map(({ selection }) => selection),
      [
        { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 7 },
        { tagStatus: "tagged", tagPatternList: ["*"], countType: "imageCountMoreThan", countNumber: 30 },
      ],
    );
  });

  it("an image, tagged by its content, which preview knows already, and built for the configured processor", async () => {
    const { inputs } = (await recordBoard({ cpuArchitecture: "arm64" }, { preview: true })).one(
      "docker-build:index:Image",
      "board-users-image",
    );

    const [tag] = inputs["tags"] as string[];
    assert.match(
      String(tag),
      /^123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com\/switchyard-dev\/users:[0-9a-f]{16}$/,
    );
    assert.deepEqual(inputs["platforms"], ["linux/arm64"]);
    assert.deepEqual(inputs["buildArgs"], { SERVICE: "users" });
    assert.equal(inputs["push"], true);
    assert.equal(inputs["buildOnPreview"], false);
  });

  it("runs the image by digest, whatever its tag", async () => {
    const { result } = await recordBoard();

    const { users } = result.imageUris;
    assert.ok(users);
    assert.equal(
      await valueOf(users),
      `123456789012.dkr.ecr.us-east-1.amazonaws.com/switchyard-dev/users@${digest}`,
    );
  });

  it("builds nothing for a service whose image is configured, and uses that image", async () => {
    const uri = `registry.example/users@${digest}`;
    const { all, result } = await recordBoard({ imageUris: { users: uri } });

    assert.deepEqual(
      all("docker-build:index:Image").map(({ name }) => name),
      ["board-topics-image", "board-messages-image"],
    );
    assert.ok(result.imageUris["users"]);
    assert.equal(await valueOf(result.imageUris["users"]), uri);
  });

  it("a table on demand, restorable to any second, encrypted, that forgets expired items", async () => {
    const { inputs } = (await recordBoard()).one("aws:dynamodb/table:Table", "board-users-table");

    assert.equal(inputs["name"], "switchyard-dev-users");
    assert.equal(inputs["billingMode"], "PAY_PER_REQUEST");
    assert.deepEqual([inputs["hashKey"], inputs["rangeKey"]], ["pk", "sk"]);
    assert.deepEqual(inputs["attributes"], [
      { name: "pk", type: "S" },
      { name: "sk", type: "S" },
    ]);
    assert.deepEqual(inputs["ttl"], { attributeName: "expiresAt", enabled: true });
    assert.deepEqual(inputs["pointInTimeRecovery"], { enabled: true });
    assert.deepEqual(inputs["serverSideEncryption"], { enabled: true });
  });

  for (const protectData of [true, false]) {
    it(`data is ${protectData ? "protected from" : "open to"} deletion with protectData: ${String(protectData)}`, async () => {
      const { one } = await recordBoard({ protectData });

      const table = one("aws:dynamodb/table:Table", "board-users-table");
      assert.equal(table.inputs["deletionProtectionEnabled"], protectData);
      assert.equal(table.options.protect, protectData);
      assert.equal(
        one("aws:ecr/repository:Repository", "board-users-repository").inputs["forceDelete"],
        !protectData,
      );
    });
  }

  it("a log group that names no orchestrator and keeps lines as long as configured", async () => {
    const { inputs } = (await recordBoard({ logRetentionDays: 90 })).one(
      "aws:cloudwatch/logGroup:LogGroup",
      "board-users-logs",
    );

    assert.equal(inputs["name"], "/switchyard/dev/users");
    assert.equal(inputs["retentionInDays"], 90);
  });
});
