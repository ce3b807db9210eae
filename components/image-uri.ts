import type { StackIdentity } from "./stack-names.js";

const pinned = /^[\w.-]+(?::\d+)?(?:\/[\w.-]+)+(?::[\w.-]+)?@sha256:[0-9a-f]{64}$/;
const ecr = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[a-z.]+\/([^:@]+)/;

/** Whether the URI names a registry and pins the image by digest: `registry/name@sha256:…`, with or without a tag. */
export function isPinnedImageUri(uri: string): boolean {
  return pinned.test(uri);
}

/** ARN of the ECR repository that an image URI points to; undefined for any other registry. */
export function ecrRepositoryArn(uri: string, { partition }: StackIdentity): string | undefined {
  const [, accountId, region, name] = ecr.exec(uri) ?? [];
  return name && `arn:${partition}:ecr:${String(region)}:${String(accountId)}:repository/${name}`;
}
