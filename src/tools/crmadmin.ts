import { EXIT } from "../model/exit-code.ts";
import { readCib } from "./cib-access.ts";
import { askStatus } from "./crm-node.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "./option-table.ts";
import { done, failed, type Tool, type ToolPorts, type ToolResult } from "./tool.ts";

const description: ToolDescription = {
  tool: "crmadmin",
  summary: "query and manage the cluster's controller",
  options: [
    { name: "status", short: "S", argument: "NODE", group: "Commands", help: "Display the state of a node's controller" },
    { name: "pacemakerd", short: "P", group: "Commands", help: "Display the state of the local daemon" },
    { name: "dc_lookup", short: "D", group: "Commands", help: "Display the name of the Designated Controller" },
    { name: "nodes", short: "N", argument: "TYPES", isArgumentOptional: true, group: "Commands", help: "Display the names of all nodes" },
    { name: "timeout", short: "t", argument: "TIME", group: "Additional", help: "Time to wait for an answer" },
    { name: "quiet", short: "q", group: "Additional", help: "Essential output only" },
    { name: "bash-export", short: "B", group: "Additional", help: "Display nodes as shell commands" },
    { name: "ipc-name", short: "i", argument: "NAME", group: "Additional", help: "Name to use for the connection" },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  const isQuiet = hasOption(parsed, "quiet");
  if (hasOption(parsed, "nodes")) {
    const read = await readCib(ports, "crmadmin");
    if ("error" in read) return failed(read.error.exitCode, `crmadmin: ${read.error.message}`);
    const nodes = read.cib.descend("configuration", "nodes")?.childrenNamed("node") ?? [];
    const lines = nodes.map((node) => {
      const name = node.get("uname") ?? "";
      if (hasOption(parsed, "bash-export")) return `export ${name}=${node.id}`;
      return isQuiet ? name : `cluster node: ${name} (${node.id})`;
    });
    return done(lines.map((line) => `${line}\n`).join(""));
  }
  const status = await askStatus(ports);
  if (hasOption(parsed, "dc_lookup")) {
    if (status.dc === undefined) return failed(EXIT.noDc, "error: Command failed: DC is not yet elected");
    return done(isQuiet ? `${status.dc}\n` : `Designated Controller is: ${status.dc}\n`);
  }
  if (hasOption(parsed, "pacemakerd")) {
    const iso = new Date(ports.epochSeconds() * 1000).toISOString().slice(0, 19).replace("T", " ");
    return done(isQuiet ? "running\n" : `Status of pacemakerd: 'Pacemaker is running' (last updated ${iso}Z)\n`);
  }
  const node = optionValue(parsed, "status");
  if (node === undefined) return failed(EXIT.usage, "error: Must specify a command option");
  const peer = status.peers.find((candidate) => candidate.node === node);
  if (!peer) return failed(EXIT.noSuchObject, `error: Node '${node}' is not known`);
  const state = node === status.node ? status.state : !peer.isMember ? "S_PENDING" : node === status.dc ? "S_IDLE" : "S_NOT_DC";
  return done(isQuiet ? `${state}\n` : `Controller on ${node} in state ${state}: ok\n`);
}

/** `crmadmin`. Source: crmadmin(8) of Pacemaker 3.0.2. */
export const crmadmin: Tool = { description, run };
