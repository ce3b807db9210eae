import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { requireRepository } from "../aws/ecr/repository.js";
import { authorizationPassword } from "../aws/ecr/authorization.js";
import { defineResource, type Call } from "../provider/model.js";
import { bundleService } from "./bundle.js";

const schema = z.strictObject({
  push: z.boolean(),
  tags: z.array(z.string()).min(1),
  platforms: z.array(z.enum(["linux/amd64", "linux/arm64"])).optional(),
  context: z.strictObject({ location: z.string() }),
  dockerfile: z.strictObject({ location: z.string() }).optional(),
  buildArgs: z.record(z.string(), z.string()).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  registries: z
    .array(
      z.strictObject({
        address: z.string(),
        username: z.string().optional(),
        password: z.string().optional(),
      }),
    )
    .optional(),
  cacheFrom: z.array(z.record(z.string(), z.unknown())).optional(),
  cacheTo: z.array(z.record(z.string(), z.unknown())).optional(),
  buildOnPreview: z.boolean().optional(),
  exec: z.boolean().optional(),
  target: z.string().optional(),
  network: z.enum(["default"]).optional(),
});

type ImageInputs = z.infer<typeof schema>;

/**
 * Makes what the Dockerfile's build stage makes, by the same script, and stores it in the account's registry.
 * As with the real provider, deleting the resource leaves what was pushed.
 * https://www.pulumi.com/registry/packages/docker-build/api-docs/image/
 */
export const image = defineResource({
  type: "docker-build:index:Image",
  schema,
  defaults: { buildOnPreview: true },
  replaceOn: [],
  async create(inputs, call) {
    const attributes = await buildAndPush(inputs, call);
    return { id: attributes.digest.slice("sha256:".length, "sha256:".length + 12), attributes };
  },
  update: (_stored, inputs, call) => buildAndPush(inputs, call),
});

async function buildAndPush(inputs: ImageInputs, call: Call) {
  const entry = await build(inputs);
  try {
    const digest = digestOf(inputs, entry.file);
    if (inputs.push) for (const tag of inputs.tags) push(inputs, call, tag, digest, entry.file);
    return { digest, ref: `${inputs.tags[0]}@${digest}` };
  } finally {
    rmSync(entry.directory, { recursive: true, force: true });
  }
}

async function build(inputs: ImageInputs): Promise<{ directory: string; file: string }> {
  const context = resolve(inputs.context.location);
  const dockerfile = resolve(inputs.dockerfile?.location ?? join(context, "Dockerfile"));
  if (!existsSync(dockerfile)) throw new Error(`dockerfile: open ${dockerfile}: no such file or directory`);
  const service = inputs.buildArgs?.SERVICE;
  if (service === undefined) {
    throw new Error(
      "failed to solve: the build argument SERVICE is not set; the sandbox builds this project's Dockerfile only",
    );
  }
  const directory = mkdtempSync(join(tmpdir(), "switchyard-image-"));
  const file = join(directory, "server.cjs");
  await bundleService(context, service, file);
  return { directory, file };
}

function digestOf(inputs: ImageInputs, file: string): string {
  const hash = createHash("sha256").update(readFileSync(file));
  hash.update(JSON.stringify([inputs.platforms ?? [], inputs.labels ?? {}]));
  return `sha256:${hash.digest("hex")}`;
}

function push(inputs: ImageInputs, call: Call, reference: string, digest: string, file: string): void {
  const [, host = "", name = "", tag = "latest"] = /^([^/]+)\/([^:]+)(?::(.+))?$/.exec(reference) ?? [];
  const login = inputs.registries?.find(
    ({ address }) => address.replace(/^https?:\/\//, "").split("/")[0] === host,
  );
  if (login?.username !== "AWS" || login.password !== authorizationPassword(call.account)) {
    throw new Error(
      `failed to push ${reference}: unexpected status from HEAD request: 401 Unauthorized: no basic auth credentials`,
    );
  }
  const repository = requireRepository(call, "PutImage", name);
  const existing = call.registry.images(name).find((pushed) => pushed.tag === tag);
  if (existing && existing.digest !== digest && repository.inputs.imageTagMutability === "IMMUTABLE") {
    throw new Error(
      `failed to push ${reference}: tag invalid: The image tag '${tag}' already exists in the '${name}' repository and cannot be overwritten because the repository is immutable.`,
    );
  }
  call.registry.push(name, tag, digest, file);
}
