import { EXIT } from "../../model/exit-code.ts";
import { instantText } from "../../output/status/fencing-words.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { readCib } from "../cib/cib-access.ts";
import type { Answer } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { askStatus } from "./crm-node.ts";

const TOOL = "crmadmin";

const description: ToolDescription = {
  tool: TOOL,
  groupKeys: { Commands: "command" },
  summary: "query and manage the cluster's controller",
  options: [
    { name: "status", short: "S", argument: "NODE", group: "Commands", help: "Display the state of a node's controller" },
    { name: "pacemakerd", short: "P", group: "Commands", help: "Display the state of the local daemon" },
    { name: "dc_lookup", short: "D", group: "Commands", help: "Display the name of the Designated Controller" },
    {
      name: "nodes",
      short: "N",
      argument: "TYPES",
      isArgumentOptional: true,
      group: "Commands",
      help: "Display the names of all nodes, or of these types: all, cluster, guest, remote",
    },
    { name: "health", short: "H", help: "", isHidden: true },
    { name: "timeout", short: "t", argument: "TIME", group: "Additional Options", help: "Time to wait for an answer (default: 30s)" },
    { name: "quiet", short: "q", group: "Additional Options", help: "Essential output only" },
    { name: "bash-export", short: "B", group: "Additional Options", help: "Display nodes as shell commands" },
    { name: "ipc-name", short: "i", argument: "NAME", group: "Additional Options", help: "Name to use for the connection" },
  ],
};

const COMMANDS = ["status", "pacemakerd", "dc_lookup", "nodes", "health"];

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const command = parsed.given.findLast((option) => COMMANDS.includes(option.name))?.name;
  const isQuiet = hasOption(parsed, "quiet");
  if (command === undefined) return { exitCode: EXIT.usage, errors: ["error: Must specify a command option"] };
  if (command === "health") return { exitCode: EXIT.usage, errors: ["error: Cluster-wide health option not supported"] };
  if (command === "nodes") return listNodes(parsed, ports, isQuiet);
  const status = await askStatus(ports);
  if (command === "dc_lookup") {
    if (status.dc === undefined) return { exitCode: EXIT.noDc, errors: ["error: Command failed: DC is not yet elected"] };
    const text = isQuiet ? `${status.dc}\n` : `Designated Controller is: ${status.dc}\n`;
    return { text, parts: [element("dc", { node_name: status.dc })] };
  }
  if (command === "pacemakerd") {
    const updated = instantText(ports.epochSeconds());
    const text = isQuiet ? "running\n" : `Status of pacemakerd: 'Pacemaker is running' (last updated ${updated})\n`;
    return { text, parts: [element("pacemakerd", { sys_from: "pacemakerd", state: "running", last_updated: updated })] };
  }
  const node = optionValue(parsed, "status");
  const peer = status.peers.find((candidate) => candidate.node === node);
  if (!peer || node === undefined) return { exitCode: EXIT.noSuchObject, errors: [`error: Node '${node}' is not known`] };
  const state = node === status.node ? status.state : !peer.isMember ? "S_PENDING" : node === status.dc ? "S_IDLE" : "S_NOT_DC";
  const text = isQuiet ? `${state}\n` : `Controller on ${node} in state ${state}: ok\n`;
  return { text, parts: [element("crmd", { node_name: node, state, result: "ok" })] };
}

interface ListedNode {
  readonly type: "cluster" | "guest" | "remote";
  readonly name: string;
  readonly id: string;
}

async function listNodes(parsed: ParsedOptions, ports: ToolPorts, isQuiet: boolean): Promise<Answer> {
  const read = await readCib(ports, TOOL);
  if ("error" in read) {
    const { exitCode, message, isUnconnected } = read.error;
    return {
      exitCode,
      errors: [...(isUnconnected ? [`Could not connect to the CIB: ${message}`] : []), `error: Command failed: ${message}`],
    };
  }
  const wanted = new Set((optionValue(parsed, "nodes") ?? "all").split(","));
  const nodes = nodesOf(read.cib).filter((node) => wanted.has("all") || wanted.has(node.type));
  const isExport = hasOption(parsed, "bash-export");
  const lines = nodes.map(({ type, name, id }) => (isExport ? `export ${name}=${id}` : isQuiet ? name : `${type} node: ${name} (${id})`));
  const parts = nodes.map((node) => element("node", { type: node.type, name: node.name, id: node.id }));
  return { text: lines.map((line) => `${line}\n`).join(""), parts: [element("nodes", {}, parts)] };
}

/** Members as they are listed, then guests, then remotes: those that a resource or a node entry names. */
function nodesOf(cib: XmlElement): ListedNode[] {
  const entries = cib.descend("configuration", "nodes")?.childrenNamed("node") ?? [];
  const ofType = (isWanted: (type: string | undefined) => boolean): ListedNode[] =>
    entries
      .filter((node) => isWanted(node.get("type")))
      .map((node) => ({ type: "cluster", name: node.get("uname") ?? "", id: node.id ?? "" }));
  const primitives = [...(cib.descend("configuration", "resources")?.walk() ?? [])].filter((node) => node.name === "primitive");
  const guests = primitives.flatMap((primitive) => {
    const pairs = primitive.childrenNamed("meta_attributes").flatMap((set) => set.childrenNamed("nvpair"));
    return pairs.flatMap((pair) => (pair.get("name") === "remote-node" ? [pair.get("value") ?? ""] : []));
  });
  const remotes = primitives
    .filter((primitive) => primitive.get("provider") === "pacemaker" && primitive.get("type") === "remote")
    .map((primitive) => primitive.id ?? "");
  return [
    ...ofType((type) => type === undefined || type === "normal" || type === "member"),
    ...guests.map((name) => ({ type: "guest" as const, name, id: name })),
    ...remotes.map((name) => ({ type: "remote" as const, name, id: name })),
  ];
}

/** `crmadmin`. Source: crmadmin(8) of Pacemaker 3.0.2. */
export const crmadmin: Tool = { description, run };
