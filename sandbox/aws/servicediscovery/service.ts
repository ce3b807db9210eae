import { z } from "zod";
import { defineResource } from "../../provider/model.js";
import { requireVpc } from "../ec2/vpc.js";
import { AwsError } from "../errors.js";
import { hex, tags } from "../schema.js";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html */
export const privateDnsNamespace = defineResource({
  type: "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace",
  schema: z.strictObject({
    name: z.string().regex(/^[!-~]{1,253}$/),
    vpc: z.string(),
    description: z.string().max(1024).optional(),
    tags,
  }),
  autoname: { property: "name", maxLength: 253 },
  replaceOn: ["name", "vpc"],
  create(inputs, call) {
    requireVpc(call, "CreatePrivateDnsNamespace", inputs.vpc);
    const twin = call.account.find(
      privateDnsNamespace,
      (other) => other.inputs.name === inputs.name && other.inputs.vpc === inputs.vpc,
    );
    if (twin) {
      throw new AwsError(
        "ServiceDiscovery",
        "CreatePrivateDnsNamespace",
        "ConflictingDomainExists",
        `The VPC ${inputs.vpc} has already been associated with the hosted zone with the same domain name.`,
      );
    }
    const id = `ns-${hex(16)}`;
    return {
      id,
      attributes: {
        arn: call.account.arn("servicediscovery", `namespace/${id}`),
        hostedZone: `Z${hex(14).toUpperCase()}`,
      },
    };
  },
  update: ({ attributes }) => attributes,
  delete({ id }, { account }) {
    if (account.find(discoveryService, ({ inputs }) => inputs.dnsConfig.namespaceId === id)) {
      throw new AwsError(
        "ServiceDiscovery",
        "DeleteNamespace",
        "ResourceInUse",
        `Namespace ${id} has associated services`,
      );
    }
  },
});

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_CreateService.html */
export const discoveryService = defineResource({
  type: "aws:servicediscovery/service:Service",
  schema: z.strictObject({
    name: z.string().regex(/^[a-zA-Z0-9_.-]{1,127}$/),
    description: z.string().max(1024).optional(),
    dnsConfig: z.strictObject({
      namespaceId: z.string(),
      routingPolicy: z.enum(["MULTIVALUE", "WEIGHTED"]).optional(),
      dnsRecords: z
        .array(z.strictObject({ type: z.literal("A"), ttl: z.number().int().min(0) }))
        .min(1)
        .max(1),
    }),
    healthCheckCustomConfig: z.strictObject({ failureThreshold: z.number().optional() }).optional(),
    forceDestroy: z.boolean().optional(),
    tags,
  }),
  autoname: { property: "name", maxLength: 127 },
  replaceOn: ["name"],
  create(inputs, { account }): { id: string; attributes: { arn: string } } {
    if (!account.get(privateDnsNamespace, inputs.dnsConfig.namespaceId)) {
      throw new AwsError(
        "ServiceDiscovery",
        "CreateService",
        "NamespaceNotFound",
        `Namespace ${inputs.dnsConfig.namespaceId} does not exist`,
      );
    }
    const twin = account.find(
      discoveryService,
      (other) =>
        other.inputs.name === inputs.name &&
        other.inputs.dnsConfig.namespaceId === inputs.dnsConfig.namespaceId,
    );
    if (twin)
      throw new AwsError(
        "ServiceDiscovery",
        "CreateService",
        "ServiceAlreadyExists",
        `Service ${inputs.name} already exists`,
      );
    const id = `srv-${hex(16)}`;
    return { id, attributes: { arn: account.arn("servicediscovery", `service/${id}`) } };
  },
  update: ({ attributes }) => attributes,
});
