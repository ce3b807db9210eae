import { join } from "node:path";

/** Folders and files of one sandboxed stack; everything the sandbox writes lies under `root`. */
export interface SandboxHome {
  /** The stack's name. */
  readonly stack: string;
  readonly root: string;
  /** Pulumi's file backend. */
  readonly backend: string;
  /** PULUMI_HOME of the engine, so that the user's own is not touched. */
  readonly pulumi: string;
  /** Where the engine runs, with the project and stack settings it reads. */
  readonly workspace: string;
  /** Config given by `-c`, kept for the next command. */
  readonly config: string;
  /** Records of the simulated account. */
  readonly account: string;
  readonly registry: string;
  readonly runtime: string;
  /** Address of the running daemon. */
  readonly daemon: string;
  readonly daemonLog: string;
  /** Process id of the engine while it runs. */
  readonly engine: string;
}

/**
 * The home of a stack's sandbox.
 * @param base folder that holds all sandboxes, by default `.sandbox` in the project
 */
export function sandboxHome(base: string, stack: string): SandboxHome {
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(stack)) {
    throw new Error(
      `'${stack}' is no stack name: letters, digits, hyphens, underscores and full stops are allowed, at most 100`,
    );
  }
  const root = join(base, stack);
  return {
    stack,
    root,
    backend: join(root, "backend"),
    pulumi: join(root, "pulumi"),
    workspace: join(root, "workspace"),
    config: join(root, "config.json"),
    account: join(root, "account.json"),
    registry: join(root, "registry"),
    runtime: join(root, "runtime"),
    daemon: join(root, "daemon.json"),
    daemonLog: join(root, "daemon.log"),
    engine: join(root, "engine.json"),
  };
}
