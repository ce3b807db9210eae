import { z } from "zod";
import { isPinnedImageUri } from "../components/image-uri.js";
import { natGatewayModes } from "../components/network.js";
import { available, capacityTypes, cpuArchitectures, orchestrators } from "../components/orchestrator.js";
import type { ServiceSpec } from "../components/service.js";
import type { Environment } from "./environment.js";
import { boolean, field, integer, json, list, type Fields, type ValuesOf } from "./fields.js";
import { isPrincipalArn, principalAllowed } from "./principals.js";

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/**
 * The keys of a stack's config, in the namespace of the project, each judged on its own. `config/load.ts` judges what
 * they mean together. The defaults stand in Pulumi.yaml too, which a test compares.
 *
 * @param environment where the program runs: zones must lie in its region, principals in its partition
 */
export function settingFields({ region, partition }: Environment) {
  const principals = list(z.string().refine((arn) => isPrincipalArn(arn, partition)));
  const capacity = z.enum(available.capacityTypes);
  return {
    /** Which orchestrator runs the board. */
    orchestrator: field(
      z.enum(available.orchestrators),
      choice(orchestrators, available.orchestrators),
      "ecs",
    ),
    /** What containers run on: one word for all, or one for each orchestrator. */
    capacity: field(
      json(z.union([capacity, z.partialRecord(z.enum(orchestrators), capacity)])),
      `${choice(capacityTypes, available.capacityTypes)}; or one for each orchestrator, as {"ecs": "fargate"}`,
      "fargate",
    ),
    /** Percentage of the requests for each side; both sides run when both are named. Empty: all to `orchestrator`. */
    traffic: field(
      json(z.partialRecord(z.enum(orchestrators), integer(0, 100))),
      'whole percentages that add up to 100, as {"ecs": 100}',
      {},
    ),
    /** Share of the replicas on interruptible Fargate capacity, in percent. */
    spotPercent: field(integer(0, 100), "a whole number from 0 to 100", 0),
    /** Zones of the region; empty: its zones a and b. */
    availabilityZones: field(
      list(z.string().regex(new RegExp(`^${region}[a-h]$`))),
      `2 to 6 different zones of ${region}, as ["${region}a", "${region}b"]`,
      [],
    ),
    /** How many NAT gateways: one for all zones, or one for each. */
    natGateways: field(z.enum(natGatewayModes), natGatewayModes.join(", "), "single"),
    /** IPv4 block of the VPC. */
    vpcCidr: field(
      z.cidrv4(),
      "an IPv4 block from /16 to /22 that starts at its first address",
      "10.0.0.0/16",
    ),
    /** By service name: what differs from `services/catalog.ts`. See `serviceFields`. */
    services: field(
      json(z.record(z.string(), z.unknown())),
      'settings by service name, as {"users": {"cpu": 512, "memory": 1024}}',
      {},
    ),
    /** Who may push to every repository. */
    pushPrincipals: field(principals, principalAllowed, []),
    /** Who may pull from every repository, beyond the roles of this stack. */
    pullPrincipals: field(principals, principalAllowed, []),
    /** Who may change every repository and its policies. */
    adminPrincipals: field(principals, principalAllowed, []),
    /** ARN of an ACM certificate of the region; empty: the board answers over plain HTTP. */
    certificateArn: field(
      z.union([
        z.literal(""),
        z.string().regex(new RegExp(`^arn:${partition}:acm:${region}:\\d{12}:certificate/[\\w-]+$`)),
      ]),
      `the ARN of an ACM certificate in ${region}, or nothing for plain HTTP`,
      "",
    ),
    /** IPv4 blocks that may reach the board. */
    ingressCidrs: field(list(z.cidrv4()), 'IPv4 blocks, as ["0.0.0.0/0"]', ["0.0.0.0/0"]),
    /** Days for which log lines are kept. */
    logRetentionDays: field(
      json(z.number().refine((days) => retentionDays.includes(days))),
      `one of ${retentionDays.join(", ")}`,
      30,
    ),
    /** Whether tables, images and the load balancer are refused to be deleted. */
    protectData: field(boolean, "true, false", true),
    /** By service name: images built elsewhere, pinned by digest. Services without one are built from the repository. */
    imageUris: field(
      json(z.record(z.string(), z.string().refine(isPinnedImageUri))),
      'images pinned by digest, by service name, as {"users": "registry/name@sha256:…"}',
      {},
    ),
    /** Processor architecture of images and hosts. */
    cpuArchitecture: field(z.enum(cpuArchitectures), cpuArchitectures.join(", "), "x86_64"),
    /** Seconds for which a replica that leaves the load balancer may finish its requests. */
    deregistrationDelaySeconds: field(integer(0, 3600), "a whole number from 0 to 3600", 30),
    /** Seconds for which a replica keeps answering after it was told to stop. Fargate kills after 120 in all. */
    shutdownDelaySeconds: field(integer(0, 90), "a whole number from 0 to 90", 10),
  } satisfies Fields;
}

