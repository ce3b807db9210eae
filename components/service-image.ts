import * as aws from "@pulumi/aws";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import { join, relative } from "node:path";
import { imageContentTag } from "./image-content.js";
import type { CpuArchitecture } from "./orchestrator.js";
import type { ServiceRegistry } from "./service-registry.js";
import type { StackNames } from "./stack-names.js";

export interface ServiceImageArgs {
  readonly names: StackNames;
  /** Name of the service, and of its folder under `services`. */
  readonly service: string;
  readonly registry: ServiceRegistry;
  readonly cpuArchitecture: CpuArchitecture;
  /** Image built elsewhere, pinned by digest; nothing is built when it is given. */
  readonly imageUri: string | undefined;
}

/** The image of one service: built from this repository and pushed to the service's own, or built elsewhere. */
export class ServiceImage extends pulumi.ComponentResource {
  /** Where to pull the image from, pinned by digest. */
  readonly uri: pulumi.Output<string>;

  constructor(name: string, args: ServiceImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:index:ServiceImage", name, {}, opts);

    this.uri = args.imageUri === undefined ? build(name, args, this) : pulumi.output(args.imageUri);

    this.registerOutputs({ uri: this.uri });
  }
}

const platforms = { x86_64: "linux/amd64", arm64: "linux/arm64" } as const satisfies Record<
  CpuArchitecture,
  string
>;
const repositoryRoot = join(__dirname, "..");

function build(name: string, args: ServiceImageArgs, parent: pulumi.Resource): pulumi.Output<string> {
  const { names, service, registry } = args;
  const url = names.repositoryUrl(service);
  const platform = platforms[args.cpuArchitecture];
  const tag = imageContentTag(repositoryRoot, service, [service, platform]);
  const reference = `${url}:${tag}`;
  // Relative, so that the state is the same on every machine. Pulumi starts program and providers in one folder.
  const context = relative(process.cwd(), repositoryRoot) || ".";
  const login = aws.ecr.getAuthorizationTokenOutput(
    { registryId: registry.repository.registryId },
    { parent },
  );
  const image = new dockerBuild.Image(
    `${name}-image`,
    {
      context: { location: context },
      dockerfile: { location: join(context, "services", "Dockerfile") },
      buildArgs: { SERVICE: service },
      platforms: [platform],
      tags: [reference],
      push: true,
      buildOnPreview: false,
      // The tag cannot be overwritten, so the cache travels inside the image: a second machine that builds the same
      // content finds every layer under the same tag.
      cacheTo: [{ inline: {} }],
      cacheFrom: [{ registry: { ref: reference } }],
      registries: [{ address: url, username: login.userName, password: login.password }],
    },
    { parent, dependsOn: registry },
  );
  return pulumi.interpolate`${url}@${image.digest}`;
}
