import { EXIT } from "../../model/exit-code.ts";
import { addScores, formatScore, parseScore } from "../../score/score.ts";
import { parseDurationMs } from "../../time/duration.ts";
import { readSections } from "../cib/cib-access.ts";
import { askStatus } from "../cluster/crm-node.ts";
import type { Answer } from "../frame/answer.ts";
import { helpText } from "../frame/help-text.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { crmResource } from "../resource/crm-resource.ts";
import { findPairs } from "./attribute-pairs.ts";
import { callTool } from "./attribute-wrapper.ts";
import { readNode } from "./read-node.ts";

const TOOL = "crm_failcount";
const IGNORED = ["attr-id", "lifetime"];

const description: ToolDescription = {
  tool: TOOL,
  summary: "query or delete resource fail counts",
  options: [
    { name: "query", short: "G", group: "Commands", help: "Query the current value of the resource's fail count" },
    { name: "delete", short: "D", group: "Commands", help: "Delete resource's recorded failures" },
    { name: "resource", short: "r", argument: "value", group: "Additional Options", help: "Name of the resource to use (required)" },
    { name: "operation", short: "n", argument: "value", group: "Additional Options", help: "Operation to use (instead of all)" },
    { name: "interval", short: "I", argument: "value", group: "Additional Options", help: "If operation is specified, its interval" },
    { name: "node", short: "N", argument: "value", group: "Additional Options", help: "Use failcount on named node (not the local one)" },
    { name: "quiet", short: "q", group: "Additional Options", help: "Print only the value (if querying)" },
    { name: "Quiet", short: "Q", help: "", isHidden: true },
    { name: "get-value", help: "", isHidden: true },
    { name: "delete-attr", help: "", isHidden: true },
    { name: "resource-id", argument: "value", help: "", isHidden: true },
    { name: "uname", short: "U", argument: "value", help: "", isHidden: true },
    { name: "attr-value", short: "v", argument: "value", help: "", isHidden: true },
    { name: "attr-id", short: "i", argument: "value", help: "", isHidden: true },
    { name: "lifetime", short: "l", argument: "value", help: "", isHidden: true },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const warnings = parsed.given
    .filter(({ name, value }) => IGNORED.includes(name) || (name === "attr-value" && value !== "0"))
    .map(({ name }) => `warning: ignoring deprecated option '--${name}'${name === "attr-value" ? " with nonzero value" : ""}`);
  const answer = await work(parsed, ports);
  return { ...answer, errors: [...warnings, ...(answer.errors ?? [])] };
}

async function work(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const verb = parsed.given.findLast(
    ({ name, value }) => ["query", "get-value", "delete", "delete-attr"].includes(name) || (name === "attr-value" && value === "0"),
  );
  const resource = optionValue(parsed, "resource") ?? optionValue(parsed, "resource-id");
  if (!verb) return wrongCall("must specify a command");
  if (!resource) return wrongCall("resource name required");
  const node = optionValue(parsed, "node") ?? optionValue(parsed, "uname") ?? (await askStatus(ports)).node;
  const operation = optionValue(parsed, "operation");
  const intervalMs = parseDurationMs(optionValue(parsed, "interval") ?? "0") ?? 0;
  if (verb.name === "query" || verb.name === "get-value") return query(parsed, ports, { node, resource, operation, intervalMs });
  const only = operation === undefined ? [] : ["-n", operation, "-I", `${intervalMs}ms`];
  return callTool(crmResource, ["--cleanup", "-N", node, "-r", resource, ...only], ports);
}

function wrongCall(text: string): Answer {
  return { exitCode: EXIT.usage, errors: [`error: ${text}`], text: `\n${helpText(description)}` };
}

interface Wanted {
  readonly node: string;
  readonly resource: string;
  readonly operation: string | undefined;
  readonly intervalMs: number;
}

/** The count of one operation or the sum of all; without one, the count that old versions kept per resource. */
async function query(parsed: ParsedOptions, ports: ToolPorts, { node, resource, operation, intervalMs }: Wanted): Promise<Answer> {
  const members = await readSections(ports, TOOL, ["nodes"]);
  const read = "error" in members ? members : await readNode(ports, TOOL, members.cib, node, true);
  if ("error" in read) return { exitCode: read.error.exitCode, errors: ["error: could not query CIB for fail counts"] };
  const pairs = read.node ? findPairs(read.cib, { scope: "status", node: read.node }) : [];
  const counts = new Map(pairs.map((pair) => [pair.get("name") ?? "", pair.get("value") ?? "0"]));
  const perResource = `fail-count-${resource}`;
  const wanted = operation === undefined ? perResource : `${perResource}#${operation}_${intervalMs}`;
  const values =
    operation === undefined
      ? [...counts].filter(([name]) => name.startsWith(`${perResource}#`)).map(([, value]) => value)
      : [counts.get(wanted) ?? "0"];
  const sum = formatScore(values.reduce((total, value) => addScores(total, parseScore(value) ?? 0), 0));
  const legacy = sum === "0" ? counts.get(perResource) : undefined;
  const [name, count] = legacy === undefined || legacy === "0" ? [wanted, sum] : [perResource, legacy];
  const isQuiet = hasOption(parsed, "quiet") || hasOption(parsed, "Quiet");
  return { text: isQuiet ? `${count}\n` : `scope=status  name=${name} value=${count}\n` };
}

/** `crm_failcount`. Source: crm_failcount(8) of Pacemaker 3.0.2. */
export const crmFailcount: Tool = { description, run };
