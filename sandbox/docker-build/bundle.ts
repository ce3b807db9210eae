import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** Makes the one file that a service's image holds, with the script that the Dockerfile's build stage runs. */
export async function bundleService(context: string, service: string, file: string): Promise<void> {
  const script = (await import(pathToFileURL(join(context, "services", "bundle.mjs")).href)) as {
    bundleService(service: string, file: string): Promise<unknown>;
  };
  await script.bundleService(service, file);
}
