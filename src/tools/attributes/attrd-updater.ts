import { userPattern } from "../../base/user-pattern.ts";
import { expandScore } from "../../cib/perform.ts";
import { EXIT } from "../../model/exit-code.ts";
import { element } from "../../xml/element.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { unusablePattern } from "./attribute-pairs.ts";

const TOOL = "attrd_updater";
const ATTRIBUTE = "Required Arguments";
const COMMANDS = "Command";
const ADDITIONAL = "Additional Options";
const CHANGES = ["update", "update-old", "update-both", "delete"];

const description: ToolDescription = {
  tool: TOOL,
  groupKeys: { [ATTRIBUTE]: "required", [COMMANDS]: "command" },
  summary: "query and update Pacemaker node attributes",
  options: [
    { name: "name", short: "n", argument: "NAME", group: ATTRIBUTE, help: "The attribute's name" },
    { name: "pattern", short: "P", argument: "PATTERN", group: ATTRIBUTE, help: "Operate on all attributes matching this pattern" },
    { name: "update", short: "U", argument: "VALUE", group: COMMANDS, help: "Update the attribute's value" },
    { name: "update-both", short: "B", argument: "VALUE", group: COMMANDS, help: "Update the attribute's value and its delay" },
    { name: "update-delay", short: "Y", group: COMMANDS, help: "Update the attribute's delay only" },
    { name: "query", short: "Q", group: COMMANDS, help: "Query the attribute's value" },
    { name: "delete", short: "D", group: COMMANDS, help: "Unset the attribute" },
    { name: "refresh", short: "R", group: COMMANDS, help: "(Advanced) Write all values again" },
    { name: "delay", short: "d", argument: "TIME", group: ADDITIONAL, help: "Time to wait for more changes before writing" },
    { name: "set", short: "s", argument: "ID", group: ADDITIONAL, help: "(Advanced) The set of attributes" },
    { name: "node", short: "N", argument: "NODE", group: ADDITIONAL, help: "Set the attribute for this node (not the local one)" },
    { name: "all", short: "A", group: ADDITIONAL, help: "Show values of the attribute for all nodes (with --query)" },
    { name: "lifetime", short: "l", argument: "TIME", group: ADDITIONAL, help: "(Ignored) Lifetime of the attribute" },
    { name: "private", short: "p", group: ADDITIONAL, help: "Never write the attribute to the configuration" },
    { name: "wait", short: "W", argument: "UNTIL", group: ADDITIONAL, help: "How far a change must have come: no, local or cluster" },
    { name: "utilization", short: "z", group: ADDITIONAL, help: "Operate on a utilization attribute" },
    { name: "update-old", short: "v", argument: "VALUE", help: "", isHidden: true },
    { name: "quiet", short: "q", help: "", isHidden: true },
    { name: "section", short: "S", argument: "SECTION", help: "", isHidden: true },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  // Values are written at once and every member has them: there is nothing to write again, and no delay to change.
  if (hasOption(parsed, "refresh") || hasOption(parsed, "update-delay")) return {};
  const name = optionValue(parsed, "name");
  const pattern = optionValue(parsed, "pattern");
  const change = parsed.given.findLast((option) => CHANGES.includes(option.name));
  if (name === undefined && pattern === undefined) return refusal(TOOL, EXIT.usage, "Command requires --name or --pattern argument");
  if (name !== undefined && pattern !== undefined) return refusal(TOOL, EXIT.usage, "--name and --pattern cannot be used at the same time");
  const node = nodeOf(parsed, ports);
  if (!change && pattern !== undefined) return refusal(TOOL, EXIT.usage, "pattern can only be used with update or delete");
  if (!change) return query(parsed, ports, name ?? "", node);
  const matcher = userPattern(pattern ?? "");
  if (!matcher) return refusal(TOOL, EXIT.usage, unusablePattern(pattern ?? ""));
  const names = name === undefined ? await matching(ports, matcher, node) : [name];
  for (const one of names) {
    const value = change.name === "delete" ? undefined : await valueFor(ports, one, node, change.value ?? "");
    const request = { op: "attribute-set" as const, name: one, ...(node === undefined ? {} : { node }) };
    const reply = await ports.ask(value === undefined ? request : { ...request, value });
    if (reply.exitCode !== EXIT.ok) return refusal(TOOL, reply.exitCode, `Could not update ${one}=${value ?? ""}: ${reply.message}`);
  }
  return {};
}

/** The node meant; an agent is told which one it runs for. */
function nodeOf(parsed: ParsedOptions, ports: ToolPorts): string | undefined {
  const given = optionValue(parsed, "node");
  if (given !== undefined && given !== "auto" && given !== "localhost") return given;
  return ports.environment("OCF_RESKEY_CRM_meta_on_node");
}

interface Value {
  readonly node: string;
  readonly value: string;
}

async function valuesOf(ports: ToolPorts, name: string, node: string | undefined): Promise<readonly Value[]> {
  const reply = await ports.ask({ op: "attribute-query", name, ...(node === undefined ? {} : { node }) });
  return (reply.data ?? []) as readonly Value[];
}

/** `value++` and `value+=N` count from the present value. */
async function valueFor(ports: ToolPorts, name: string, node: string | undefined, value: string): Promise<string> {
  if (!/^value\+/.test(value)) return value;
  const here = node ?? (await localNode(ports));
  const [present] = await valuesOf(ports, name, here);
  return expandScore(present?.value ?? "0", "value", value);
}

async function localNode(ports: ToolPorts): Promise<string> {
  const reply = await ports.ask({ op: "status" });
  return (reply.data as { readonly node: string }).node;
}

async function matching(ports: ToolPorts, pattern: RegExp, node: string | undefined): Promise<string[]> {
  const here = node ?? (await localNode(ports));
  const path = `/cib/status/node_state[@uname='${here}']/transient_attributes/instance_attributes/nvpair`;
  const reply = await ports.ask({ op: "cib", client: TOOL, request: { operation: "query", xpath: path } });
  const names = [...(reply.output ?? "").matchAll(/<nvpair [^>]*\bname="([^"]*)"/g)].flatMap((match) => match[1] ?? []);
  return names.filter((name) => pattern.test(name));
}

async function query(parsed: ParsedOptions, ports: ToolPorts, name: string, node: string | undefined): Promise<Answer> {
  const isAll = hasOption(parsed, "all");
  const values = await valuesOf(ports, name, isAll ? undefined : (node ?? (await localNode(ports))));
  if (values.length === 0) return refusal(TOOL, EXIT.noSuchObject, `Could not query value of ${name}: attribute does not exist`);
  return {
    text: values.map(({ node: host, value }) => `name="${name}" host="${host}" value="${value}"\n`).join(""),
    parts: values.map(({ node: host, value }) => element("attribute", { name, value, host })),
  };
}

/** `attrd_updater`. Source: attrd_updater(8) of Pacemaker 3.0.2. */
export const attrdUpdater: Tool = { description, run };
