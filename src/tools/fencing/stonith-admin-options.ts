import { HTML_OPTIONS } from "../frame/html-options.ts";
import type { ToolDescription } from "../frame/option-table.ts";

const DEFINITION = "Device Definition Commands";
const QUERIES = "Queries";
const FENCING = "Fencing Commands";
const ADDITIONAL = "Additional Options";

/** What `stonith_admin` understands. Source: stonith_admin(8) of Pacemaker 3.0.2. */
export const stonithDescription: ToolDescription = {
  tool: "stonith_admin",
  groupKeys: { [DEFINITION]: "definition", [FENCING]: "fence" },
  summary: "Access the Pacemaker fencing API",
  formats: ["text", "html", "xml", "json", "none"],
  options: [
    { name: "help", short: "?", group: "Help Options", help: "Show help options" },
    ...HTML_OPTIONS,
    {
      name: "register",
      short: "R",
      argument: "DEVICE",
      group: DEFINITION,
      help: "Configure the named device for all nodes (requires --agent)",
    },
    {
      name: "deregister",
      short: "D",
      argument: "DEVICE",
      group: DEFINITION,
      help: "Take a device out of the configuration that was registered",
    },
    {
      name: "register-level",
      short: "r",
      argument: "TARGET",
      group: DEFINITION,
      help: "Configure a level for NODE, @PATTERN or ATTRIBUTE=VALUE (requires --index and --device)",
    },
    {
      name: "deregister-level",
      short: "d",
      argument: "TARGET",
      group: DEFINITION,
      help: "Take levels out of the configuration that were registered (all, or the one of --index)",
    },
    { name: "list", short: "l", argument: "HOST", group: QUERIES, help: "List devices that can terminate the specified host" },
    { name: "list-registered", short: "L", group: QUERIES, help: "List all registered devices" },
    { name: "list-installed", short: "I", group: QUERIES, help: "List all installed devices" },
    {
      name: "list-targets",
      short: "s",
      argument: "DEVICE",
      group: QUERIES,
      help: "List the targets that can be fenced by the named device",
    },
    { name: "metadata", short: "M", group: QUERIES, help: "Show agent metadata (requires --agent)" },
    { name: "query", short: "Q", argument: "DEVICE", group: QUERIES, help: "Check the named device's status" },
    {
      name: "history",
      short: "H",
      argument: "NODE",
      group: QUERIES,
      help: "Show last successful fencing operation for named node ('*' for all)",
    },
    { name: "last", short: "h", argument: "NODE", group: QUERIES, help: "Indicate when the named node was last fenced" },
    { name: "validate", short: "K", group: QUERIES, help: "Validate a fence device configuration (requires --agent)" },
    { name: "fence", short: "F", argument: "HOST", group: FENCING, help: "Fence named host" },
    { name: "unfence", short: "U", argument: "HOST", group: FENCING, help: "Unfence named host" },
    { name: "reboot", short: "B", argument: "HOST", group: FENCING, help: "Reboot named host" },
    { name: "confirm", short: "C", argument: "HOST", group: FENCING, help: "Tell the cluster that a host is now safely down" },
    { name: "agent", short: "a", argument: "AGENT", group: ADDITIONAL, help: "The agent to use (for example, fence_xvm)" },
    { name: "option", short: "o", argument: "NAME=VALUE", group: ADDITIONAL, help: "A device option (may be given several times)" },
    { name: "env-option", short: "e", argument: "NAME", group: ADDITIONAL, help: "A device option taken from OCF_RESKEY_<NAME>" },
    { name: "tag", short: "T", argument: "TAG", group: ADDITIONAL, help: "Identify fencing operations with a tag" },
    { name: "device", short: "v", argument: "DEVICE", group: ADDITIONAL, help: "Device ID (with --register-level)" },
    { name: "index", short: "i", argument: "LEVEL", group: ADDITIONAL, help: "The level of a topology (1-9)" },
    { name: "timeout", short: "t", argument: "SECONDS", group: ADDITIONAL, help: "Operation timeout in seconds (default 120)" },
    { name: "delay", short: "y", argument: "SECONDS", group: ADDITIONAL, help: "Enforced fencing delay in seconds" },
    { name: "tolerance", argument: "SECONDS", group: ADDITIONAL, help: "Do nothing if an equal request succeeded this recently" },
    { name: "as-node-id", short: "n", group: ADDITIONAL, help: "(Advanced) The supplied node is the corosync node ID" },
    { name: "cleanup", short: "c", group: ADDITIONAL, help: "Cleanup wherever appropriate (with --history)" },
    { name: "broadcast", short: "b", group: ADDITIONAL, help: "Broadcast wherever appropriate (with --history)" },
    { name: "quiet", short: "q", group: ADDITIONAL, help: "Be less descriptive in output" },
  ],
};
