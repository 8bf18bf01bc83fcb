import { serviceCommand } from "../daemons/service-command.ts";
import { demoCommand } from "../lab/demo.ts";
import { labCommand } from "../lab/lab-command.ts";
import { needsUserNamespace, runInUserNamespace } from "../lab/rootless.ts";
import { explain } from "../tools/explain/explain.ts";
import { plan } from "../tools/explain/plan.ts";
import { whatIf } from "../tools/explain/what-if.ts";
import { runOnSystem } from "./run-tool.ts";
import { simCommand } from "./sim-command.ts";
import { kodouVersion } from "./version.ts";

const USAGE = `kodou ${kodouVersion} - cluster resource manager

  kodou start | stop | status [--root DIR]   this machine's cluster daemon
  kodou keygen [--root DIR]                  a new authkeys file
  kodou demo [--keep] [--json]               a cluster on this machine that fails over
  kodou sim [--seed S | --seeds A-B] [--nodes N] [--minutes T]
                                             a cluster in simulated time under faults; checks what must always hold
  kodou explain RESOURCE [--node NODE] [-x FILE]
                                             where a resource runs, and why: every score, veto and obstacle
        ... --what-if 'RESOURCE on NODE'     the smallest changes that make it so (or: running, stopped, promoted)
  kodou plan -x FILE | --patch FILE | --shadow NAME [--current FILE]
                                             what a change would cause, what it would stop, and for how long
  kodou what-if --node-down NODE ... | --any N [-x FILE]
                                             what happens when nodes die, and what does not survive it
  kodou lab ...                              machines made of namespaces (kodou lab help)

The cluster is looked at and changed with crm_mon, cibadmin, crm_resource, crm_attribute, crm_node, stonith_admin, ...
`;

const isHelp = (word: string | undefined): boolean => word === undefined || word === "help" || word === "--help";

async function main(argv: readonly string[]): Promise<number> {
  const [verb, ...rest] = argv;
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  switch (verb) {
    case "start":
    case "stop":
    case "status":
    case "keygen": {
      const at = rest.indexOf("--root");
      return serviceCommand(verb, at < 0 ? (process.env["KODOU_ROOT"] ?? "") : (rest[at + 1] ?? ""), __dirname, say);
    }
    case "lab":
      if (needsUserNamespace() && !isHelp(rest[0])) return runInUserNamespace(__filename, argv);
      return labCommand(rest, { out: (text) => void process.stdout.write(text), error: (text) => void process.stderr.write(text) });
    case "sim":
      return simCommand(rest, say);
    case "explain":
      return runOnSystem(explain, rest);
    case "plan":
      return runOnSystem(plan, rest);
    case "what-if":
      return runOnSystem(whatIf, rest);
    case "demo":
      if (needsUserNamespace()) return runInUserNamespace(__filename, argv);
      return demoCommand(rest, __dirname);
    case "--version":
      say(kodouVersion);
      return 0;
    default:
      (isHelp(verb) ? process.stdout : process.stderr).write(USAGE);
      return verb === "help" || verb === "--help" ? 0 : 64;
  }
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`kodou: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
