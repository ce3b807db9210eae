import * as pulumi from "@pulumi/pulumi";
import { isNetworkAddress, prefixLength } from "../components/cidr.js";
import type { NetworkSettings } from "../components/network.js";
import type { PlatformArgs } from "../components/platform.js";
import type { BoardService } from "../components/placed-service.js";
import type { ServiceSpec } from "../components/service.js";
import type { Environment } from "./environment.js";
import { readFields } from "./fields.js";
import { isCaller } from "./principals.js";
import { Problems } from "./problems.js";
import { readServices } from "./services.js";
import { settingFields, type Settings } from "./settings.js";
import { readSides } from "./sides.js";

/**
 * Reads the config of the stack, once, into exact types.
 *
 * @param config gives the namespace of the keys: the name of the project
 * @param environment where and by whom the program is run
 * @param catalog the services of the board, which the config may change but not add to
 * @throws ConfigError that names every bad value and what is allowed
 */
export function loadConfig(
  config: pulumi.Config,
  environment: Environment,
  catalog: readonly ServiceSpec[],
): PlatformArgs {
  const namespace = `${config.name}:`;
  const keys = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(namespace));
  return parseConfig(
    Object.fromEntries(keys.map(([key, value]) => [key.slice(namespace.length), value])),
    environment,
    catalog,
  );
}

/**
 * The same for config that was read already.
 *
 * @param raw by key, what is set: texts, or structures, or JSON texts of structures
 * @throws ConfigError that names every bad value and what is allowed
 */
export function parseConfig(
  raw: Readonly<Record<string, unknown>>,
  environment: Environment,
  catalog: readonly ServiceSpec[],
): PlatformArgs {
  const problems = new Problems();
  judgeStackName(environment, problems);
  const settings = readFields(settingFields(environment), raw, "", problems);
  const sides = readSides(settings, problems);
  const network = readNetwork(settings, environment, problems);
  const services = readServices(settings, environment, catalog, sides, problems);
  judgeAdministrators(settings, problems);
  judgeCaller(settings, services, environment, problems);
  problems.throwIfAny(environment.stack);

  const { certificateArn, ingressCidrs, cpuArchitecture, deregistrationDelaySeconds } = settings;
  const { shutdownDelaySeconds, logRetentionDays, protectData } = settings;
  const { project, stack, partition, dnsSuffix, region, accountId } = environment;
  return {
    identity: { project, stack, partition, dnsSuffix, region, accountId },
    sides,
    network,
    entrance: { certificateArn: certificateArn || undefined, ingressCidrs },
    services,
    settings: {
      cpuArchitecture,
      deregistrationDelaySeconds,
      shutdownDelaySeconds,
      logRetentionDays,
      protectData,
    },
  };
}

/** The name becomes part of names of roles (64 characters), repositories (lower case) and DNS domains. */
function judgeStackName({ stack }: Environment, problems: Problems): void {
  if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(stack) && stack.length <= 20) return;
  problems.add(
    "name of the stack",
    stack,
    "at most 20 characters of a-z, 0-9 and single hyphens, a letter first",
  );
}

function readNetwork(settings: Settings, { region }: Environment, problems: Problems): NetworkSettings {
  const { vpcCidr, natGateways } = settings;
  const prefix = prefixLength(vpcCidr);
  if (!problems.concern("vpcCidr") && (prefix < 16 || prefix > 22 || !isNetworkAddress(vpcCidr))) {
    problems.add("vpcCidr", vpcCidr, "an IPv4 block from /16 to /22 that starts at its first address");
  }
  const chosen = settings.availabilityZones;
  const availabilityZones = chosen.length > 0 ? chosen : [`${region}a`, `${region}b`];
  const different = new Set(availabilityZones).size;
  if (
    !problems.concern("availabilityZones") &&
    (different < 2 || different > 6 || different < chosen.length)
  ) {
    problems.add("availabilityZones", chosen, `2 to 6 different zones of ${region}`);
  }
  return { vpcCidr, natGateways, availabilityZones };
}

function judgeAdministrators({ adminPrincipals }: Settings, problems: Problems): void {
  if (problems.concern("adminPrincipals") || adminPrincipals.length > 0) return;
  problems.add(
    "adminPrincipals",
    adminPrincipals,
    "at least one; without any, nobody could ever change a repository's policy again",
  );
}

/** The run pushes images, and its next run again: it must not lock itself out. */
function judgeCaller(
  settings: Settings,
  services: readonly BoardService[],
  environment: Environment,
  problems: Problems,
): void {
  const lists = services.map(({ spec }) => `services.${spec.name}.pushPrincipals`);
  if (problems.concern("pushPrincipals", "adminPrincipals", ...lists)) return;
  const closed = services.filter(
    ({ access }) => ![...access.push, ...access.administer].some((arn) => isCaller(environment, arn)),
  );
  if (closed.length === 0) return;
  problems.add(
    "pushPrincipals",
    settings.pushPrincipals,
    `lists, here or in adminPrincipals, that name the caller of this run: ${environment.callerArn} ` +
      `may not push ${closed.map(({ spec }) => spec.name).join(", ")}`,
  );
}
