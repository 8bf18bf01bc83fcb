import { corosyncConfTool } from "./cluster/corosync-answers.ts";
import { explain } from "./explain/explain.ts";
import { plan } from "./explain/plan.ts";
import { whatIf } from "./explain/what-if.ts";
import { parseOptions, type ToolDescription, UsageError } from "./frame/option-table.ts";

const ROOT = { name: "root", argument: "DIR", help: "Prefix of all paths, for several nodes on one machine" } as const;

/** Commands of this machine's daemon. */
const service = (verb: string, summary: string): ToolDescription => ({ tool: `kodou ${verb}`, summary, options: [ROOT] });

/** Every command of `kodou`: what it is for and its options. The one table behind the parser, the help, the manual and completion. */
export const KODOU_COMMANDS: readonly ToolDescription[] = [
  service("start", "start this machine's cluster daemon, and wait until it answers"),
  service("stop", "move everything away from this machine and stop its cluster daemon"),
  service("status", "show members, links and what the cluster daemon is doing"),
  service("keygen", "make a new authkeys file, with a random key"),
  {
    tool: "kodou demo",
    summary: "make a cluster on this machine that fails over, and show what happens",
    options: [
      { name: "keep", help: "Leave the cluster up to play with" },
      { name: "json", help: "Print the figures as one last line of JSON" },
    ],
  },
  {
    tool: "kodou sim",
    summary: "run a cluster in simulated time under faults, and check what must always hold",
    options: [
      { name: "seed", argument: "S", help: "Run this seed" },
      { name: "seeds", argument: "A-B", help: "Run these seeds" },
      { name: "nodes", argument: "N", help: "Number of nodes, 1 to 16 (default: 3)" },
      { name: "minutes", argument: "T", help: "Simulated time in minutes (default: 10)" },
    ],
  },
  { ...explain.description, parameters: "RESOURCE" },
  plan.description,
  whatIf.description,
  corosyncConfTool.description,
  {
    tool: "kodou lab",
    summary: "make machines of namespaces on this one; kodou lab help says more",
    parameters: "up|status|exec|spawn|kill|boot|freeze|thaw|cut|heal|fence|watch|down",
    options: [
      { name: "tag", argument: "TAG", help: "Name of the lab" },
      { name: "names", argument: "A,B,...", help: "Names of the nodes" },
      { name: "bind", argument: "PATH", help: "A folder of the host that nodes see too" },
      { name: "boot", argument: "COMMAND", help: "What runs in a node after it was rebooted by fencing" },
    ],
  },
];

/** The command with this verb. */
export function kodouCommand(verb: string): ToolDescription | undefined {
  return KODOU_COMMANDS.find((command) => command.tool === `kodou ${verb}`);
}

/** What `kodou --help` prints. */
export function kodouUsage(version: string): string {
  const lines = KODOU_COMMANDS.map(({ tool, summary }) => `  ${tool.padEnd(21)}${summary.split(/\n|\. |: kodou/)[0]}`);
  return [
    `kodou ${version} - cluster resource manager`,
    "",
    ...lines,
    "",
    "Options of a command: kodou COMMAND --help.",
    "The cluster is looked at and changed with crm_mon, cibadmin, crm_resource, crm_attribute, crm_node, stonith_admin, ...",
    "",
  ].join("\n");
}

/** What `kodou COMMAND --help` prints for a command that is no tool: it has its own options only. */
export function kodouHelp({ tool, summary, options }: ToolDescription): string {
  const shown = options.map(
    ({ name, argument, help }) => `  ${`--${name}${argument === undefined ? "" : `=${argument}`}`.padEnd(18)}${help}`,
  );
  return [`Usage:\n  ${tool} [OPTION...]`, summary, `Options:\n${[...shown, "  --help            Show this text"].join("\n")}\n`].join(
    "\n\n",
  );
}

/** The arguments of such a command in one spelling, `--name value`; throws UsageError for others than its own. */
export function ownArguments(command: ToolDescription, argv: readonly string[]): string[] {
  const parsed = parseOptions(command, argv);
  const other = parsed.given.find(({ name }) => !command.options.some((option) => option.name === name));
  if (other) throw new UsageError(`${command.tool}: Unknown option --${other.name}`);
  if (parsed.words.length > 0) throw new UsageError(`${command.tool}: unknown word ${parsed.words[0]}; see ${command.tool} --help`);
  return parsed.given.flatMap(({ name, value }) => [`--${name}`, ...(value === undefined ? [] : [value])]);
}
