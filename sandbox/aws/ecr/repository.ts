import { z } from "zod";
import { defineResource, type Call } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { tags } from "../schema.js";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
export const repository = defineResource({
  type: "aws:ecr/repository:Repository",
  schema: z.strictObject({
    name: z
      .string()
      .min(2)
      .max(256)
      .regex(/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/, "invalid repository name"),
    imageTagMutability: z
      .enum(["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"])
      .optional(),
    imageTagMutabilityExclusionFilters: z
      .array(z.strictObject({ filter: z.string(), filterType: z.enum(["WILDCARD"]) }))
      .optional(),
    imageScanningConfiguration: z.strictObject({ scanOnPush: z.boolean() }).optional(),
    encryptionConfigurations: z
      .array(
        z.strictObject({
          encryptionType: z.enum(["AES256", "KMS", "KMS_DSSE"]).optional(),
          kmsKey: z.string().optional(),
        }),
      )
      .optional(),
    forceDelete: z.boolean().optional(),
    tags,
  }),
  defaults: { imageTagMutability: "MUTABLE" },
  autoname: { property: "name", maxLength: 256 },
  replaceOn: ["name", "encryptionConfigurations"],
  create(inputs, { account }) {
    const registryId = account.identity.accountId;
    if (account.get(repository, inputs.name)) {
      throw new AwsError(
        "ECR",
        "CreateRepository",
        "RepositoryAlreadyExistsException",
        `The repository with name '${inputs.name}' already exists in the registry with id '${registryId}'`,
      );
    }
    return {
      id: inputs.name,
      attributes: {
        arn: account.arn("ecr", `repository/${inputs.name}`),
        registryId,
        repositoryUrl: `${registryId}.dkr.ecr.${account.region}.amazonaws.com/${inputs.name}`,
      },
    };
  },
  update: ({ attributes }) => attributes,
  delete({ id, inputs, attributes }, { registry }) {
    if (registry.images(id).length > 0 && !inputs.forceDelete) {
      throw new AwsError(
        "ECR",
        "DeleteRepository",
        "RepositoryNotEmptyException",
        `The repository with name '${id}' in registry with id '${attributes.registryId}' cannot be deleted because it still contains images`,
      );
    }
    registry.deleteImages(id);
  },
});

/** The repository with this name; refuses as ECR does when there is none. */
export function requireRepository({ account }: Call, operation: string, name: string) {
  const found = account.get(repository, name);
  if (!found) {
    throw new AwsError(
      "ECR",
      operation,
      "RepositoryNotFoundException",
      `The repository with name '${name}' does not exist in the registry with id '${account.identity.accountId}'`,
    );
  }
  return found;
}
