import { randomInt } from "node:crypto";
import { z } from "zod";
import { defineResource } from "../../provider/model.js";
import { AwsError } from "../errors.js";
import { ec2Id, tags } from "../schema.js";
import { usersOf } from "./in-use.js";
import { requireSubnet } from "./subnet.js";
import { requireVpc } from "./vpc.js";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html */
export const internetGateway = defineResource({
  type: "aws:ec2/internetGateway:InternetGateway",
  schema: z.strictObject({ vpcId: z.string(), tags }),
  replaceOn: ["vpcId"],
  create(inputs, call) {
    requireVpc(call, "AttachInternetGateway", inputs.vpcId);
    if (call.account.find(internetGateway, (other) => other.inputs.vpcId === inputs.vpcId)) {
      throw new AwsError(
        "EC2",
        "AttachInternetGateway",
        "Resource.AlreadyAssociated",
        `resource ${inputs.vpcId} already has an internet gateway attached`,
      );
    }
    const id = ec2Id("igw");
    return {
      id,
      attributes: {
        arn: call.account.arn("ec2", `internet-gateway/${id}`),
        ownerId: call.account.identity.accountId,
      },
    };
  },
  update: ({ attributes }) => attributes,
  delete({ id, inputs }, { account }) {
    const addresses = account.list(natGateway).filter(({ attributes }) => attributes.vpcId === inputs.vpcId);
    if (addresses.length > 0) {
      throw new AwsError(
        "EC2",
        "DetachInternetGateway",
        "DependencyViolation",
        `Network ${inputs.vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway '${id}'.`,
      );
    }
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html */
export const eip = defineResource({
  type: "aws:ec2/eip:Eip",
  schema: z.strictObject({ domain: z.enum(["vpc"]).optional(), tags }),
  replaceOn: ["domain"],
  create(_inputs, { account }) {
    const id = ec2Id("eipalloc");
    const publicIp = `203.0.113.${randomInt(1, 255)}`;
    return { id, attributes: { allocationId: id, publicIp, arn: account.arn("ec2", `elastic-ip/${id}`) } };
  },
  update: ({ attributes }) => attributes,
  delete({ id, urn }, { account }) {
    if (usersOf(account, id, urn).length > 0) {
      throw new AwsError("EC2", "ReleaseAddress", "InvalidIPAddress.InUse", `Address ${id} is in use.`);
    }
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html */
export const natGateway = defineResource({
  type: "aws:ec2/natGateway:NatGateway",
  schema: z.strictObject({
    subnetId: z.string(),
    allocationId: z.string(),
    connectivityType: z.enum(["public"]).optional(),
    tags,
  }),
  replaceOn: ["subnetId", "allocationId", "connectivityType"],
  create(inputs, call) {
    const { account } = call;
    const { vpcId } = requireSubnet(call, "CreateNatGateway", inputs.subnetId).inputs;
    const address = account.get(eip, inputs.allocationId);
    if (!address) {
      throw new AwsError(
        "EC2",
        "CreateNatGateway",
        "InvalidAllocationID.NotFound",
        `The allocation ID '${inputs.allocationId}' does not exist`,
      );
    }
    if (account.find(natGateway, (other) => other.inputs.allocationId === inputs.allocationId)) {
      throw new AwsError(
        "EC2",
        "CreateNatGateway",
        "Resource.AlreadyAssociated",
        `resource ${inputs.allocationId} is already associated`,
      );
    }
    if (!account.find(internetGateway, (gateway) => gateway.inputs.vpcId === vpcId)) {
      throw new AwsError(
        "EC2",
        "CreateNatGateway",
        "Gateway.NotAttached",
        `Network ${vpcId} has no Internet gateway attached`,
      );
    }
    return { id: ec2Id("nat"), attributes: { vpcId, publicIp: address.attributes.publicIp } };
  },
  update: ({ attributes }) => attributes,
});
