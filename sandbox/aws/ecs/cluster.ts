import { z } from "zod";
import { defineResource, type Call } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { tags } from "../schema.js";
import { service } from "./service.js";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html */
export const cluster = defineResource({
  type: "aws:ecs/cluster:Cluster",
  schema: z.strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z0-9_-]{1,255}$/, "a cluster's name has at most 255 characters of a-z A-Z 0-9 _ -"),
    settings: z
      .array(
        z.strictObject({
          name: z.literal("containerInsights"),
          value: z.enum(["enabled", "enhanced", "disabled"]),
        }),
      )
      .optional(),
    configuration: z
      .strictObject({
        executeCommandConfiguration: z
          .strictObject({
            kmsKeyId: z.string().optional(),
            logging: z.enum(["NONE", "DEFAULT", "OVERRIDE"]).optional(),
          })
          .optional(),
      })
      .optional(),
    tags,
  }),
  autoname: { property: "name", maxLength: 255 },
  replaceOn: ["name"],
  create(inputs, { account }): { id: string; attributes: { arn: string } } {
    const arn = account.arn("ecs", `cluster/${inputs.name}`);
    if (account.get(cluster, arn)) {
      throw new AwsError(
        "ECS",
        "CreateCluster",
        "InvalidParameterException",
        "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).",
      );
    }
    return { id: arn, attributes: { arn } };
  },
  update: ({ attributes }) => attributes,
  delete({ id }, { account }) {
    if (account.find(service, ({ inputs }) => inputs.cluster === id)) {
      throw new AwsError(
        "ECS",
        "DeleteCluster",
        "ClusterContainsServicesException",
        "The Cluster cannot be deleted while Services are active.",
      );
    }
  },
});

const strategy = z.strictObject({
  capacityProvider: z.string(),
  weight: z.number().int().min(0).max(1000).optional(),
  base: z.number().int().min(0).max(100000).optional(),
});

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html */
export const clusterCapacityProviders = defineResource({
  type: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  schema: z.strictObject({
    clusterName: z.string(),
    capacityProviders: z.array(z.string()).optional(),
    defaultCapacityProviderStrategies: z.array(strategy).optional(),
  }),
  replaceOn: ["clusterName"],
  create(inputs, call) {
    judgeProviders(inputs.clusterName, inputs.capacityProviders ?? [], call);
    return { id: inputs.clusterName, attributes: {} };
  },
  update({ attributes }, inputs, call) {
    judgeProviders(inputs.clusterName, inputs.capacityProviders ?? [], call);
    return attributes;
  },
  delete({ inputs }, { account }) {
    const user = account.find(service, (other) =>
      other.inputs.cluster.endsWith(`cluster/${inputs.clusterName}`),
    );
    if (user) {
      throw new AwsError(
        "ECS",
        "PutClusterCapacityProviders",
        "ResourceInUseException",
        "The specified capacity provider is in use and cannot be removed.",
      );
    }
  },
});

function judgeProviders(clusterName: string, providers: readonly string[], { account }: Call): void {
  if (!account.find(cluster, ({ inputs }) => inputs.name === clusterName)) {
    throw new AwsError(
      "ECS",
      "PutClusterCapacityProviders",
      "ClusterNotFoundException",
      "Cluster not found.",
    );
  }
  const unknown = providers.filter((name) => !["FARGATE", "FARGATE_SPOT"].includes(name));
  if (unknown.length > 0) {
    throw new AwsError(
      "ECS",
      "PutClusterCapacityProviders",
      "InvalidParameterException",
      `The specified capacity provider '${unknown.join("', '")}' was not found. Specify a valid name and try again.`,
    );
  }
}
