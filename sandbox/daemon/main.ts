import { mkdirSync } from "node:fs";
import { Account } from "../aws/account.js";
import { desiredOf } from "../aws/desired.js";
import { awsPackage } from "../aws/package.js";
import { dockerBuildPackage } from "../docker-build/package.js";
import { Registry } from "../docker-build/registry.js";
import { sandboxHome } from "../home.js";
import { Activity } from "../provider/activity.js";
import { servePackage } from "../provider/server.js";
import { Runtime } from "../runtime/runtime.js";
import { removeAddress, writeAddress } from "./address.js";
import { serveControl } from "./control.js";

/** The account that the sandbox stands for; the number is the one AWS's own documentation uses for examples. */
const identity = {
  accountId: "123456789012",
  partition: "aws",
  callerArn: "arn:aws:iam::123456789012:user/developer",
} as const;

/** Hosts a stack's account, what runs in it and the providers that the engine attaches to, until it is told to stop. */
async function main(base: string, stack: string, port: number): Promise<void> {
  const home = sandboxHome(base, stack);
  mkdirSync(home.runtime, { recursive: true });
  const account = Account.open(home.account, identity);
  const registry = new Registry(home.registry);
  const runtime = new Runtime({
    directory: home.runtime,
    port,
    images: registry,
    desired: () => desiredOf(account),
  });
  await runtime.start();
  account.on("change", () => void runtime.reconcile());

  const workloads = {
    loadBalancerAddress: `localhost:${port}`,
    waitForSteadyState: runtime.waitForSteadyState.bind(runtime),
    drained: runtime.drained.bind(runtime),
  };
  const world = { account, registry, workloads };
  const activity = new Activity();
  const packages = await Promise.all(
    [awsPackage(account), dockerBuildPackage].map((pkg) => servePackage(pkg, world, activity)),
  );

  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const control = await serveControl({ account, runtime, activity, stop });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, stop);
  writeAddress(home.daemon, {
    pid: process.pid,
    controlPort: control.port,
    token: control.token,
    port,
    packages: Object.fromEntries(packages.map((served) => [served.name, served.port])),
  });
  process.send?.({ ready: true });

  await stopped;
  for (const served of packages) served.close();
  await runtime.stop();
  await control.close();
  removeAddress(home.daemon);
}

const [base = "", stack = "", port = ""] = process.argv.slice(2);
main(base, stack, Number(port)).then(
  () => process.exit(0),
  (error: Error) => {
    process.send?.({ failed: error.message });
    console.error(error.stack);
    process.exit(1);
  },
);
