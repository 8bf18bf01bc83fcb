import { clusterOption } from "../../cib/document.ts";
import { EXIT } from "../../model/exit-code.ts";
import { type CorosyncFacts, corosyncConf, linkText, mapKeys, membershipText, quorumText } from "../../output/text/corosync-texts.ts";
import { readCib } from "../cib/cib-access.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import { done, failed, type Tool, type ToolPorts, type ToolResult } from "../frame/tool.ts";
import { askStatus } from "./crm-node.ts";

const DEFAULT_CLUSTER_NAME = "kodou";
/** Exit code of corosync-quorumtool without quorum, and with -p, where pcs takes 2 for a failure. Source: crmsh 4.4.1, pcs 0.11.5. */
const NO_QUORUM = 2;
const NO_QUORUM_PARSEABLE = 1;

/** The cluster as corosync's tools would see it; rejects when the daemon cannot be reached. */
async function facts(ports: ToolPorts): Promise<CorosyncFacts> {
  const status = await askStatus(ports);
  const read = await readCib(ports, "corosync");
  return {
    clusterName: ("cib" in read ? clusterOption(read.cib, "cluster-name") : undefined) ?? DEFAULT_CLUSTER_NAME,
    self: status.node,
    nodes: status.peers.map(({ node, nodeId, isMember }) => ({ name: node, id: nodeId, isMember })),
    hasQuorum: status.hasQuorum,
    view: status.term,
    dateText: ports.dateText(ports.epochSeconds()),
  };
}

/** Runs with the facts; without a daemon it says what corosync's tools say, by which pcs knows that a node is offline. */
async function withFacts(ports: ToolPorts, answer: (found: CorosyncFacts) => ToolResult): Promise<ToolResult> {
  let found: CorosyncFacts;
  try {
    found = await facts(ports);
  } catch (error) {
    if (error instanceof Error && error.name === "DaemonUnreachable") return failed(EXIT.error, "Cannot initialize CMAP service");
    throw error;
  }
  return answer(found);
}

const QUORUMTOOL: ToolDescription = {
  tool: "corosync-quorumtool",
  summary: "answers for corosync's tool of this name, from kodou's membership",
  options: [
    { name: "status", short: "s", help: "Show the state of the quorum (default)" },
    { name: "list", short: "l", help: "List the members" },
    { name: "parseable", short: "p", help: "For programs" },
    { name: "ids", short: "i", help: "", isHidden: true },
    { name: "names", short: "n", help: "", isHidden: true },
    { name: "expected", short: "e", argument: "VOTES", help: "Refused: kodou counts the nodes of ha.cf" },
  ],
};

async function quorumtool(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  if (hasOption(parsed, "expected"))
    return failed(EXIT.error, "corosync-quorumtool: expected votes are the nodes of ha.cf; nothing was changed");
  const isParseable = hasOption(parsed, "parseable");
  return withFacts(ports, (found) => {
    if (hasOption(parsed, "list")) return done(membershipText(found, isParseable));
    return done(quorumText(found, isParseable), found.hasQuorum ? EXIT.ok : isParseable ? NO_QUORUM_PARSEABLE : NO_QUORUM);
  });
}

const CMAPCTL: ToolDescription = {
  tool: "corosync-cmapctl",
  summary: "answers for corosync's tool of this name, from kodou's membership: corosync-cmapctl [KEY...]",
  options: [
    { name: "get", short: "g", argument: "KEY", help: "Show one key" },
    { name: "binary", short: "b", help: "", isHidden: true },
    { name: "map", short: "m", argument: "MAP", help: "", isHidden: true },
    { name: "set", short: "s", argument: "KEY", help: "Refused: kodou has no such map" },
    { name: "delete", short: "d", argument: "KEY", help: "Refused: kodou has no such map" },
  ],
};

async function cmapctl(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  const changed = optionValue(parsed, "set") ?? optionValue(parsed, "delete");
  if (changed !== undefined) return failed(EXIT.error, `corosync-cmapctl: kodou has no map to change: ${changed} stays as it is`);
  const single = optionValue(parsed, "get");
  return withFacts(ports, (found) => {
    const isWanted = (key: string): boolean =>
      single === undefined ? parsed.words.length === 0 || parsed.words.some((word) => key.startsWith(word)) : key === single;
    const lines = mapKeys(found).filter(([key]) => isWanted(key));
    if (lines.length === 0) return failed(EXIT.error, `Can't get key ${single ?? parsed.words.join(" ")}. Error CS_ERR_NOT_EXIST`);
    return done(lines.map(([key, type, value]) => `${key} (${type}) = ${value}\n`).join(""));
  });
}

const CFGTOOL: ToolDescription = {
  tool: "corosync-cfgtool",
  summary: "answers for corosync's tool of this name, from kodou's membership",
  options: [
    { name: "status", short: "s", help: "Show the state of the links" },
    { name: "reload", short: "R", help: "Refused: kodou reads no corosync.conf" },
  ],
};

async function cfgtool(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  if (hasOption(parsed, "status")) return withFacts(ports, (found) => done(linkText(found)));
  return failed(EXIT.error, "corosync-cfgtool: kodou reads no corosync.conf; change ha.cf instead");
}

/** `corosync-quorumtool`. */
export const corosyncQuorumtool: Tool = { description: QUORUMTOOL, run: quorumtool };
/** `corosync-cmapctl`. */
export const corosyncCmapctl: Tool = { description: CMAPCTL, run: cmapctl };
/** `corosync-cfgtool`. */
export const corosyncCfgtool: Tool = { description: CFGTOOL, run: cfgtool };

/** `kodou corosync-conf`: prints a corosync.conf with the names of the nodes, for pcs and crmsh. */
export const corosyncConfTool: Tool = {
  description: { tool: "kodou corosync-conf", summary: "print a corosync.conf with this cluster's nodes, for pcs and crmsh", options: [] },
  run: (_parsed, ports) => withFacts(ports, (found) => done(corosyncConf(found))),
};
