import { comparePreviews } from "./preview.js";
import { jsonOf } from "./report.js";
import { mkdtempSync } from "node:fs";
async function main() {
  const r = await comparePreviews({ project: process.argv[2]!, repetitions: 2, directory: mkdtempSync("/tmp/bench-s-"), progress: console.error, signal: new AbortController().signal });
  console.log("\n"+jsonOf(r));
}
void main();
