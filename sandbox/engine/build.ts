import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Progress } from "./find.js";

/**
 * Builds the Pulumi CLI from `github.com/pulumi/pulumi/pkg/v3/cmd/pulumi`, which Go verifies against its checksum
 * database. Takes about five minutes on two cores. The version is linked in: the CLI reports none otherwise, and
 * the Automation API refuses it.
 * @param root folder that receives `bin/pulumi`
 * @throws when Go is missing or the build fails, with Go's last words
 */
export async function buildEngine(root: string, version: string, progress: Progress): Promise<void> {
  mkdirSync(dirname(root), { recursive: true });
  const directory = mkdtempSync(`${root}-build-`);
  const started = Date.now();
  const clock = setInterval(() => {
    progress(
      `… still building, ${Math.round((Date.now() - started) / 1000)} s (about 5 minutes on two cores)`,
    );
  }, 30_000);
  try {
    writeFileSync(join(directory, "go.mod"), "module switchyard/engine\n\ngo 1.25.11\n");
    const command = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
    progress(`Fetching ${command}@v${version} …`);
    await go(["get", `${command}@v${version}`], directory);
    progress("Building it …");
    const linked = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
    await go(
      ["build", "-trimpath", "-ldflags", linked, "-o", join(directory, "bin", "pulumi"), command],
      directory,
    );
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root, { recursive: true });
    renameSync(join(directory, "bin"), join(root, "bin"));
  } finally {
    clearInterval(clock);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function go(args: readonly string[], cwd: string): Promise<void> {
  const child = spawn("go", args, {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, GOFLAGS: "-mod=mod" },
  });
  let lastWords = "";
  child.stderr.on("data", (data: Buffer) => (lastWords = (lastWords + data.toString()).slice(-2000)));
  await new Promise<void>((resolve, reject) => {
    child.once("error", () => reject(new Error("there is no 'go' on PATH")));
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(lastWords.trim() || `go ${args[0]} ended with code ${code}`)),
    );
  });
}
