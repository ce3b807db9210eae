import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { requiredPackages } from "../support/language-host/required-packages.js";

const provider = { name: "@pulumi/aws", version: "7.1.0", pulumi: { resource: true } };

describe("the packages that a program requires", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "switchyard-packages-"));
    await put("program/node_modules/@pulumi/aws/package.json", provider);
    await put("program/node_modules/@pulumi/pulumi/package.json", {
      name: "@pulumi/pulumi",
      version: "3.1.0",
    });
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function put(path: string, content: object | string): Promise<void> {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }

  function found(): string[] {
    return requiredPackages(join(folder, "program")).map(
      (dependency) => `${dependency.getKind()} ${dependency.getName()} ${dependency.getVersion()}`,
    );
  }

  it("are the provider plugins of those below node_modules", () => {
    assert.deepEqual(found(), ["resource aws v7.1.0"]);
  });

  const passedOver = [
    { what: "a package beside node_modules", path: "program/aws/package.json", content: provider },
    {
      what: "a file that is no JSON",
      path: "program/node_modules/broken/package.json",
      content: '{"pulumi":',
    },
    {
      what: "a provider of someone else that does not name its plugin",
      path: "program/node_modules/other/package.json",
      content: { ...provider, name: "other" },
    },
  ];
  for (const { what, path, content } of passedOver) {
    it(`do not come from ${what}`, async () => {
      await put(path, content);
      assert.deepEqual(found(), ["resource aws v7.1.0"]);
    });
  }

  it("do not come from a policy pack inside the program's folder", async () => {
    await put("program/policies/PulumiPolicy.yaml", "runtime: nodejs");
    await put("program/policies/node_modules/@pulumi/gcp/package.json", { ...provider, name: "@pulumi/gcp" });
    assert.deepEqual(found(), ["resource aws v7.1.0"]);
  });

  it("have the name, version, server and parameters that the package says", async () => {
    await put("program/node_modules/other/package.json", {
      name: "other",
      version: "1.0.0",
      pulumi: {
        resource: true,
        name: "base",
        version: "v2.0.0",
        server: "https://example.com",
        parameterization: { name: "other", version: "1.0.0", value: "e30=" },
      },
    });
    const base = requiredPackages(join(folder, "program")).find((one) => one.getName() === "base");
    assert.equal(base?.getVersion(), "v2.0.0");
    assert.equal(base?.getServer(), "https://example.com");
    assert.equal(base?.getParameterization()?.getName(), "other");
    assert.equal(base?.getParameterization()?.getValue_asB64(), "e30=");
  });

  it("are found once, also where links lead in a circle", async () => {
    await symlink(join(folder, "program"), join(folder, "program/node_modules/program"), "dir");
    await symlink(
      join(folder, "program/node_modules/@pulumi/aws"),
      join(folder, "program/node_modules/aws"),
      "dir",
    );
    assert.deepEqual(found(), ["resource aws v7.1.0"]);
  });
});
