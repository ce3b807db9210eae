import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { imageContentTag } from "../../components/image-content.js";

const services = ["users", "topics", "messages"];

describe("the tag of an image", () => {
  let root: string;
  const write = (path: string, content: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const tags = () =>
    Object.fromEntries(
      services.map((service) => [service, imageContentTag(root, service, [service, "linux/amd64"])]),
    );
  /** The services whose tags a change moves. */
  const movedBy = (change: () => void) => {
    const before = tags();
    change();
    const after = tags();
    return services.filter((service) => before[service] !== after[service]);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "image-content-"));
    for (const service of services) write(`services/${service}/app.ts`, `// ${service}`);
    write("services/shared/store.ts", "// store");
    write("services/Dockerfile", "FROM scratch");
    write("services/bundle.mjs", "// bundle");
    write("package.json", "{}");
    write("package-lock.json", "{}");
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it("is a valid tag, different for each service, and the same every time", () => {
    const first = tags();

    for (const tag of Object.values(first)) assert.match(tag, /^[0-9a-f]{16}$/);
    assert.equal(new Set(Object.values(first)).size, 3);
    assert.deepEqual(tags(), first);
  });

  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["a file of one service", "services/topics/app.ts", ["topics"]],
    ["a new file deep in one service", "services/topics/data/words.json", ["topics"]],
    ["a shared file", "services/shared/store.ts", services],
    ["the Dockerfile", "services/Dockerfile", services],
    ["the bundler", "services/bundle.mjs", services],
    ["the lock file", "package-lock.json", services],
    ["the program", "components/platform.ts", []],
    ["an installed package", "services/topics/node_modules/left-pad/index.js", []],
    ["how npm installs", ".npmrc", services],
    ["a README", "services/README.md", []],
  ];
  for (const [what, path, moved] of cases) {
    it(`changes with ${what} for ${moved.length === 0 ? "no service" : moved.join(", ")}`, () => {
      assert.deepEqual(
        movedBy(() => {
          write(path, "// changed");
        }),
        moved,
      );
    });
  }

  it("changes when a file takes another's name, though all contents stay", () => {
    assert.deepEqual(
      movedBy(() => {
        rmSync(join(root, "services/users/app.ts"));
        write("services/users/main.ts", "// users");
      }),
      ["users"],
    );
  });

  it("is another for another platform: an immutable tag holds one image", () => {
    assert.notEqual(
      imageContentTag(root, "users", ["users", "linux/amd64"]),
      imageContentTag(root, "users", ["users", "linux/arm64"]),
    );
  });
});
