import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { settingFields } from "../../config/settings.js";
import { environment } from "../support/board.js";

interface ProjectFile {
  readonly config: Readonly<Record<string, { readonly default: unknown; readonly description?: string }>>;
}

describe("Pulumi.yaml", () => {
  const text = readFileSync(join(__dirname, "..", "..", "Pulumi.yaml"), "utf8");
  const declared = Object.entries((parse(text) as ProjectFile).config);

  it("declares every key of the config with the default that the program has, and no other key", () => {
    const fields = Object.entries(settingFields(environment));

    assert.deepEqual(
      Object.fromEntries(declared.map(([key, declaration]) => [key, declaration.default])),
      Object.fromEntries(fields.map(([key, { fallback }]) => [key, fallback])),
    );
  });

  it("describes every key", () => {
    assert.deepEqual(
      declared.filter(([, { description = "" }]) => description.length < 10),
      [],
    );
  });
});
