import assert from "node:assert/strict";
import { Network, type NetworkSettings } from "../../components/network.js";
import { names } from "../support/board.js";
import { recordResources } from "../support/resources.js";

const settings: NetworkSettings = {
  vpcCidr: "10.0.0.0/16",
  availabilityZones: ["us-east-1a", "us-east-1b"],
  natGateways: "single",
};

function record(changes: Partial<NetworkSettings> = {}) {
  return recordResources(() => new Network("net", { names, ...settings, ...changes }));
}

describe("the network", () => {
  it("has a public and a private subnet in each zone, and none overlaps", async () => {
    const { all } = await record();

    assert.deepEqual(
      all("aws:ec2/subnet:Subnet").map(({ name, inputs }) => [
        name,
        inputs["availabilityZone"],
        inputs["cidrBlock"],
        inputs["mapPublicIpOnLaunch"],
      ]),
      [
        ["net-public-a", "us-east-1a", "10.0.128.0/20", false],
        ["net-public-b", "us-east-1b", "10.0.144.0/20", false],
        ["net-private-a", "us-east-1a", "10.0.0.0/20", false],
        ["net-private-b", "us-east-1b", "10.0.16.0/20", false],
      ],
    );
  });

  it("keeps every subnet where it is when a zone is added before it", async () => {
    const blocks = async (availabilityZones: readonly string[]) =>
      new Map(
        (await record({ availabilityZones }))
          .all("aws:ec2/subnet:Subnet")
          .map(({ name, inputs }) => [name, inputs["cidrBlock"]]),
      );
    const before = await blocks(["us-east-1a", "us-east-1c"]);
    const after = await blocks(["us-east-1b", "us-east-1a", "us-east-1c"]);

    assert.deepEqual(
      [...before].filter(([name, block]) => after.get(name) !== block),
      [],
    );
    assert.equal(after.size, 6);
  });

  const modes: readonly (readonly [NetworkSettings["natGateways"], readonly string[], readonly string[]])[] =
    [
      ["single", ["net-nat-a"], ["net-nat-a-id", "net-nat-a-id"]],
      ["perZone", ["net-nat-a", "net-nat-b"], ["net-nat-a-id", "net-nat-b-id"]],
    ];
  for (const [natGateways, gateways, routes] of modes) {
    it(`with ${natGateways} NAT: private subnets leave through ${gateways.join(" and ")}`, async () => {
      const { all } = await record({ natGateways });

      assert.deepEqual(
        all("aws:ec2/natGateway:NatGateway").map(({ name }) => name),
        gateways,
      );
      assert.deepEqual(
        all("aws:ec2/route:Route")
          .filter(({ name }) => name.includes("private"))
          .map(({ inputs }) => inputs["natGatewayId"]),
        routes,
      );
      assert.deepEqual(
        all("aws:ec2/route:Route")
          .filter(({ name }) => name.includes("public"))
          .map(({ inputs }) => inputs["gatewayId"]),
        ["net-internet-gateway-id", "net-internet-gateway-id"],
      );
    });
  }

  it("reaches S3 and DynamoDB through endpoints in the private subnets' routes", async () => {
    const { all } = await record();

    assert.deepEqual(
      all("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) => [
        inputs["serviceName"],
        inputs["vpcEndpointType"],
        inputs["routeTableIds"],
      ]),
      ["s3", "dynamodb"].map((service) => [
        `com.amazonaws.us-east-1.${service}`,
        "Gateway",
        ["net-private-a-routes-id", "net-private-b-routes-id"],
      ]),
    );
  });

  it("leaves the VPC's default security group without rules", async () => {
    const { one } = await record();
    const { inputs } = one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "net-default-security-group");

    assert.equal(inputs["ingress"], undefined);
    assert.equal(inputs["egress"], undefined);
  });
});
