import { version } from "@pulumi/docker-build/package.json";
import { resourcesByType, type Package } from "../provider/model.js";
import { image } from "./image.js";

/** The `docker-build` package. */
export const dockerBuildPackage: Package = {
  name: "docker-build",
  version,
  resources: resourcesByType([image]),
  functions: new Map(),
  configure: () => undefined,
};
