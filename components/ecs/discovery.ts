import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ServiceSpec } from "../service.js";
import type { StackNames } from "../stack-names.js";

/** Seconds for which a task's address may be remembered. A task keeps answering for longer after it was told to stop. */
export const addressTtlSeconds = 5;

export interface DiscoveryArgs {
  readonly names: StackNames;
  readonly vpcId: pulumi.Input<string>;
  readonly specs: readonly ServiceSpec[];
}

/** Names of the services inside the VPC: Cloud Map answers each with the addresses of its tasks. */
export class Discovery extends pulumi.ComponentResource {
  /** By service name: the registry in which ECS enters the service's tasks. */
  readonly registryArns: Readonly<Record<string, pulumi.Output<string>>>;
  /** URL of a service, its path included, for other tasks in the VPC. Throws for a name that is no service's. */
  readonly urlOf: (service: string) => string;

  constructor(name: string, args: DiscoveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:ecs:Discovery", name, {}, opts);

    const namespace = new aws.servicediscovery.PrivateDnsNamespace(
      `${name}-namespace`,
      {
        name: args.names.discoveryDomain,
        description: "Services of the board on ECS",
        vpc: args.vpcId,
        tags: args.names.tags({ orchestrator: "ecs" }),
      },
      { parent: this },
    );
    this.registryArns = Object.fromEntries(
      args.specs.map((spec) => [spec.name, createRegistry(name, spec.name, namespace, args.names, this).arn]),
    );

    this.urlOf = (service) => {
      const spec = args.specs.find(({ name }) => name === service);
      if (!spec) throw new Error(`Nothing can be reached as ${service}: the board has no such service.`);
      return `http://${service}.${args.names.discoveryDomain}:${String(spec.port)}${spec.path}`;
    };

    this.registerOutputs({ registryArns: this.registryArns });
  }
}

function createRegistry(
  name: string,
  service: string,
  namespace: aws.servicediscovery.PrivateDnsNamespace,
  names: StackNames,
  parent: pulumi.Resource,
): aws.servicediscovery.Service {
  return new aws.servicediscovery.Service(
    `${name}-${service}`,
    {
      name: service,
      dnsConfig: {
        namespaceId: namespace.id,
        dnsRecords: [{ type: "A", ttl: addressTtlSeconds }],
        routingPolicy: "MULTIVALUE",
      },
      // ECS removes a stopped task's address itself, but a task lost with its host stays: without this the registry,
      // and with it the VPC, could not be deleted.
      forceDestroy: true,
      tags: names.tags({ service, orchestrator: "ecs" }),
    },
    { parent },
  );
}
