import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { subnetCidr } from "./cidr.js";
import type { StackNames } from "./stack-names.js";

/** One NAT gateway for all zones costs less; one per zone survives the loss of a zone. */
export const natGatewayModes = ["single", "perZone"] as const;
export type NatGatewayMode = (typeof natGatewayModes)[number];

export interface NetworkSettings {
  /** IPv4 block of the VPC, from /16 to /22. */
  readonly vpcCidr: string;
  /** Zones of the region, by full name; the first one holds a single NAT gateway. */
  readonly availabilityZones: readonly string[];
  readonly natGateways: NatGatewayMode;
}

export interface NetworkArgs extends NetworkSettings {
  readonly names: StackNames;
}

interface Subnet {
  readonly subnet: aws.ec2.Subnet;
  readonly routeTable: aws.ec2.RouteTable;
}

/**
 * A VPC with a public and a private subnet in each zone. Containers live in the private ones and reach AWS through
 * NAT, S3 and DynamoDB through gateway endpoints, which cost nothing.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly vpcCidr: string;
  readonly publicSubnetIds: pulumi.Output<string>[];
  readonly privateSubnetIds: pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:index:Network", name, {}, opts);
    const make: Make = { name, names: args.names, parent: this };

    const vpc = createVpc(make, args.vpcCidr);
    const internetGateway = new aws.ec2.InternetGateway(
      `${name}-internet-gateway`,
      { vpcId: vpc.id, tags: tags(make, "internet-gateway") },
      { parent: this },
    );
    const publicSubnets = createSubnets(make, vpc, args, "public");
    const privateSubnets = createSubnets(make, vpc, args, "private");
    routePublicSubnets(make, publicSubnets, internetGateway);
    routePrivateSubnets(make, privateSubnets, publicSubnets, args.natGateways, internetGateway);
    createGatewayEndpoints(make, vpc, privateSubnets);

    this.vpcId = vpc.id;
    this.vpcCidr = args.vpcCidr;
    this.publicSubnetIds = [...publicSubnets.values()].map(({ subnet }) => subnet.id);
    this.privateSubnetIds = [...privateSubnets.values()].map(({ subnet }) => subnet.id);
    this.registerOutputs({
      vpcId: this.vpcId,
      vpcCidr: this.vpcCidr,
      publicSubnetIds: this.publicSubnetIds,
      privateSubnetIds: this.privateSubnetIds,
    });
  }
}

interface Make {
  readonly name: string;
  readonly names: StackNames;
  readonly parent: pulumi.Resource;
}

/** Subnets by the letter of their zone. */
type Subnets = ReadonlyMap<string, Subnet>;

function tags({ name, names }: Make, suffix: string): Record<string, string> {
  return names.tags({ Name: `${names.prefix}-${name}-${suffix}` });
}

function createVpc(make: Make, cidrBlock: string): aws.ec2.Vpc {
  const vpc = new aws.ec2.Vpc(
    `${make.name}-vpc`,
    { cidrBlock, enableDnsHostnames: true, enableDnsSupport: true, tags: tags(make, "vpc") },
    { parent: make.parent },
  );
  // Without rules, so that nothing can be reached by a security group that was forgotten.
  new aws.ec2.DefaultSecurityGroup(
    `${make.name}-default-security-group`,
    { vpcId: vpc.id, tags: tags(make, "default") },
    { parent: make.parent },
  );
  return vpc;
}

function createSubnets(
  make: Make,
  vpc: aws.ec2.Vpc,
  settings: NetworkSettings,
  kind: "public" | "private",
): Subnets {
  return new Map(
    settings.availabilityZones.map((zone) => {
      const letter = zone.slice(-1);
      // A zone's block follows from its letter, so that adding a zone moves no other. AWS numbers zones from a on.
      const index = (kind === "private" ? 0 : 8) + letter.charCodeAt(0) - "a".charCodeAt(0);
      const suffix = `${kind}-${letter}`;
      const subnet = new aws.ec2.Subnet(
        `${make.name}-${suffix}`,
        {
          vpcId: vpc.id,
          availabilityZone: zone,
          cidrBlock: subnetCidr(settings.vpcCidr, 4, index),
          mapPublicIpOnLaunch: false,
          tags: tags(make, suffix),
        },
        { parent: make.parent },
      );
      const routeTable = new aws.ec2.RouteTable(
        `${make.name}-${suffix}-routes`,
        { vpcId: vpc.id, tags: tags(make, suffix) },
        { parent: make.parent },
      );
      new aws.ec2.RouteTableAssociation(
        `${make.name}-${suffix}-association`,
        { subnetId: subnet.id, routeTableId: routeTable.id },
        { parent: make.parent },
      );
      return [letter, { subnet, routeTable }];
    }),
  );
}

function routePublicSubnets(make: Make, subnets: Subnets, internetGateway: aws.ec2.InternetGateway): void {
  for (const [letter, { routeTable }] of subnets) {
    new aws.ec2.Route(
      `${make.name}-public-${letter}-internet`,
      { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: internetGateway.id },
      { parent: make.parent },
    );
  }
}

function routePrivateSubnets(
  make: Make,
  privateSubnets: Subnets,
  publicSubnets: Subnets,
  mode: NatGatewayMode,
  internetGateway: aws.ec2.InternetGateway,
): void {
  const letters = [...publicSubnets.keys()];
  const gateways = new Map(
    (mode === "single" ? letters.slice(0, 1) : letters).map((letter) => [
      letter,
      createNatGateway(make, letter, publicSubnets, internetGateway),
    ]),
  );
  const [shared] = gateways.values();
  for (const [letter, { routeTable }] of privateSubnets) {
    const natGatewayId = (gateways.get(letter) ?? shared)?.id;
    new aws.ec2.Route(
      `${make.name}-private-${letter}-nat`,
      { routeTableId: routeTable.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId },
      { parent: make.parent },
    );
  }
}

function createNatGateway(
  make: Make,
  letter: string,
  publicSubnets: Subnets,
  internetGateway: aws.ec2.InternetGateway,
): aws.ec2.NatGateway {
  const address = new aws.ec2.Eip(
    `${make.name}-nat-${letter}-address`,
    { domain: "vpc", tags: tags(make, `nat-${letter}`) },
    { parent: make.parent, dependsOn: internetGateway },
  );
  return new aws.ec2.NatGateway(
    `${make.name}-nat-${letter}`,
    {
      allocationId: address.id,
      subnetId: publicSubnets.get(letter)?.subnet.id,
      tags: tags(make, `nat-${letter}`),
    },
    { parent: make.parent, dependsOn: internetGateway },
  );
}

function createGatewayEndpoints(make: Make, vpc: aws.ec2.Vpc, privateSubnets: Subnets): void {
  for (const service of ["s3", "dynamodb"]) {
    new aws.ec2.VpcEndpoint(
      `${make.name}-${service}`,
      {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${make.names.identity.region}.${service}`,
        vpcEndpointType: "Gateway",
        routeTableIds: [...privateSubnets.values()].map(({ routeTable }) => routeTable.id),
        tags: tags(make, service),
      },
      { parent: make.parent },
    );
  }
}
