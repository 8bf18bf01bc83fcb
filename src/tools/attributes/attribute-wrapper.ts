import { askStatus } from "../cluster/crm-node.ts";
import type { Answer } from "../frame/answer.ts";
import { optionValue, type ParsedOptions, parseOptions, type ToolOption } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { crmAttribute } from "./crm-attribute.ts";

/** Options of tools that are `crm_attribute` with something filled in. */
export const NODE_OPTIONS: readonly ToolOption[] = [
  { name: "node", short: "N", argument: "NODE", group: "Additional Options", help: "Operate on the named node instead of the current one" },
  {
    name: "lifetime",
    short: "l",
    argument: "VALUE",
    group: "Additional Options",
    help: "Until when the setting takes effect: reboot, forever",
  },
  { name: "id", short: "i", argument: "VALUE", group: "Additional Options", help: "(Advanced) XML ID of the attribute" },
  { name: "quiet", short: "q", group: "Additional Options", help: "Print only the value (if querying)" },
  { name: "Quiet", short: "Q", help: "", isHidden: true },
  { name: "uname", short: "U", argument: "NODE", help: "", isHidden: true },
  { name: "get-value", help: "", isHidden: true },
  { name: "delete-attr", help: "", isHidden: true },
  { name: "attr-value", argument: "VALUE", help: "", isHidden: true },
  { name: "attr-id", argument: "VALUE", help: "", isHidden: true },
];

const CALLED_AS: Readonly<Record<string, string>> = {
  "attr-value": "update",
  "delete-attr": "delete",
  "get-value": "query",
  "attr-id": "id",
};
const PASSED_ON = ["query", "update", "delete", "lifetime", "id", "quiet", "Quiet"];

/** The options as `crm_attribute` is to be called with, the node left out. */
export function calledOptions(parsed: ParsedOptions): string[] {
  return parsed.given.flatMap(({ name, value }) => {
    const called = CALLED_AS[name] ?? name;
    if (!PASSED_ON.includes(called)) return [];
    return [value === undefined ? `--${called}` : `--${called}=${value}`];
  });
}

/** The node given, else the one this runs on. */
export async function nodeOrHere(parsed: ParsedOptions, ports: ToolPorts): Promise<string> {
  return optionValue(parsed, "node") ?? optionValue(parsed, "uname") ?? (await askStatus(ports)).node;
}

/** What `crm_attribute` answers to a call. */
export function callAttribute(argv: readonly string[], ports: ToolPorts): Promise<Answer> {
  return callTool(crmAttribute, argv, ports);
}

/** What another tool answers to a call, as an answer of text. */
export async function callTool(tool: Tool, argv: readonly string[], ports: ToolPorts): Promise<Answer> {
  const result = await tool.run(parseOptions(tool.description, argv), ports);
  return "stdout" in result
    ? { text: result.stdout, exitCode: result.exitCode, errors: result.stderr === "" ? [] : [result.stderr.trimEnd()] }
    : result;
}
