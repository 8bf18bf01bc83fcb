import { serviceCommand } from "../daemons/service-command.ts";
import { demoCommand } from "../lab/demo.ts";
import { labCommand } from "../lab/lab-command.ts";
import { needsUserNamespace, runInUserNamespace } from "../lab/rootless.ts";
import { corosyncConfTool } from "../tools/cluster/corosync-answers.ts";
import { completeValues } from "../tools/documentation/complete-values.ts";
import { explain } from "../tools/explain/explain.ts";
import { plan } from "../tools/explain/plan.ts";
import { whatIf } from "../tools/explain/what-if.ts";
import { helpTopic, parseOptions, UsageError } from "../tools/frame/option-table.ts";
import type { Tool } from "../tools/frame/tool.ts";
import { kodouCommand, kodouHelp, kodouUsage, ownArguments } from "../tools/kodou-commands.ts";
import { runOnSystem } from "./run-tool.ts";
import { simCommand } from "./sim-command.ts";
import { kodouVersion } from "./version.ts";

/** Commands that are tools: what they print can be had in every format. */
const TOOLS: ReadonlyMap<string, Tool> = new Map([
  ["explain", explain],
  ["plan", plan],
  ["what-if", whatIf],
  ["complete", completeValues],
  ["corosync-conf", corosyncConfTool],
]);

const isHelp = (word: string | undefined): boolean => word === undefined || word === "help" || word === "--help";

async function main(argv: readonly string[]): Promise<number> {
  const [verb, ...rest] = argv;
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const command = verb === undefined || TOOLS.has(verb) || verb === "lab" ? undefined : kodouCommand(verb);
  if (command) {
    if (helpTopic(parseOptions(command, rest)) !== undefined) {
      process.stdout.write(kodouHelp(command));
      return 0;
    }
  }
  const own = command ? ownArguments(command, rest) : rest;
  const tool = TOOLS.get(verb ?? "");
  if (tool) return runOnSystem(tool, rest);
  switch (verb) {
    case "start":
    case "stop":
    case "status":
    case "keygen": {
      const at = own.indexOf("--root");
      return serviceCommand(verb, at < 0 ? (process.env["KODOU_ROOT"] ?? "") : (own[at + 1] ?? ""), __dirname, say);
    }
    case "lab":
      if (needsUserNamespace() && !isHelp(rest[0])) return runInUserNamespace(__filename, argv);
      return labCommand(rest, { out: (text) => void process.stdout.write(text), error: (text) => void process.stderr.write(text) });
    case "sim":
      return simCommand(own, say);
    case "demo":
      if (needsUserNamespace()) return runInUserNamespace(__filename, argv);
      return demoCommand(own, __dirname);
    case "--version":
      say(kodouVersion);
      return 0;
    default:
      (isHelp(verb) ? process.stdout : process.stderr).write(kodouUsage(kodouVersion));
      return verb === "help" || verb === "--help" ? 0 : 64;
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(error instanceof UsageError ? `${text}\n` : `kodou: ${text}\n`);
    process.exitCode = error instanceof UsageError ? 64 : 1;
  },
);
