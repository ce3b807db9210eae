import { z } from "zod";
import { defineResource } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { ec2Id, tags } from "../schema.js";
import { parseCidr } from "./cidr.js";
import { internetGateway, natGateway } from "./gateways.js";
import { usersOf } from "./in-use.js";
import { requireSubnet } from "./subnet.js";
import { requireVpc } from "./vpc.js";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html */
export const routeTable = defineResource({
  type: "aws:ec2/routeTable:RouteTable",
  schema: z.strictObject({ vpcId: z.string(), tags }),
  replaceOn: ["vpcId"],
  create(inputs, call) {
    requireVpc(call, "CreateRouteTable", inputs.vpcId);
    const id = ec2Id("rtb");
    return {
      id,
      attributes: {
        arn: call.account.arn("ec2", `route-table/${id}`),
        ownerId: call.account.identity.accountId,
      },
    };
  },
  update: ({ attributes }) => attributes,
  delete({ id, urn }, { account }) {
    const associations = usersOf(account, id, urn).filter(({ type }) => type === routeTableAssociation.type);
    if (associations.length > 0) {
      throw new AwsError(
        "EC2",
        "DeleteRouteTable",
        "DependencyViolation",
        `The routeTable '${id}' has dependencies and cannot be deleted.`,
      );
    }
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html */
export const route = defineResource({
  type: "aws:ec2/route:Route",
  schema: z.strictObject({
    routeTableId: z.string(),
    destinationCidrBlock: z.string(),
    gatewayId: z.string().optional(),
    natGatewayId: z.string().optional(),
  }),
  replaceOn: ["routeTableId", "destinationCidrBlock"],
  create(inputs, { account }) {
    parseCidr(inputs.destinationCidrBlock, "CreateRoute");
    if (!account.get(routeTable, inputs.routeTableId)) {
      throw new AwsError(
        "EC2",
        "CreateRoute",
        "InvalidRouteTableID.NotFound",
        `The routeTable ID '${inputs.routeTableId}' does not exist`,
      );
    }
    if (inputs.gatewayId && !account.get(internetGateway, inputs.gatewayId)) {
      throw new AwsError(
        "EC2",
        "CreateRoute",
        "InvalidGatewayID.NotFound",
        `The gateway ID '${inputs.gatewayId}' does not exist`,
      );
    }
    if (inputs.natGatewayId && !account.get(natGateway, inputs.natGatewayId)) {
      throw new AwsError(
        "EC2",
        "CreateRoute",
        "InvalidNatGatewayID.NotFound",
        `The natGateway ID '${inputs.natGatewayId}' does not exist`,
      );
    }
    if (!inputs.gatewayId === !inputs.natGatewayId) {
      throw new AwsError(
        "EC2",
        "CreateRoute",
        "InvalidParameterCombination",
        "Exactly one of gatewayId and natGatewayId must be given",
      );
    }
    const id = `r-${inputs.routeTableId}${inputs.destinationCidrBlock}`;
    if (account.get(route, id)) {
      throw new AwsError(
        "EC2",
        "CreateRoute",
        "RouteAlreadyExists",
        `The route identified by ${inputs.destinationCidrBlock} already exists.`,
      );
    }
    return { id, attributes: { state: "active", origin: "CreateRoute" } };
  },
  update: ({ attributes }) => attributes,
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html */
export const routeTableAssociation = defineResource({
  type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  schema: z.strictObject({ routeTableId: z.string(), subnetId: z.string() }),
  replaceOn: ["subnetId"],
  create(inputs, call) {
    requireSubnet(call, "AssociateRouteTable", inputs.subnetId);
    if (!call.account.get(routeTable, inputs.routeTableId)) {
      throw new AwsError(
        "EC2",
        "AssociateRouteTable",
        "InvalidRouteTableID.NotFound",
        `The routeTable ID '${inputs.routeTableId}' does not exist`,
      );
    }
    if (call.account.find(routeTableAssociation, (other) => other.inputs.subnetId === inputs.subnetId)) {
      throw new AwsError(
        "EC2",
        "AssociateRouteTable",
        "Resource.AlreadyAssociated",
        `the specified association for subnet ${inputs.subnetId} conflicts with an existing association`,
      );
    }
    return { id: ec2Id("rtbassoc"), attributes: {} };
  },
  update: ({ attributes }) => attributes,
});
