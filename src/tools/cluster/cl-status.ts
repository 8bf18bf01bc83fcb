import { EXIT } from "../../model/exit-code.ts";
import { clusterPaths } from "../../model/paths.ts";
import type { NodeStatus } from "../../node/interface/client.ts";
import { element, textElement, type XmlElement } from "../../xml/element.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { helpText } from "../frame/help-text.ts";
import { hasOption, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { askStatus } from "./crm-node.ts";

const TOOL = "cl_status";
/** Exit code of heartbeat's tool for a wrong call. */
const WRONG_CALL = 11;

const description: ToolDescription = {
  tool: TOOL,
  summary: [
    "show the status of the heartbeat layer",
    "",
    "  hbstatus                     whether the cluster daemon runs here (-v: with all nodes and links)",
    "  listnodes [-n|-p]            names of all nodes, of normal ones, of ping nodes",
    "  nodestatus NODE              init, up, active, dead",
    "  nodetype NODE                normal or ping",
    "  nodeweight NODE              its weight in votes",
    "  nodesite NODE                its site",
    "  listhblinks NODE             names of the links to a node",
    "  hblinkstatus NODE LINK       up or dead",
    "  clientstatus NODE CLIENT     online, offline, join: a part of the cluster manager on a node (kodoud, cib, crmd, ...)",
    "  rscstatus [-m]               which resources this node may hold",
    "  hbparameter -p KEY           a value of ha.cf",
  ].join("\n"),
  parameters: "COMMAND [ARGUMENT ...]",
  options: [
    { name: "machine", short: "m", help: "With rscstatus: a sentence" },
    { name: "normal", short: "n", help: "With listnodes: normal nodes only" },
    { name: "ping", short: "p", help: "With listnodes: ping nodes only; with hbparameter: the key follows" },
    { name: "verbose", short: "v", help: "More" },
  ],
};

type Peer = NodeStatus["peers"][number];

/** Names by which programs know the parts of a cluster manager; here they are all one daemon. */
const CLIENTS = ["kodoud", "ccm", "cib", "crmd", "attrd", "stonithd", "stonith-ng", "lrmd", "pengine"];

/** How many words each command takes after its name. */
const WORDS: Readonly<Record<string, readonly [number, number]>> = {
  hbstatus: [0, 0],
  listnodes: [0, 0],
  nodestatus: [1, 1],
  nodetype: [1, 1],
  nodeweight: [1, 1],
  nodesite: [1, 1],
  listhblinks: [1, 1],
  hblinkstatus: [2, 2],
  clientstatus: [2, 3],
  rscstatus: [0, 0],
  hbparameter: [1, 1],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const [command = "", subject = "", object = ""] = parsed.words;
  const [least, most] = (Object.hasOwn(WORDS, command) ? WORDS[command] : undefined) ?? [];
  const count = parsed.words.length - 1;
  if (least === undefined || most === undefined || count < least || count > most) {
    const reason = least === undefined ? `unknown command '${command}'` : `wrong number of arguments for ${command}`;
    return { exitCode: WRONG_CALL, errors: [helpText(description), `${TOOL}: ${reason}`] };
  }
  if (command === "hbparameter") return parameter(ports, subject);
  let status: NodeStatus;
  try {
    status = await askStatus(ports);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "DaemonUnreachable") throw error;
    if (command === "hbstatus") return running(false, "Heartbeat is stopped on this machine.\n", []);
    return refusal(TOOL, EXIT.error, "Cannot signon with heartbeat (is kodoud running here?)");
  }
  if (command === "hbstatus") {
    const text = hasOption(parsed, "verbose") ? verbose(status) : "Heartbeat is running on this machine.\n";
    return running(true, text, status.peers.map(nodeElement));
  }
  if (command === "rscstatus") return resources(hasOption(parsed, "machine"));
  if (command === "listnodes") {
    // There are no ping nodes: ha.cf's `ping` lines are for programs that kodou does not have.
    const listed = hasOption(parsed, "ping") && !hasOption(parsed, "normal") ? [] : status.peers;
    return { text: listed.map(({ node }) => `${node}\n`).join(""), parts: [element("nodes", {}, listed.map(nodeElement))] };
  }
  const peer = status.peers.find((candidate) => candidate.node === subject.toLowerCase());
  return peer ? ofNode(command, peer, object) : refusal(TOOL, WRONG_CALL, "Error. May be due to incorrect node name");
}

