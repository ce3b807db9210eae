import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseDocument } from "yaml";

/** What the program is made of, and reads. */
const programFiles = ["index.ts", "components", "config", "services", "package.json", "tsconfig.json"];

/**
 * Writes the project as `pulumi new typescript` would have it: `index.ts` in the project's folder, `runtime: nodejs`
 * and no options, so that the language host runs it by ts-node with type checks. The program is the same but for one
 * thing: relative imports lose their `.js`, which the ts-node that Pulumi ships (7.0) does not find.
 * @param source folder of the project as it ships
 * @param target folder to write to
 */
export function writeDefaultTypeScriptProject(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const file of programFiles) {
    cpSync(join(source, file), join(target, file), {
      recursive: true,
      filter: (path) => basename(path) !== "node_modules",
    });
  }
  for (const file of readdirSync(target, { recursive: true, encoding: "utf8" })) {
    if (file.endsWith(".ts")) dropExtensions(join(target, file));
  }
  symlinkSync(join(source, "node_modules"), join(target, "node_modules"), "dir");
  const settings = parseDocument(readFileSync(join(source, "Pulumi.yaml"), "utf8"));
  settings.delete("main");
  settings.set("runtime", "nodejs");
  writeFileSync(join(target, "Pulumi.yaml"), settings.toString());
}

function dropExtensions(file: string): void {
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace(/(["'])(\.{1,2}\/[^"']+)\.js\1/g, "$1$2$1"));
}
