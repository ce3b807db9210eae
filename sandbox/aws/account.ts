import { EventEmitter } from "node:events";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { ResourceModel, Stored } from "../provider/model.js";

/** Who and where the simulated account is. */
export interface AccountIdentity {
  readonly accountId: string;
  readonly partition: string;
  /** Principal that the engine's calls are made by. */
  readonly callerArn: string;
}

/**
 * Everything that exists in the simulated AWS account, kept in one JSON file so that it survives a restart.
 * Emits `change` after every addition, change and removal.
 */
export class Account extends EventEmitter<{ change: [] }> {
  private readonly resources: Map<string, Map<string, Stored>>;
  private configuredRegion = "us-east-1";

  private constructor(
    readonly identity: AccountIdentity,
    private readonly file: string,
    stored: readonly Stored[],
  ) {
    super();
    this.setMaxListeners(0);
    this.resources = new Map();
    for (const resource of stored) this.ofType(resource.type).set(resource.id, resource);
  }

  /** Opens the account kept in `file`; an absent file is an empty account. */
  static open(file: string, identity: AccountIdentity): Account {
    return new Account(identity, file, readStored(file));
  }

  /** Region of the provider that was configured last. */
  get region(): string {
    return this.configuredRegion;
  }

  set region(region: string) {
    this.configuredRegion = region;
  }

  /** ARN of something in this account, e.g. `arn("ecr", "repository/users")`. Global services pass an empty region. */
  arn(service: string, resource: string, region = this.region): string {
    return `arn:${this.identity.partition}:${service}:${region}:${this.identity.accountId}:${resource}`;
  }

  get<I, A extends object>(model: ResourceModel<I, A>, id: string): Stored<I, A> | undefined {
    return this.ofType(model.type).get(id) as Stored<I, A> | undefined;
  }

  list<I, A extends object>(model: ResourceModel<I, A>): readonly Stored<I, A>[] {
    return [...this.ofType(model.type).values()] as unknown as Stored<I, A>[];
  }

  find<I, A extends object>(
    model: ResourceModel<I, A>,
    matches: (resource: Stored<I, A>) => boolean,
  ): Stored<I, A> | undefined {
    return this.list(model).find(matches);
  }

  /** All resources of every type, for reports. */
  all(): readonly Stored[] {
    return [...this.resources.values()].flatMap((byId) => [...byId.values()]);
  }

  put(resource: Stored): void {
    this.ofType(resource.type).set(resource.id, resource);
    this.changed();
  }

  remove(type: string, id: string): void {
    if (this.ofType(type).delete(id)) this.changed();
  }

  private ofType(type: string): Map<string, Stored> {
    let byId = this.resources.get(type);
    if (!byId) this.resources.set(type, (byId = new Map<string, Stored>()));
    return byId;
  }

  private changed(): void {
    const temporary = `${this.file}.new`;
    writeFileSync(temporary, JSON.stringify(this.all(), undefined, 1));
    renameSync(temporary, this.file);
    this.emit("change");
  }
}

function readStored(file: string): readonly Stored[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return JSON.parse(text) as Stored[];
}
