import assert from "node:assert/strict";
import { LoadBalancer, type EntranceSettings } from "../../components/load-balancer.js";
import { Network } from "../../components/network.js";
import { names } from "../support/board.js";
import { recordResources, valueOf } from "../support/resources.js";

function record(changes: Partial<EntranceSettings & { protectData: boolean }> = {}) {
  return recordResources(() => {
    const network = new Network("net", {
      names,
      vpcCidr: "10.0.0.0/16",
      availabilityZones: ["us-east-1a", "us-east-1b"],
      natGateways: "single",
    });
    return new LoadBalancer("lb", {
      names,
      network,
      certificateArn: undefined,
      ingressCidrs: ["0.0.0.0/0"],
      protectData: true,
      ...changes,
    });
  });
}

const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1";
const notFound = {
  type: "fixed-response",
  fixedResponse: {
    statusCode: "404",
    contentType: "application/json",
    messageBody: '{"type":"about:blank","title":"Not Found","status":404}',
  },
};

describe("the load balancer", () => {
  it("without a certificate answers over HTTP, with 404 where no service does", async () => {
    const { all, result } = await record();

    assert.deepEqual(
      all("aws:lb/listener:Listener").map(({ inputs }) => [
        inputs["port"],
        inputs["protocol"],
        inputs["defaultActions"],
      ]),
      [[80, "HTTP", [notFound]]],
    );
    assert.equal(await valueOf(result.url), "http://lb-alb.example");
    assert.equal(await valueOf(result.listenerArn), "arn:mock:lb-http");
  });

  it("with a certificate answers over HTTPS, and HTTP redirects there", async () => {
    const { all, one, result } = await record({ certificateArn });

    assert.deepEqual(
      all("aws:lb/listener:Listener").map(({ inputs }) => [
        inputs["port"],
        inputs["protocol"],
        inputs["certificateArn"],
      ]),
      [
        [80, "HTTP", undefined],
        [443, "HTTPS", certificateArn],
      ],
    );
    assert.deepEqual(one("aws:lb/listener:Listener", "lb-http").inputs["defaultActions"], [
      { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
    ]);
    assert.deepEqual(one("aws:lb/listener:Listener", "lb-https").inputs["defaultActions"], [notFound]);
    assert.equal(await valueOf(result.url), "https://lb-alb.example");
    assert.equal(await valueOf(result.listenerArn), "arn:mock:lb-https");
  });

  const clients: readonly (readonly [
    string,
    Partial<EntranceSettings>,
    readonly (readonly [string, number])[],
  ])[] = [
    ["everyone, over HTTP", {}, [["0.0.0.0/0", 80]]],
    [
      "two offices, over HTTPS",
      { certificateArn, ingressCidrs: ["192.0.2.0/24", "198.51.100.7/32"] },
      [
        ["192.0.2.0/24", 80],
        ["198.51.100.7/32", 80],
        ["192.0.2.0/24", 443],
        ["198.51.100.7/32", 443],
      ],
    ],
  ];
  for (const [who, changes, rules] of clients) {
    it(`lets in ${who}, and nobody else`, async () => {
      const { all } = await record(changes);

      assert.deepEqual(
        all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").map(({ inputs }) => [
          inputs["cidrIpv4"],
          inputs["fromPort"],
        ]),
        rules,
      );
      const [group] = all("aws:ec2/securityGroup:SecurityGroup");
      assert.equal(group?.inputs["ingress"], undefined);
      assert.equal(group?.inputs["egress"], undefined);
    });
  }

  it("stands in the public subnets, drops malformed headers, and is protected as the data is", async () => {
    const { inputs } = (await record()).one("aws:lb/loadBalancer:LoadBalancer", "lb-alb");

    assert.deepEqual(inputs["subnets"], ["net-public-a-id", "net-public-b-id"]);
    assert.equal(inputs["dropInvalidHeaderFields"], true);
    assert.equal(inputs["enableDeletionProtection"], true);
    const open = (await record({ protectData: false })).one("aws:lb/loadBalancer:LoadBalancer", "lb-alb");
    assert.equal(open.inputs["enableDeletionProtection"], false);
  });
});
