import { EXIT } from "../../model/exit-code.ts";
import type { NodeStatus } from "../../node/interface/client.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";

const TOOL = "crm_node";
const COMMANDS = ["cluster-id", "list", "name", "partition", "quorum", "name-for-id", "remove"];
const DANGEROUS =
  "The supplied command is considered dangerous. To prevent accidental destruction of the cluster, the --force flag is required in order to proceed.";

const description: ToolDescription = {
  tool: TOOL,
  summary: "display information about the cluster's nodes",
  options: [
    { name: "cluster-id", short: "i", group: "Commands", help: "Display this node's cluster id" },
    { name: "list", short: "l", group: "Commands", help: "Display all known nodes with id, name and state" },
    { name: "name", short: "n", group: "Commands", help: "Display this node's name" },
    { name: "partition", short: "p", group: "Commands", help: "Display all members of this partition" },
    { name: "quorum", short: "q", group: "Commands", help: "Display 1 if the partition has quorum, else 0" },
    { name: "name-for-id", short: "N", argument: "ID", group: "Commands", help: "Display the name of the node with this id" },
    { name: "remove", short: "R", argument: "NAME", group: "Commands", help: "Remove a stopped node from the cluster (needs --force)" },
    { name: "force", short: "f", group: "Additional", help: "Allow what is considered dangerous" },
    { name: "quiet", short: "Q", group: "Additional", help: "Essential output only" },
    { name: "corosync", short: "C", help: "", isHidden: true },
  ],
};

/** State of the daemon, for tools that show it. */
export async function askStatus(ports: ToolPorts): Promise<NodeStatus> {
  const reply = await ports.ask({ op: "status" });
  return reply.data as NodeStatus;
}

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const command = parsed.given.findLast((option) => COMMANDS.includes(option.name));
  if (!command) return refusal(TOOL, EXIT.usage, "Must specify a command option; see crm_node --help");
  if (command.name === "remove") return remove(ports, command.value ?? "", hasOption(parsed, "force"));
  // An agent on a remote node has no daemon to ask: it is told its node's name.
  const forAgent = ports.environment("OCF_RESKEY_CRM_meta_on_node");
  if (command.name === "name" && forAgent !== undefined) return nodeInfo(forAgent, { uname: forAgent });
  const status = await askStatus(ports);
  switch (command.name) {
    case "cluster-id":
      return nodeInfo(status.nodeId, { nodeid: status.nodeId });
    case "name":
      return nodeInfo(status.node, { nodeid: status.nodeId, uname: status.node });
    case "quorum":
      return { text: `${Number(status.hasQuorum)}\n`, parts: [element("cluster-info", { quorum: String(status.hasQuorum) })] };
    case "partition":
      return partition(status);
    case "name-for-id":
      return nameForId(status, optionValue(parsed, "name-for-id") ?? "");
    default:
      return list(ports, status);
  }
}

function nodeInfo(text: string, attributes: Readonly<Record<string, string>>): Answer {
  return { text: `${text}\n`, parts: [element("node-info", attributes)] };
}

function nameForId(status: NodeStatus, id: string): Answer {
  const peer = status.peers.find((candidate) => candidate.nodeId === id);
  return peer ? nodeInfo(peer.node, { nodeid: id, uname: peer.node }) : refusal(TOOL, EXIT.noSuchObject, `Node with id ${id} is not known`);
}

function partition(status: NodeStatus): Answer {
  const members = status.peers.filter((peer) => peer.isMember);
  const parts = members.map((peer) => element("node", { id: peer.nodeId, name: peer.node, state: "member" }));
  return { text: `${members.map((peer) => `${peer.node} `).join("")}\n`, parts: [element("nodes", {}, parts)] };
}

/** The members of the cluster and the remote nodes that are connected. */
async function list(ports: ToolPorts, status: NodeStatus): Promise<Answer> {
  const reply = await ports.ask({ op: "cib", client: TOOL, request: { operation: "query", scope: "status" } });
  const found = reply.output === undefined ? undefined : parseXml(reply.output);
  const remotes = found?.ok ? remoteNodes(found.value) : [];
  const nodes = [
    ...status.peers.map((peer) => ({ id: peer.nodeId, name: peer.node, state: peer.isMember ? "member" : "lost" })),
    ...remotes.filter((remote) => !status.peers.some((peer) => peer.node === remote.name)),
  ];
  return {
    text: nodes.map(({ id, name, state }) => `${id} ${name} ${state}\n`).join(""),
    parts: [
      element(
        "nodes",
        {},
        nodes.map((node) => element("node", node)),
      ),
    ],
  };
}

function remoteNodes(status: XmlElement): { id: string; name: string; state: string }[] {
  return status
    .childrenNamed("node_state")
    .filter((state) => state.get("remote_node") === "true")
    .map((state) => ({
      id: state.id ?? "",
      name: state.get("uname") ?? state.id ?? "",
      state: state.get("in_ccm") === "false" ? "lost" : "member",
    }));
}

async function remove(ports: ToolPorts, node: string, isForced: boolean): Promise<Answer> {
  if (!isForced) return refusal(TOOL, EXIT.usage, DANGEROUS);
  const reply = await ports.ask({ op: "remove-node", node });
  return reply.exitCode === EXIT.ok ? {} : refusal(TOOL, reply.exitCode, reply.message);
}

/** `crm_node`. Source: crm_node(8) of Pacemaker 3.0.2. */
export const crmNode: Tool = { description, run };
