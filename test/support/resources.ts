import * as pulumi from "@pulumi/pulumi";

/** One resource that a program registered. */
export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  /** Carries the type of the parent: `…::parentType$type::name`. */
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the resources it waits for by `dependsOn`, sorted. */
  readonly dependsOn: readonly string[];
  readonly options: pulumi.ResourceOptions;
}

export interface Recording<Result> {
  readonly resources: readonly RecordedResource[];
  readonly result: Result;
  /** The one resource of this type and name. */
  readonly one: (type: string, name: string) => RecordedResource;
  /** All resources of this type, in order of registration. */
  readonly all: (type: string) => readonly RecordedResource[];
}

/** What the simulated account answers to the program's questions. */
export const simulatedCaller = "arn:aws:iam::123456789012:user/developer";

/**
 * Runs a Pulumi program over mocks and gathers what it registers.
 *
 * @param build creates the resources
 * @param preview whether nothing exists yet: what the provider would give is unknown then
 */
export async function recordResources<Result>(
  build: () => Result | Promise<Result>,
  { preview = false } = {},
): Promise<Recording<Result>> {
  const inputsOf = new Map<string, Record<string, unknown>>();
  const registered: {
    resource: pulumi.Resource;
    name: string;
    type: string;
    options: pulumi.ResourceOptions;
  }[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs: given, custom }) {
        const inputs = given as Record<string, unknown>;
        inputsOf.set(`${type} ${name}`, inputs);
        if (preview || !custom) return { id: undefined, state: inputs };
        return { id: `${name}-id`, state: { ...provided(name), ...inputs } };
      },
      call: ({ token }) => answers[token] ?? {},
    },
    "switchyard",
    "dev",
    preview,
  );

  let result: Result | undefined;
  // Pulumi's SDK reads a stack trace for every promise; mapped to the sources they would take most of the time.
  process.setSourceMapsEnabled(false);
  try {
    await pulumi.runtime.runInPulumiStack(async () => {
      pulumi.runtime.registerStackTransformation(({ resource, name, type, opts }) => {
        registered.push({ resource, name, type, options: opts });
        return undefined;
      });
      result = await build();
      return {};
    });
  } finally {
    process.setSourceMapsEnabled(true);
  }
  const resources = await Promise.all(
    registered.map(async ({ resource, name, type, options }) => ({
      type,
      name,
      options,
      urn: await valueOf(resource.urn),
      inputs: inputsOf.get(`${type} ${name}`) ?? {},
      dependsOn: await dependenciesOf(options),
    })),
  );

  const all = (type: string) => resources.filter((resource) => resource.type === type);
  const one = (type: string, name: string) => {
    const [found, ...others] = all(type).filter((resource) => resource.name === name);
    if (!found || others.length > 0) {
      throw new Error(
        `Expected one ${type} named ${name}, found: ${all(type)
          .map((other) => other.name)
          .join(", ")}`,
      );
    }
    return found;
  };
  return { resources, result: result as Result, one, all };
}

/** The value of an output that is known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => {
      resolve(value);
    });
  });
}

async function dependenciesOf({ dependsOn }: pulumi.ResourceOptions): Promise<readonly string[]> {
  const resources = [dependsOn ?? []].flat() as pulumi.Resource[];
  const urns = await Promise.all(resources.map((resource) => valueOf(resource.urn)));
  return urns.map((urn) => urn.split("::").at(-1) ?? "").sort();
}

function provided(name: string): Record<string, unknown> {
  return {
    name,
    arn: `arn:mock:${name}`,
    arnSuffix: `suffix/${name}`,
    dnsName: `${name}.example`,
    registryId: "123456789012",
    repositoryUrl: `registry.example/${name}`,
    digest: `sha256:${"0".repeat(64)}`,
  };
}

const answers: Readonly<Record<string, Record<string, unknown>>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: "123456789012", arn: simulatedCaller },
  "aws:index/getPartition:getPartition": { partition: "aws", dnsSuffix: "amazonaws.com" },
  "aws:index/getRegion:getRegion": { region: "us-east-1" },
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": { userName: "AWS", password: "token" },
};
