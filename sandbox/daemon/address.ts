import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";

const schema = z.strictObject({
  pid: z.number().int(),
  /** Port of the control API. */
  controlPort: z.number().int(),
  /** Secret that callers of the control API show. */
  token: z.string(),
  /** Host port of the load balancer's port 80. */
  port: z.number().int(),
  /** Ports of the provider packages, by package name. */
  packages: z.record(z.string(), z.number().int()),
});

/** Where a running daemon answers. */
export type DaemonAddress = z.infer<typeof schema>;

/** Writes the address so that a reader sees all of it or none; only the user may read the token. */
export function writeAddress(file: string, address: DaemonAddress): void {
  writeFileSync(`${file}.new`, JSON.stringify(address), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The address written last, or undefined where there is none. */
export function readAddress(file: string): DaemonAddress | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

export function removeAddress(file: string): void {
  rmSync(file, { force: true });
}
