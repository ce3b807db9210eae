import { z } from "zod";
import { defineResource } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { tags } from "../schema.js";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html */
export const table = defineResource({
  type: "aws:dynamodb/table:Table",
  schema: z.strictObject({
    name: z
      .string()
      .regex(/^[a-zA-Z0-9_.-]{3,255}$/, "a table's name has 3 to 255 characters of a-z A-Z 0-9 _ . -"),
    billingMode: z.enum(["PROVISIONED", "PAY_PER_REQUEST"]).optional(),
    hashKey: z.string(),
    rangeKey: z.string().optional(),
    attributes: z.array(z.strictObject({ name: z.string(), type: z.enum(["S", "N", "B"]) })).min(1),
    ttl: z.strictObject({ attributeName: z.string(), enabled: z.boolean().optional() }).optional(),
    pointInTimeRecovery: z
      .strictObject({ enabled: z.boolean(), recoveryPeriodInDays: z.number().optional() })
      .optional(),
    serverSideEncryption: z
      .strictObject({ enabled: z.boolean(), kmsKeyArn: z.string().optional() })
      .optional(),
    deletionProtectionEnabled: z.boolean().optional(),
    tableClass: z.enum(["STANDARD", "STANDARD_INFREQUENT_ACCESS"]).optional(),
    tags,
  }),
  defaults: { billingMode: "PROVISIONED" },
  autoname: { property: "name", maxLength: 255 },
  replaceOn: ["name", "hashKey", "rangeKey", "attributes"],
  create(inputs, { account }) {
    const refuse = (code: string, reason: string) => new AwsError("DynamoDB", "CreateTable", code, reason);
    if (account.get(table, inputs.name)) {
      throw refuse("ResourceInUseException", `Table already exists: ${inputs.name}`);
    }
    if (inputs.billingMode === "PROVISIONED") {
      throw refuse(
        "ValidationException",
        "No provisioned throughput specified for the table; the sandbox models PAY_PER_REQUEST only",
      );
    }
    const keys = [inputs.hashKey, inputs.rangeKey].filter((key) => key !== undefined);
    const defined = inputs.attributes.map(({ name }) => name);
    if ([...keys].sort().join() !== [...defined].sort().join()) {
      throw refuse(
        "ValidationException",
        `One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions: keys [${keys.join(", ")}], attributes [${defined.join(", ")}]`,
      );
    }
    return { id: inputs.name, attributes: { arn: account.arn("dynamodb", `table/${inputs.name}`) } };
  },
  update: ({ attributes }) => attributes,
  delete({ inputs }) {
    if (inputs.deletionProtectionEnabled) {
      throw new AwsError(
        "DynamoDB",
        "DeleteTable",
        "ValidationException",
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
      );
    }
  },
});
