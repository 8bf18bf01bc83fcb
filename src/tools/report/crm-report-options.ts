import type { ToolDescription } from "../frame/option-table.ts";

const PERIOD = "Period";
const NODES = "Nodes";
const CONTENT = "Content";
const RESULT = "Result";

/** Name, summary and options of `crm_report`. Source: crm_report(8) of Pacemaker 3.0.2. */
export const CRM_REPORT: ToolDescription = {
  tool: "crm_report",
  summary: "Create archive of everything needed when reporting cluster problems",
  options: [
    { name: "from", short: "f", argument: "TIME", group: PERIOD, help: "Time prior to problems beginning (required; as date(1) reads it)" },
    { name: "to", short: "t", argument: "TIME", group: PERIOD, help: "Time at which all problems were resolved (default: now)" },
    { name: "nodes", short: "n", argument: "NODES", group: NODES, help: "Node names; may be given more than once (default: all nodes)" },
    { name: "single-node", short: "S", group: NODES, help: "Don't attempt to collect data from other nodes" },
    {
      name: "user",
      short: "u",
      argument: "USER",
      group: NODES,
      help: "Accepted and not needed: nodes are asked through the cluster, not by ssh",
    },
    { name: "rsh", short: "e", argument: "COMMAND", group: NODES, help: "Accepted and not needed: nodes are asked through the cluster" },
    { name: "logfile", short: "l", argument: "FILE", group: CONTENT, help: "Log file to collect besides the cluster's; may be repeated" },
    { name: "no-search", short: "M", group: CONTENT, help: "Do not search for cluster logs" },
    {
      name: "sanitize",
      short: "p",
      argument: "PATT",
      group: CONTENT,
      help: 'Additional regular expression of names whose values are masked (besides "passw.*")',
    },
    {
      name: "log-pattern",
      short: "L",
      argument: "PATT",
      group: CONTENT,
      help: "Additional regular expression of log lines for the analysis",
    },
    { name: "max-depth", short: "D", argument: "DEPTH", group: CONTENT, help: "Accepted and not needed: files are where the settings say" },
    { name: "cluster", short: "c", argument: "TYPE", group: CONTENT, help: "Accepted and not needed: the cluster type is kodou's own" },
    { name: "corosync", short: "C", group: CONTENT, help: "Accepted and not needed, as --cluster" },
    { name: "sos-mode", group: CONTENT, help: "Only this node, for sosreport" },
    { name: "as-directory", short: "d", group: RESULT, help: "Leave the result as a directory tree instead of archiving" },
    { name: "dest", argument: "DEST", group: RESULT, help: "Custom destination directory or file name (or as the only word)" },
    { name: "version", short: "v", group: "Help", help: "Display software version" },
    { name: "features", group: "Help", help: "Display software features" },
    { name: "node", argument: "NODES", help: "", isHidden: true },
    { name: "trace", short: "x", help: "", isHidden: true },
    { name: "compatible", short: "s", help: "", isHidden: true },
    { name: "collect-into", argument: "FILE", help: "", isHidden: true },
  ],
};
