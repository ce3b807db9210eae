import { z } from "zod";
import { defineResource } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { tags } from "../schema.js";

const retentions = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const logGroup = defineResource({
  type: "aws:cloudwatch/logGroup:LogGroup",
  schema: z.strictObject({
    name: z
      .string()
      .regex(
        /^[.\-_/#A-Za-z0-9]{1,512}$/,
        "a log group's name has at most 512 characters of a-z A-Z 0-9 _ - / . #",
      ),
    retentionInDays: z
      .number()
      .refine(
        (days) => retentions.includes(days),
        `expected retention_in_days to be one of ${JSON.stringify(retentions)}`,
      )
      .optional(),
    kmsKeyId: z.string().optional(),
    skipDestroy: z.boolean().optional(),
    logGroupClass: z.enum(["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"]).optional(),
    deletionProtectionEnabled: z.boolean().optional(),
    tags,
  }),
  defaults: { retentionInDays: 0, skipDestroy: false },
  autoname: { property: "name", maxLength: 512 },
  replaceOn: ["name", "logGroupClass"],
  create(inputs, { account }) {
    if (account.get(logGroup, inputs.name)) {
      throw new AwsError(
        "CloudWatch Logs",
        "CreateLogGroup",
        "ResourceAlreadyExistsException",
        "The specified log group already exists",
      );
    }
    return { id: inputs.name, attributes: { arn: account.arn("logs", `log-group:${inputs.name}`) } };
  },
  update: ({ attributes }) => attributes,
  delete({ inputs }) {
    if (inputs.deletionProtectionEnabled) {
      throw new AwsError(
        "CloudWatch Logs",
        "DeleteLogGroup",
        "OperationAbortedException",
        "The log group is protected against deletion.",
      );
    }
  },
});
