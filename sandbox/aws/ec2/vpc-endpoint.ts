import { z } from "zod";
import { defineResource } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { ec2Id, policyDocument, tags } from "../schema.js";
import { routeTable } from "./routes.js";
import { requireVpc } from "./vpc.js";

/**
 * Gateway endpoints only.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html
 */
export const vpcEndpoint = defineResource({
  type: "aws:ec2/vpcEndpoint:VpcEndpoint",
  schema: z.strictObject({
    vpcId: z.string(),
    serviceName: z.string(),
    vpcEndpointType: z.enum(["Gateway"]).optional(),
    routeTableIds: z.array(z.string()).optional(),
    policy: policyDocument.optional(),
    tags,
  }),
  defaults: { vpcEndpointType: "Gateway" },
  replaceOn: ["vpcId", "serviceName", "vpcEndpointType"],
  create(inputs, call) {
    const { account } = call;
    requireVpc(call, "CreateVpcEndpoint", inputs.vpcId);
    const gateways = ["s3", "dynamodb"].map((name) => `com.amazonaws.${account.region}.${name}`);
    if (!gateways.includes(inputs.serviceName)) {
      throw new AwsError(
        "EC2",
        "CreateVpcEndpoint",
        "InvalidServiceName",
        `The Vpc Endpoint Service '${inputs.serviceName}' does not exist`,
      );
    }
    for (const id of inputs.routeTableIds ?? []) {
      if (!account.get(routeTable, id)) {
        throw new AwsError(
          "EC2",
          "CreateVpcEndpoint",
          "InvalidRouteTableId.NotFound",
          `The routeTable ID '${id}' does not exist`,
        );
      }
    }
    const id = ec2Id("vpce");
    return {
      id,
      attributes: {
        arn: account.arn("ec2", `vpc-endpoint/${id}`),
        state: "available",
        prefixListId: ec2Id("pl"),
      },
    };
  },
  update: ({ attributes }) => attributes,
});