function ofNode(command: string, peer: Peer, object: string): Answer {
  const line = (text: string, exitCode: number = EXIT.ok): Answer => ({ exitCode, text: `${text}\n`, parts: [nodeElement(peer)] });
  switch (command) {
    case "nodestatus":
      return line(peer.heartbeat, peer.heartbeat === "dead" ? EXIT.error : EXIT.ok);
    case "nodetype":
      return line("normal");
    case "nodeweight":
      return line("100");
    case "nodesite":
      return line("");
    case "listhblinks":
      return { text: peer.links.map(({ link }) => `\t${link}\n`).join(""), parts: [nodeElement(peer)] };
    case "hblinkstatus": {
      const link = peer.links.find((candidate) => candidate.link === object);
      if (!link) return refusal(TOOL, WRONG_CALL, "Error. May be due to incorrect node or link name");
      return line(link.isUp ? "up" : "dead", link.isUp ? EXIT.ok : EXIT.error);
    }
    default:
      return client(peer, object);
  }
}

/** Exit codes 0 to 2 as heartbeat's: online, offline, join. */
function client(peer: Peer, name: string): Answer {
  const isKnown = CLIENTS.includes(name.toLowerCase());
  const state = isKnown && peer.isMember ? "online" : isKnown && peer.heartbeat === "active" ? "join" : "offline";
  const exitCode = ["online", "offline", "join"].indexOf(state);
  return { exitCode, text: `${state}\n`, parts: [element("client", { node: peer.node, name, status: state })] };
}

/** All nodes may hold all resources: what runs where is the scheduler's business. */
function resources(isSentence: boolean): Answer {
  const text = isSentence ? "This node is holding all resources.\n" : "all\n";
  return { text, parts: [element("resources", { held: "all" })] };
}

function parameter(ports: ToolPorts, key: string): Answer {
  const path = `${clusterPaths(ports.environment("KODOU_ROOT") ?? "").configFolder}/ha.cf`;
  const read = ports.readFile(path);
  if ("problem" in read) return refusal(TOOL, EXIT.error, `${path}: ${read.problem}`);
  const lines = read.text.split("\n").map((line) => line.replace(/#.*/, "").trim().split(/\s+/));
  const values = lines.filter(([name]) => name === key).map(([, ...rest]) => rest.join(" "));
  if (values.length === 0) return refusal(TOOL, EXIT.error, `${path}: no line gives ${JSON.stringify(key)}`);
  return {
    text: values.map((value) => `${value}\n`).join(""),
    parts: values.map((value) => textElement("parameter", { name: key }, value)),
  };
}

function running(isRunning: boolean, text: string, nodes: XmlElement[]): Answer {
  return {
    exitCode: isRunning ? EXIT.ok : EXIT.error,
    text,
    parts: [element("heartbeat", { running: String(isRunning) }, nodes)],
  };
}

function nodeElement(peer: Peer): XmlElement {
  const links = peer.links.map(({ link, isUp }) => element("link", { name: link, status: isUp ? "up" : "dead" }));
  return element("node", { id: peer.nodeId, name: peer.node, type: "normal", status: peer.heartbeat }, links);
}

function verbose(status: NodeStatus): string {
  const nodes = status.peers.map((peer) => {
    const links = peer.links.map((link) => `\t${link.link}\t${link.isUp ? "up" : "dead"}\n`).join("");
    return `\n${peer.node}\t${peer.heartbeat}\t(nodetype: normal)\n${links}`;
  });
  return `version:\tkodou ${status.version}\nmanaged by:\t"kodou"\n${nodes.join("")}`;
}

/** `cl_status`. Source: cl_status(1) of heartbeat 3.0.6. */
export const clStatus: Tool = { description, run };
