import { EXIT } from "../model/exit-code.ts";
import type { NodeStatus } from "../node/client.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "./option-table.ts";
import { done, failed, type Tool, type ToolPorts, type ToolResult } from "./tool.ts";

const description: ToolDescription = {
  tool: "crm_node",
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
  ],
};

/** State of the daemon, for tools that show it. */
export async function askStatus(ports: ToolPorts): Promise<NodeStatus> {
  const reply = await ports.ask({ op: "status" });
  return reply.data as NodeStatus;
}

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  const doomed = optionValue(parsed, "remove");
  if (doomed !== undefined) {
    if (!hasOption(parsed, "force"))
      return failed(
        EXIT.usage,
        "The supplied command is considered dangerous. To prevent accidental destruction of the cluster, the --force flag is required in order to proceed.",
      );
    const reply = await ports.ask({ op: "remove-node", node: doomed });
    return reply.exitCode === EXIT.ok ? done() : failed(reply.exitCode, `crm_node: ${reply.message}`);
  }
  const status = await askStatus(ports);
  if (hasOption(parsed, "cluster-id")) return done(`${status.nodeId}\n`);
  if (hasOption(parsed, "name")) return done(`${status.node}\n`);
  if (hasOption(parsed, "quorum")) return done(`${status.hasQuorum ? 1 : 0}\n`);
  if (hasOption(parsed, "partition")) {
    const members = status.peers.filter((peer) => peer.isMember).map((peer) => peer.node);
    return done(`${members.map((name) => `${name} `).join("")}\n`);
  }
  const id = optionValue(parsed, "name-for-id");
  if (id !== undefined) {
    const peer = status.peers.find((candidate) => candidate.nodeId === id);
    return peer ? done(`${peer.node}\n`) : failed(EXIT.noSuchObject, `crm_node: Node with id ${id} is not known`);
  }
  if (hasOption(parsed, "list")) {
    return done(status.peers.map((peer) => `${peer.nodeId} ${peer.node} ${peer.isMember ? "member" : "lost"}\n`).join(""));
  }
  return failed(EXIT.usage, "crm_node: Must specify a command; see crm_node --help");
}

/** `crm_node`. Source: crm_node(8) of Pacemaker 3.0.2. */
export const crmNode: Tool = { description, run };
