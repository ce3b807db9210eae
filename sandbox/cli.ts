import { join } from "node:path";
import { Command } from "commander";
import { CommandError } from "@pulumi/pulumi/automation";
import { ConfigCommands } from "./commands/config.js";
import { destroy, stop, type DestroyOptions } from "./commands/destroy.js";
import type { Project, Terminal } from "./commands/operation.js";
import { withOperation, withStack, type OperationOptions, type StackOptions } from "./commands/options.js";
import { output } from "./commands/output.js";
import { preview } from "./commands/preview.js";
import { logs, status, statusTable } from "./commands/status.js";
import { up, type UpOptions } from "./commands/up.js";

const directory = join(__dirname, "..");
const defaultHome = join(directory, ".sandbox");

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  progress: (sentence) => void process.stderr.write(`${sentence}\n`),
};

async function project(): Promise<Project> {
  const { default: program } = await import("../main/index.js");
  return { directory, program };
}

function print(value: unknown): void {
  terminal.out(`${typeof value === "string" ? value : JSON.stringify(value, undefined, 2)}\n`);
}

function cli(): Command {
  const program = new Command("sandbox")
    .description(
      "Runs the board on this machine: the real program on the real Pulumi engine, against an embedded AWS.",
    )
    .showHelpAfterError();
  const command = (name: string, description: string) =>
    withStack(program.command(name).description(description), defaultHome);
  const operation = (name: string, description: string) =>
    withOperation(program.command(name).description(description), defaultHome);

  operation("preview", "show what up would do, judged by the policy pack").action(
    async (options: OperationOptions) => {
      const result = await preview(await project(), options, terminal);
      if (options.json) print(result);
    },
  );
  operation("up", "bring the board up; it goes on running in the background")
    .option("-f, --skip-preview", "do not preview first")
    .action(async (options: UpOptions) => {
      const result = await up(await project(), options, terminal);
      if (options.json) print(result);
      else print(`The board answers at ${String(result.outputs.url)}`);
    });
  operation("destroy", "destroy every resource and stop the sandbox")
    .option("--remove", "remove the stack and its config, too")
    .action(async (options: DestroyOptions) => {
      const result = await destroy(await project(), options, terminal);
      if (options.json) print(result);
    });
  command("output", "show the stack's outputs")
    .argument("[name]", "one output")
    .option("-j, --json", "write as JSON")
    .action((name: string | undefined, options: StackOptions) => print(output(options, name)));
  command("status", "show what runs")
    .option("-j, --json", "write as JSON")
    .action(async (options: StackOptions & { json?: boolean }) => {
      const found = await status(options);
      if (options.json) print(found ?? { running: false });
      else print(found ? statusTable(found) : `The sandbox of stack '${options.stack}' does not run.`);
    });
  command("logs", "show what the services printed")
    .argument("[service]", "one service")
    .option("-f, --follow", "go on until Ctrl-C")
    .action((service: string | undefined, options: StackOptions & { follow?: boolean }) =>
      logs(options, service, terminal.out),
    );
  command("stop", "stop every process; the stack and its data stay, and up starts them again").action(
    async (options: StackOptions) =>
      print((await stop(options)) ? "Stopped." : `The sandbox of stack '${options.stack}' does not run.`),
  );
  addConfigCommands(command("config", "show the stack's config; set, get and rm change it"));
  return program;
}

function addConfigCommands(config: Command): void {
  const commands = (command: Command) =>
    new ConfigCommands(directory, command.optsWithGlobals<StackOptions>());
  config
    .option("-j, --json", "write as JSON")
    .action((options: { json?: boolean }, command: Command) =>
      print(commands(command).list(options.json ?? false)),
    );
  config
    .command("set <key> <value>")
    .description("keep a value for the sandboxed stack")
    .action((key: string, value: string, _options, command: Command) => commands(command).set(key, value));
  config
    .command("get <key>")
    .description("show a value")
    .action((key: string, _options, command: Command) => print(commands(command).get(key)));
  config
    .command("rm <key>")
    .description("forget a value set for the sandboxed stack")
    .action((key: string, _options, command: Command) => commands(command).remove(key));
}

cli()
  .parseAsync()
  .catch((error: Error) => {
    // The engine has said on standard output why an operation failed.
    const reason =
      error instanceof CommandError ? "The operation failed; the reason is above." : error.message;
    terminal.progress(reason);
    process.exitCode = 1;
  });
