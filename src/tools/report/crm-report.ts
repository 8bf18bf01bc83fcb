import { EXIT } from "../../model/exit-code.ts";
import { clusterPaths } from "../../model/paths.ts";
import type { CollectScope } from "../../node/interface/errand.ts";
import { element, textElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions } from "../frame/option-table.ts";
import type { Tool, ToolPorts, ToolResult } from "../frame/tool.ts";
import { collectInto } from "./collect-into.ts";
import { CRM_REPORT } from "./crm-report-options.ts";
import { type ReportPlan, writeReport } from "./write-report.ts";

const TOOL = "crm_report";
const DATE_MS = 5000;
/** Collected around the period too. Source: crm_report of Pacemaker 3.0.2. */
const MARGIN_SECONDS = 10;
const DEFAULT_LOG_PATTERNS = ["CRIT:", "ERROR:", " error: ", " crit: "];

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer | ToolResult> {
  if (hasOption(parsed, "features")) return { text: "3.0.2 (kodou): cibsecrets generated-manpages heartbeat lsb systemd\n", parts: [] };
  const file = optionValue(parsed, "collect-into");
  if (file !== undefined) return collectInto(ports, file);
  const plan = await planOf(parsed, ports);
  if (typeof plan === "string") return refusal(TOOL, EXIT.error, plan);
  const { exitCode, lines, nodes, path } = await writeReport(ports, plan);
  // People read what happened on the standard error, whether it went well or not.
  const isText = (optionValue(parsed, "output-as") ?? "text") === "text";
  const collected = nodes.map((name) => element("node", { name }));
  const part = element("report", { path }, [...collected, ...lines.map((line) => textElement("remark", {}, line))]);
  return { exitCode, errors: isText ? lines : lines.filter((line) => line.startsWith("ERROR: ")), parts: [part] };
}

/** What is to be collected and where it goes, or why the call is wrong. */
async function planOf(parsed: ParsedOptions, ports: ToolPorts): Promise<ReportPlan | string> {
  const all = (name: string): string[] => parsed.given.flatMap((option) => (option.name === name ? [option.value ?? ""] : []));
  const from = optionValue(parsed, "from");
  if (from === undefined) return "ERROR: Not sure what to do, no time range to extract: give --from";
  const [fromEpochSeconds, toEpochSeconds] = await Promise.all(
    [from, optionValue(parsed, "to") ?? "now"].map((text) => epochOf(ports, text)),
  );
  if (fromEpochSeconds === undefined) return `ERROR: '${from}' is no time: see date(1), for instance "2026-12-14 13:05:00"`;
  if (toEpochSeconds === undefined) return `ERROR: '${optionValue(parsed, "to")}' is no time: see date(1)`;
  if (toEpochSeconds < fromEpochSeconds) return "ERROR: the end of the period is before its beginning";
  for (const pattern of [...all("sanitize"), ...all("log-pattern")]) {
    const problem = patternProblem(pattern);
    if (problem !== undefined) return `ERROR: '${pattern}' is no regular expression: ${problem}`;
  }
  if (parsed.words.length > 1) return `ERROR: one destination is enough: ${parsed.words.join(" ")}`;
  const scope: CollectScope = {
    fromEpochSeconds: fromEpochSeconds - MARGIN_SECONDS,
    toEpochSeconds: toEpochSeconds + MARGIN_SECONDS,
    masks: all("sanitize"),
    logPatterns: [...DEFAULT_LOG_PATTERNS, ...all("log-pattern")],
    extraLogs: all("logfile"),
    searchesLogs: !hasOption(parsed, "no-search"),
  };
  const named = [...all("nodes"), ...all("node")].flatMap((text) => text.split(/[\s,]+/)).filter((name) => name !== "");
  const here = await nodeHere(ports);
  const isAlone = hasOption(parsed, "single-node") || hasOption(parsed, "sos-mode");
  const nodes = isAlone ? [here.name] : named.length > 0 ? [...new Set(named)] : (here.nodes ?? storedNodes(ports));
  const asked = optionValue(parsed, "dest") ?? parsed.words[0];
  const home = ports.environment("HOME") ?? "/tmp";
  return {
    scope,
    here: here.name,
    isActive: here.nodes !== undefined,
    nodes: nodes.length > 0 ? nodes : [here.name],
    destination: asked?.replace(/\.tar(\.\w+)?$/, "").replace(/\/+$/, "") ?? `${home}/pcmk-${label(ports)}`,
    isDirectory: hasOption(parsed, "as-directory"),
    argv: parsed.argv,
  };
}

/** Time as date(1) reads it, in this machine's time zone. */
async function epochOf(ports: ToolPorts, text: string): Promise<number | undefined> {
  const read = await ports.runProgram({ argv: ["date", "-d", text, "+%s"], environment: { LC_ALL: "C" }, timeoutMs: DATE_MS });
  return text.trim() !== "" && read.exitCode === 0 ? Number(read.stdout) : undefined;
}

function patternProblem(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** This node's name; all nodes when the cluster is active here. */
async function nodeHere(ports: ToolPorts): Promise<{ name: string; nodes?: readonly string[] }> {
  try {
    const status = (await ports.ask({ op: "status" })).data as { node: string; peers: readonly { node: string }[] };
    return { name: status.node, nodes: status.peers.map((peer) => peer.node) };
  } catch {
    return { name: ports.hostName().toLowerCase() };
  }
}

function storedNodes(ports: ToolPorts): string[] {
  const read = ports.readFile(`${clusterPaths(ports.environment("KODOU_ROOT") ?? "").cibFolder}/cib.xml`);
  const cib = "text" in read ? parseXml(read.text) : undefined;
  const nodes = cib?.ok ? cib.value.descend("configuration", "nodes")?.children : undefined;
  return (nodes ?? []).flatMap((node) => node.get("uname") ?? []);
}

/** `Sat-21-Nov-2026`. */
function label(ports: ToolPorts): string {
  const [weekday, month, day, , year] = ports.dateText(ports.epochSeconds()).split(/\s+/);
  return `${weekday}-${day}-${month}-${year}`;
}

/** `crm_report`. Source: crm_report(8) of Pacemaker 3.0.2. Nodes are asked through the cluster's own messages, not by ssh. */
export const crmReport: Tool = { description: CRM_REPORT, run };
