import type { ToolDescription, ToolOption } from "../frame/option-table.ts";

const query = (name: string, short: string | undefined, help: string, more: Partial<ToolOption> = {}): ToolOption => ({
  name,
  ...(short === undefined ? {} : { short }),
  group: "Queries",
  help,
  ...more,
});
const command = (name: string, short: string | undefined, help: string, more: Partial<ToolOption> = {}): ToolOption =>
  query(name, short, help, { group: "Commands", ...more });
const advanced = (name: string, short: string | undefined, help: string, more: Partial<ToolOption> = {}): ToolOption =>
  query(name, short, help, { group: "Advanced", ...more });
const additional = (name: string, short: string | undefined, help: string, argument?: string): ToolOption =>
  query(name, short, help, { group: "Additional Options", ...(argument === undefined ? {} : { argument }) });
const optional = (argument: string): Partial<ToolOption> => ({ argument, isArgumentOptional: true });
const hidden = (name: string, short?: string, argument?: string): ToolOption => ({
  name,
  ...(short === undefined ? {} : { short }),
  ...(argument === undefined ? {} : { argument }),
  help: "",
  isHidden: true,
});

/** Name, summary and options of `crm_resource`. Source: crm_resource(8) of Pacemaker 3.0.2. */
export const CRM_RESOURCE: ToolDescription = {
  tool: "crm_resource",
  outputRefusal: { lastLine: "Error performing operation: Error occurred" },
  summary: "perform tasks related to cluster resources",
  options: [
    query("list", "L", "List all resources with their state (what is done without any command)"),
    query("list-raw", "l", "List the ids of all primitives"),
    query("list-operations", "O", "List active operations, of one resource or node if given"),
    query("list-all-operations", "o", "List all operations, of one resource or node if given"),
    query("list-options", undefined, "List all options of the type: primitive, fencing", { argument: "TYPE" }),
    query("list-standards", undefined, "List supported standards"),
    query("list-ocf-providers", undefined, "List all available OCF providers [that have this agent]", optional("AGENT")),
    query("list-agents", undefined, "List all agents of a standard, or of a provider", { argument: "STD:PROV" }),
    query("list-ocf-alternatives", undefined, "List all available providers of an agent", { argument: "AGENT" }),
    query("show-metadata", undefined, "Show the meta-data of an agent", { argument: "SPEC" }),
    query("query-xml", "q", "Show the resource's XML, template included"),
    query("query-xml-raw", "w", "Show the resource's XML as it was written"),
    query("get-parameter", "g", "Display a parameter of the resource", { argument: "PARAM" }),
    query("locate", "W", "Show where the resource is active"),
    query("constraints", "a", "Display the location and colocation constraints that apply to the resource"),
    query("stack", "A", "The same, and those of the resources that these lead to"),
    query("why", "Y", "Show why resources are not running"),
    hidden("list-cts", "c"),
    command("validate", undefined, "Validate the configuration of a resource or agent [at this level]", optional("LEVEL")),
    command("cleanup", "C", "Forget failures, and probe again where there were any"),
    command("refresh", "R", "Forget the whole history, and probe again"),
    command("set-parameter", "p", "Set a parameter of the resource (needs -v)", { argument: "PARAM" }),
    command("delete-parameter", "d", "Delete a parameter of the resource", { argument: "PARAM" }),
    query("move", "M", "Prefer a node (-N), or leave the present one", { group: "Locations" }),
    query("ban", "B", "Keep the resource away from a node (default: the present one)", { group: "Locations" }),
    query("clear", "U", "Take back what move and ban have written", { group: "Locations" }),
    query("expired", "e", "Clear only constraints whose lifetime has passed", { group: "Locations" }),
    query("lifetime", "u", "Lifespan of the constraints of move and ban (ISO 8601 duration)", { group: "Locations", argument: "TIMESPEC" }),
    query("promoted", undefined, "Limit the command to the promoted role", { group: "Locations" }),
    query("master", undefined, "Deprecated: use --promoted instead", { group: "Locations" }),
    advanced("delete", "D", "Delete the resource from the configuration (needs -t)"),
    advanced("fail", "F", "Tell the cluster that the resource has failed"),
    advanced("restart", undefined, "Restart the resource and what depends on it"),
    advanced("wait", undefined, "Wait until the cluster settles"),
    advanced("digests", undefined, "Show the digests of the resource's parameters"),
    advanced("force-demote", undefined, "Demote the resource on this node, past the cluster"),
    advanced("force-stop", undefined, "Stop the resource on this node, past the cluster"),
    advanced("force-start", undefined, "Start the resource on this node, past the cluster"),
    advanced("force-promote", undefined, "Promote the resource on this node, past the cluster"),
    advanced("force-check", undefined, "Check the resource on this node [at this level]", optional("LEVEL")),
    additional("node", "N", "The node", "NAME"),
    hidden("host-uname", "H", "NAME"),
    additional("recursive", undefined, "Follow colocations when setting meta attributes"),
    additional("resource-type", "t", "Type of the resource: primitive, clone, group, ...", "ELEMENT"),
    additional("parameter-value", "v", "Value to set", "PARAM"),
    additional("meta", "m", "Work on a meta attribute instead of an agent's parameter"),
    additional("utilization", "z", "Work on a utilization attribute"),
    additional("element", undefined, "Work on an attribute of the resource's element"),
    additional("operation", "n", "Limit clean-up to this operation", "OPERATION"),
    additional("interval", "I", "Interval of that operation", "N"),
    additional("class", undefined, "Standard of the agent (with --validate and --force-*)", "CLASS"),
    additional("agent", undefined, "The agent (with --validate and --force-*)", "AGENT"),
    additional("provider", undefined, "Provider of the agent (with --validate and --force-*)", "PROVIDER"),
    additional("option", undefined, "A parameter to use: NAME=VALUE (may be given more than once)", "PARAM"),
    additional("set-name", "s", "(Advanced) XML id of the attribute set", "ID"),
    additional("nvpair", "i", "(Advanced) XML id of the parameter", "ID"),
    additional("timeout", "T", "Give up after this time", "N"),
    additional("all", undefined, "With --list-options, advanced and deprecated ones too"),
    additional("resource", "r", "The resource", "ID"),
    additional("force", "f", "Do it in spite of doubts"),
    additional("quiet", "Q", "Print only what is asked for"),
  ],
};
