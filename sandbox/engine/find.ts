import { dirname, join } from "node:path";
import { lock } from "proper-lockfile";
import { mkdirSync } from "node:fs";
import envPaths from "env-paths";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { SemVer } from "semver";
import { buildEngine } from "./build.js";
import { engineVersion } from "./version.js";

/** Says what is going on, for work that takes long. */
export type Progress = (sentence: string) => void;

/**
 * Finds the Pulumi CLI, or installs it into the user's cache folder: the one on PATH if it is new enough; the one
 * installed before; the official one; where that cannot be downloaded, one built from its Go module.
 * @throws when none can be had, naming what was tried and why it failed
 */
export async function findEngine(progress: Progress): Promise<PulumiCommand> {
  const version = new SemVer(engineVersion);
  const onPath = await PulumiCommand.get({ version }).catch(() => undefined);
  if (onPath) return onPath;
  const root = join(envPaths("switchyard", { suffix: "" }).cache, "pulumi", engineVersion);
  const installed = () => PulumiCommand.get({ version, root });
  return installed().catch(() => install(root, version, installed, progress));
}

async function install(
  root: string,
  version: SemVer,
  installed: () => Promise<PulumiCommand>,
  progress: Progress,
): Promise<PulumiCommand> {
  mkdirSync(dirname(root), { recursive: true });
  const release = await lock(dirname(root), {
    retries: { retries: 900, minTimeout: 1000, maxTimeout: 1000 },
  });
  try {
    return await installed().catch(async () => {
      progress(`No Pulumi CLI ${engineVersion} or newer on PATH. Installing it once into ${root} …`);
      const download = await reason(PulumiCommand.install({ version, root }));
      if (download === undefined) return installed();
      progress("The official download cannot be reached; building the CLI from its Go module instead.");
      const build = await reason(buildEngine(root, engineVersion, progress));
      if (build === undefined) return installed();
      throw new EngineNotFound(download, build);
    });
  } finally {
    await release();
  }
}

/** There is no Pulumi CLI, and none can be had on this machine. */
export class EngineNotFound extends Error {
  constructor(download: string, build: string) {
    super(
      `The sandbox runs on the Pulumi CLI ${engineVersion} or newer, and none can be had here.\n` +
        `  The official download failed: ${download}\n` +
        `  Building it from its Go module failed: ${build}\n` +
        `Install the CLI (https://www.pulumi.com/docs/install/) or Go 1.25.11 or newer, and run the command again.`,
    );
    this.name = "EngineNotFound";
  }
}

async function reason(work: Promise<unknown>): Promise<string | undefined> {
  return work.then(
    () => undefined,
    (error: Error) => error.message.trim().split("\n").at(-1) ?? error.name,
  );
}
