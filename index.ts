import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Platform } from "./components/platform.js";
import type { Environment } from "./config/environment.js";
import { loadConfig } from "./config/load.js";
import { catalog } from "./services/catalog.js";

/** The Pulumi program: one stack of the message board. What it resolves to are the outputs of the stack. */
async function program(): Promise<Record<string, unknown>> {
  const config = loadConfig(new pulumi.Config(), await readEnvironment(), catalog);
  const { url, serviceUrls, repositoryUrls, imageUris } = new Platform("board", config);
  return { url, serviceUrls, repositoryUrls, imageUris };
}

async function readEnvironment(): Promise<Environment> {
  const [identity, partition, region] = await Promise.all([
    aws.getCallerIdentity({}),
    aws.getPartition({}),
    aws.getRegion({}),
  ]);
  return {
    project: pulumi.getProject(),
    stack: pulumi.getStack(),
    partition: partition.partition,
    dnsSuffix: partition.dnsSuffix,
    region: region.region,
    accountId: identity.accountId,
    callerArn: identity.arn,
  };
}

export = program;
