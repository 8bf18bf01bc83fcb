import { EXIT } from "../model/exit-code.ts";
import { askStatus } from "./crm-node.ts";
import type { ParsedOptions, ToolDescription } from "./option-table.ts";
import { done, failed, type Tool, type ToolPorts, type ToolResult } from "./tool.ts";

const USAGE = 11;

const description: ToolDescription = {
  tool: "cl_status",
  summary:
    "heartbeat's status tool: cl_status COMMAND [OPTION] [ARGUMENT]\n" +
    "commands: hbstatus [-v], listnodes [-n|-p|-v], nodestatus NODE, nodetype NODE, nodeweight NODE, nodesite NODE,\n" +
    "          listhblinks NODE, hblinkstatus NODE LINK, rscstatus",
  options: [
    { name: "machine", short: "m", help: "Machine-readable (human-readable for rscstatus)" },
    { name: "normal", short: "n", help: "Normal nodes only" },
    { name: "ping", short: "p", help: "Ping nodes only" },
    { name: "verbose", short: "v", help: "More" },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  const [command = "", subject = "", link = ""] = parsed.words;
  const isVerbose = parsed.given.some((option) => option.name === "verbose");
  let status: Awaited<ReturnType<typeof askStatus>>;
  try {
    status = await askStatus(ports);
  } catch {
    if (command === "hbstatus") return done("Heartbeat is stopped on this machine.\n", EXIT.error);
    return failed(EXIT.error, "cl_status: Cannot signon with heartbeat (is kodoud running here?)");
  }
  const peer = status.peers.find((candidate) => candidate.node === subject.toLowerCase());
  const needsNode = ["nodestatus", "nodetype", "nodeweight", "nodesite", "listhblinks", "hblinkstatus"].includes(command);
  if (needsNode && !peer) return failed(USAGE, "Error. May be due to incorrect node name");
  switch (command) {
    case "hbstatus":
      return done(isVerbose ? verbose(status) : "Heartbeat is running on this machine.\n");
    case "listnodes":
      return done(parsed.given.some((option) => option.name === "ping") ? "" : status.peers.map((p) => `${p.node}\n`).join(""));
    case "nodestatus":
      return done(`${peer?.heartbeat}\n`, peer?.heartbeat === "dead" ? EXIT.error : EXIT.ok);
    case "nodetype":
      return done("normal\n");
    case "nodeweight":
      return done("100\n");
    case "nodesite":
      return done("\n");
    case "listhblinks":
      return done((peer?.links ?? []).map((l) => `\t${l.link}\n`).join(""));
    case "hblinkstatus": {
      const found = peer?.links.find((candidate) => candidate.link === link);
      if (!found) return failed(USAGE, "Error. May be due to incorrect node or link name");
      return done(found.isUp ? "up\n" : "dead\n", found.isUp ? EXIT.ok : EXIT.error);
    }
    case "rscstatus":
      return done("all\n");
    default:
      return failed(USAGE, `cl_status: unknown command '${command}'; see cl_status --help`);
  }
}

function verbose(status: Awaited<ReturnType<typeof askStatus>>): string {
  const nodes = status.peers.map((peer) => {
    const links = peer.links.map((link) => `\t${link.link}\t${link.isUp ? "up" : "dead"}\n`).join("");
    return `\n${peer.node}\t${peer.heartbeat}\t(nodetype: normal)\n${links}`;
  });
  return `version:\tkodou ${status.version}\nmanaged by:\t"kodou"\n${nodes.join("")}`;
}

/** `cl_status`. Source: cl_status(1) of heartbeat 3.0.6. */
export const clStatus: Tool = { description, run };
