import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "./network.js";
import type { StackNames } from "./stack-names.js";

export interface EntranceSettings {
  /** ARN of the certificate of the HTTPS listener; without one the board answers over plain HTTP. */
  readonly certificateArn: string | undefined;
  /** IPv4 blocks that may reach the board. */
  readonly ingressCidrs: readonly string[];
}

export interface LoadBalancerArgs extends EntranceSettings {
  readonly names: StackNames;
  readonly network: Network;
  /** Whether the load balancer is refused to be deleted. */
  readonly protectData: boolean;
}

/** The board's one entrance: an application load balancer that answers 404 to what no service's rule matches. */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly loadBalancer: aws.lb.LoadBalancer;
  /** Security group of the load balancer's nodes; whoever takes requests from it adds its own rule. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Listener that the services' rules belong to: HTTPS where there is a certificate. */
  readonly listenerArn: pulumi.Output<string>;
  /** Address of the board, without a path. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:index:LoadBalancer", name, {}, opts);

    const securityGroup = createSecurityGroup(name, args, this);
    this.loadBalancer = new aws.lb.LoadBalancer(
      `${name}-alb`,
      {
        loadBalancerType: "application",
        internal: false,
        subnets: args.network.publicSubnetIds,
        securityGroups: [securityGroup.id],
        dropInvalidHeaderFields: true,
        enableDeletionProtection: args.protectData,
        idleTimeout: 60,
        tags: args.names.tags(),
      },
      { parent: this, dependsOn: args.network },
    );
    const listener = createListeners(name, args, this.loadBalancer, this);

    this.securityGroupId = securityGroup.id;
    this.listenerArn = listener.arn;
    this.url = pulumi.interpolate`${args.certificateArn ? "https" : "http"}://${this.loadBalancer.dnsName}`;
    this.registerOutputs({
      loadBalancer: this.loadBalancer,
      securityGroupId: this.securityGroupId,
      listenerArn: this.listenerArn,
      url: this.url,
    });
  }
}

function createSecurityGroup(
  name: string,
  args: LoadBalancerArgs,
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup {
  const securityGroup = new aws.ec2.SecurityGroup(
    `${name}-security-group`,
    { vpcId: args.network.vpcId, description: "Load balancer of the board", tags: args.names.tags() },
    { parent },
  );
  for (const port of args.certificateArn ? [80, 443] : [80]) {
    for (const cidrIpv4 of args.ingressCidrs) {
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-from-${cidrIpv4.replace(/[./]/g, "-")}-to-${String(port)}`,
        {
          securityGroupId: securityGroup.id,
          description: "Clients of the board",
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          cidrIpv4,
          tags: args.names.tags(),
        },
        { parent },
      );
    }
  }
  return securityGroup;
}

/** The listener that takes the services' rules: HTTPS with a certificate, and then HTTP redirects to it. */
function createListeners(
  name: string,
  args: LoadBalancerArgs,
  loadBalancer: aws.lb.LoadBalancer,
  parent: pulumi.Resource,
): aws.lb.Listener {
  const common = { loadBalancerArn: loadBalancer.arn, tags: args.names.tags() };
  if (!args.certificateArn) {
    return new aws.lb.Listener(
      `${name}-http`,
      { ...common, port: 80, protocol: "HTTP", defaultActions: [notFound] },
      { parent },
    );
  }
  new aws.lb.Listener(
    `${name}-http`,
    {
      ...common,
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
      ],
    },
    { parent },
  );
  return new aws.lb.Listener(
    `${name}-https`,
    {
      ...common,
      port: 443,
      protocol: "HTTPS",
      certificateArn: args.certificateArn,
      // TLS 1.2 and 1.3 with forward secrecy:
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      defaultActions: [notFound],
    },
    { parent },
  );
}

// Problem details (RFC 9457); an ALB's fixed response offers no media type closer than application/json.
const notFound = {
  type: "fixed-response",
  fixedResponse: {
    statusCode: "404",
    contentType: "application/json",
    messageBody: JSON.stringify({ type: "about:blank", title: "Not Found", status: 404 }),
  },
};
