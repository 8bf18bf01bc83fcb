import { EXIT } from "../../model/exit-code.ts";
import type { CollectScope } from "../../node/interface/errand.ts";
import type { ToolPorts } from "../frame/tool.ts";
import { collectNode } from "./collect-node.ts";
import { compareNodes } from "./compare-nodes.ts";
import { fetchNode } from "./fetch-node.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const PACK_MS = 300_000;

/** What is to be collected from where, and where it goes. */
export interface ReportPlan {
  readonly scope: CollectScope;
  /** Name of this node. */
  readonly here: string;
  /** True when the cluster is active on this node. */
  readonly isActive: boolean;
  readonly nodes: readonly string[];
  /** Path of the result, without the ending of an archive. */
  readonly destination: string;
  readonly isDirectory: boolean;
  readonly argv: readonly string[];
}

/** What came of it. */
export interface ReportResult {
  readonly exitCode: number;
  /** What happened, for people, line by line. */
  readonly lines: readonly string[];
  /** Nodes from which something was collected. */
  readonly nodes: readonly string[];
  /** The archive or folder; undefined when there is none. */
  readonly path: string | undefined;
}

const failed = (exitCode: number, lines: readonly string[]): ReportResult => ({ exitCode, lines, nodes: [], path: undefined });

/** Collects from all nodes and leaves the result as a folder or an archive. */
export async function writeReport(ports: ToolPorts, plan: ReportPlan): Promise<ReportResult> {
  const taken = await ports.runProgram({ argv: ["test", "-e", plan.destination], environment: {}, timeoutMs: PACK_MS });
  if (taken.exitCode === 0) return failed(EXIT.error, [`ERROR: ${plan.destination} already exists, specify an alternate name with --dest`]);
  const work = async (folder: string): Promise<ReportResult> => {
    const name = plan.destination.slice(plan.destination.lastIndexOf("/") + 1);
    const report = `${folder}/${name}`;
    const summary: string[] = [];
    const say = (text: string): void => void summary.push(`${`${plan.here}:`.padEnd(10)}  ${text}`);
    say(`Collecting data from ${plan.nodes.join(" ")} (${period(ports, plan.scope)})`);
    const collected: string[] = [];
    for (const node of plan.nodes) {
      const problem = await collect(ports, plan, node, report);
      if (problem === undefined) collected.push(node);
      else say(`WARN: nothing was collected from ${node}: ${problem}`);
      const remarks = ports.readFile(`${report}/${node}/remarks.txt`);
      if ("text" in remarks) for (const line of remarks.text.split("\n")) if (line !== "") say(`WARN: ${node}: ${line}`);
    }
    if (collected.length === 0) return failed(EXIT.error, [...summary, "ERROR: nothing was collected"]);
    const problem = await finish(ports, plan, report, collected, summary);
    if (problem !== undefined) return failed(EXIT.cannotCreate, [...summary, `ERROR: ${problem}`]);
    const result = await deliver(ports, plan, folder, name);
    if ("problem" in result) return failed(EXIT.cannotCreate, [...summary, `ERROR: ${result.problem}`]);
    say(`Collected results are available in ${result.path}`);
    return { exitCode: EXIT.ok, lines: summary, nodes: collected, path: result.path };
  };
  return inTemporaryFolder(ports, work, (problem) => failed(EXIT.cannotCreate, [`ERROR: ${problem}`]));
}

async function collect(ports: ToolPorts, plan: ReportPlan, node: string, report: string): Promise<string | undefined> {
  const made = await ports.runProgram({ argv: ["mkdir", "-p", "-m", "700", report], environment: {}, timeoutMs: PACK_MS });
  if (made.exitCode !== 0) return made.stderr.trim();
  if (node === plan.here) {
    const { remarks } = await collectNode(plan.scope, `${report}/${node}`, ports);
    if (remarks.length > 0)
      ports.writeFile(`${report}/${node}/remarks.txt`, remarks.map((line) => `${line}\n`).join(""), { areFoldersMade: true });
    return undefined;
  }
  if (!plan.isActive) return "the cluster is not active on this node, and nodes are asked through the cluster; run crm_report -S there";
  return fetchNode(ports, node, plan.scope, report);
}

/** Writes what concerns all nodes. */
async function finish(ports: ToolPorts, plan: ReportPlan, report: string, nodes: readonly string[], summary: readonly string[]) {
  const read = (path: string): string => {
    const file = ports.readFile(`${report}/${path}`);
    return "text" in file ? file.text : "";
  };
  const events = nodes.flatMap((node) => read(`${node}/events.txt`).split("\n")).filter((line) => line !== "");
  const description = [
    `Date: ${ports.dateText(ports.epochSeconds())}`,
    `By: crm_report (kodou ${ports.version}) ${plan.argv.join(" ")}`,
    `Period: ${period(ports, plan.scope)}`,
    `Nodes: ${nodes.join(" ")}`,
    "",
    "What was expected, and what happened instead:",
    "",
  ];
  const files: Readonly<Record<string, string>> = {
    "analysis.txt": (await compareNodes(ports, report, nodes)) + nodes.map((node) => `\n${read(`${node}/analysis.txt`)}`).join(""),
    "events.txt": events
      .sort()
      .map((line) => `${line}\n`)
      .join(""),
    "description.txt": `${description.join("\n")}\n`,
    "report.summary": summary.map((line) => `${line}\n`).join(""),
  };
  for (const [name, text] of Object.entries(files)) {
    const problem = ports.writeFile(`${report}/${name}`, text, { areFoldersMade: true });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Moves the folder to its place, or packs it: bzip2 as crmsh likes it, gzip where there is none. */
async function deliver(ports: ToolPorts, plan: ReportPlan, folder: string, name: string): Promise<{ path: string } | { problem: string }> {
  const run = (argv: readonly string[]) => ports.runProgram({ argv, environment: {}, timeoutMs: PACK_MS });
  if (plan.isDirectory) {
    const moved = await run(["cp", "-a", "--", `${folder}/${name}`, plan.destination]);
    return moved.exitCode === 0 ? { path: plan.destination } : { problem: moved.stderr.trim() };
  }
  const hasBzip2 = (await run(["bzip2", "--help"])).exitCode === 0;
  const path = `${plan.destination}.tar.${hasBzip2 ? "bz2" : "gz"}`;
  const script = 'umask 077; set -C; tar -c "$3" -f - -C "$2" -- "$4" > "$1"';
  const packed = await run(["sh", "-c", script, "sh", path, folder, hasBzip2 ? "-j" : "-z", name]);
  return packed.exitCode === 0 ? { path } : { problem: `cannot write ${path}: ${packed.stderr.trim()}` };
}

function period(ports: ToolPorts, scope: CollectScope): string {
  return `${ports.dateText(scope.fromEpochSeconds)} to ${ports.dateText(scope.toEpochSeconds)}`;
}
