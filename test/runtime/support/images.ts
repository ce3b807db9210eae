import { buildSync } from "esbuild";
import { join } from "node:path";
import type { ImageStore } from "../../../sandbox/runtime/desired.js";

/**
 * A store with one image, `program`: the fixture program, bundled to one file. No other image can be pulled.
 *
 * @param directory Folder to bundle into.
 */
export function programImages(directory: string): ImageStore {
  const outfile = join(directory, "image", "program.js");
  buildSync({
    entryPoints: [join(__dirname, "..", "fixtures", "program.ts")],
    outfile,
    platform: "node",
    bundle: true,
  });
  return {
    entryPoint(image) {
      if (image === "program") return outfile;
      throw new Error(
        `CannotPullContainerError: pull image manifest has been retried 1 time(s): ${image}: not found`,
      );
    },
  };
}