export type Settings = ValuesOf<ReturnType<typeof settingFields>>;

/**
 * The keys of one service's entry in `services`. What is not set comes from the catalogue.
 *
 * @param spec the service as the catalogue has it
 * @param environment where the program runs
 */
export function serviceFields(spec: ServiceSpec, { partition }: Environment) {
  const principals = list(z.string().refine((arn) => isPrincipalArn(arn, partition)));
  const percent = field(integer(1, 100), "a whole number from 1 to 100", spec.scaling.cpuPercent);
  const replicas = field(integer(1, 1000), "a whole number from 1 to 1000", spec.scaling.minReplicas);
  return {
    /**
     * Path that the load balancer routes to the service, under which the service answers and the others call it.
     * Changing it on a running board changes the interface: until the update is through, a request at either path can
     * get 404, and a reference to one of the service's resources 422.
     */
    path: field(
      z.string().regex(/^(?:\/[a-z0-9-]+)+$/) as unknown as z.ZodType<ServiceSpec["path"]>,
      "segments of a-z, 0-9 and -, each after a slash, as /users",
      spec.path,
    ),
    /** CPU units of one replica: 1024 are one vCPU. */
    cpu: field(integer(1, 1_000_000), "a whole number of CPU units", spec.size.cpu),
    /** MiB of memory of one replica. */
    memory: field(integer(1, 10_000_000), "a whole number of MiB", spec.size.memory),
    /** Fewest replicas. */
    minReplicas: replicas,
    /** Most replicas, and how many a side that takes over starts with. */
    maxReplicas: { ...replicas, fallback: spec.scaling.maxReplicas },
    /** Average CPU use that the autoscaling aims for, in percent. */
    cpuPercent: percent,
    /** Average memory use that the autoscaling aims for, in percent. */
    memoryPercent: { ...percent, fallback: spec.scaling.memoryPercent },
    /** Requests per minute and replica that the autoscaling aims for. */
    requestsPerReplica: field(
      integer(1, 10_000_000),
      "a whole number from 1",
      spec.scaling.requestsPerReplica,
    ),
    /** Who may push this service's image, beyond those who may push every one. */
    pushPrincipals: field(principals, principalAllowed, []),
    /** Who may pull this service's image, beyond those who may pull every one. */
    pullPrincipals: field(principals, principalAllowed, []),
  } satisfies Fields;
}

export type ServiceOverrides = ValuesOf<ReturnType<typeof serviceFields>>;

/** What may be chosen, and what only a later version offers. */
function choice(all: readonly string[], offered: readonly string[]): string {
  const later = all.filter((word) => !offered.includes(word));
  const note = later.length > 0 ? ` (${later.join(", ")} is not available in this version)` : "";
  return `${offered.join(", ")}${note}`;
}
