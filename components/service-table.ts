import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StackNames } from "./stack-names.js";

export interface ServiceTableArgs {
  readonly names: StackNames;
  /** Name of the service that alone reads and writes the table. */
  readonly service: string;
  /** Whether AWS and Pulumi both refuse to delete the table. */
  readonly protectData: boolean;
}

/** The DynamoDB table of one service: string keys `pk` and `sk`; items vanish after the time in `expiresAt`. */
export class ServiceTable extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;

  constructor(name: string, args: ServiceTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:index:ServiceTable", name, {}, opts);

    this.table = new aws.dynamodb.Table(
      `${name}-table`,
      {
        name: args.names.table(args.service),
        billingMode: "PAY_PER_REQUEST",
        hashKey: "pk",
        rangeKey: "sk",
        attributes: [
          { name: "pk", type: "S" },
          { name: "sk", type: "S" },
        ],
        ttl: { attributeName: "expiresAt", enabled: true },
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true },
        deletionProtectionEnabled: args.protectData,
        tags: args.names.tags({ service: args.service }),
      },
      { parent: this, protect: args.protectData },
    );

    this.registerOutputs({ table: this.table });
  }
}

/** What a service does with its own table. */
export const tableActions = [
  "dynamodb:DeleteItem",
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:Query",
] as const;
