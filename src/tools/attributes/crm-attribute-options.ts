import type { ToolDescription } from "../frame/option-table.ts";

const SELECTION = "Selecting attributes";
const COMMANDS = "Commands";
const ADDITIONAL = "Additional options";

/** What `crm_attribute` understands. Source: crm_attribute(8) of Pacemaker 3.0.2. */
export const attributeDescription: ToolDescription = {
  tool: "crm_attribute",
  groupKeys: { [SELECTION]: "selections", [COMMANDS]: "command" },
  summary: "query and update Pacemaker cluster options and node attributes",
  options: [
    { name: "all", short: "a", group: SELECTION, help: "With -L, include advanced and deprecated options (always so in XML)" },
    { name: "id", short: "i", argument: "XML_ID", group: SELECTION, help: "(Advanced) Operate on the attribute with this XML ID" },
    { name: "name", short: "n", argument: "NAME", group: SELECTION, help: "Operate on the attribute or option with this name" },
    { name: "pattern", short: "P", argument: "PATTERN", group: SELECTION, help: "Operate on all attributes matching this pattern" },
    {
      name: "promotion",
      short: "p",
      argument: "RESOURCE",
      isArgumentOptional: true,
      group: SELECTION,
      help: "Operate on the promotion score of this resource (default: OCF_RESOURCE_INSTANCE)",
    },
    { name: "set-name", short: "s", argument: "NAME", group: SELECTION, help: "(Advanced) Operate on the set with this XML ID" },
    { name: "list-options", short: "L", argument: "TYPE", group: COMMANDS, help: "List all options of a type; allowed value: cluster" },
    { name: "delete", short: "D", group: COMMANDS, help: "Delete the attribute or option (with -n or -P)" },
    { name: "query", short: "G", group: COMMANDS, help: "Query the present value (with -n or -P)" },
    { name: "update", short: "v", argument: "VALUE", group: COMMANDS, help: "Update the value (with -n or -P)" },
    { name: "quiet", short: "q", group: ADDITIONAL, help: "Print only the value on stdout" },
    { name: "default", short: "d", argument: "VALUE", group: ADDITIONAL, help: "(Advanced) Value to display if none is configured" },
    { name: "lifetime", short: "l", argument: "LIFETIME", group: ADDITIONAL, help: "Lifetime of the node attribute: reboot or forever" },
    { name: "node", short: "N", argument: "NODE", group: ADDITIONAL, help: "Operate on an attribute of this node (not a cluster option)" },
    {
      name: "type",
      short: "t",
      argument: "SECTION",
      group: ADDITIONAL,
      help: "Part of the configuration: crm_config, rsc_defaults, op_defaults, tickets (also nodes, status)",
    },
    { name: "score", group: ADDITIONAL, help: "Add NAME++ and NAME+=X to the present value as scores" },
    { name: "wait", short: "W", argument: "UNTIL", group: ADDITIONAL, help: "How far a change must have come: no, local or cluster" },
    { name: "utilization", short: "z", group: ADDITIONAL, help: "Operate on a utilization attribute of the node" },
    { name: "Quiet", short: "Q", help: "", isHidden: true },
    { name: "attr-name", argument: "NAME", help: "", isHidden: true },
    { name: "get-value", help: "", isHidden: true },
    { name: "node-uname", short: "U", argument: "NODE", help: "", isHidden: true },
  ],
};
