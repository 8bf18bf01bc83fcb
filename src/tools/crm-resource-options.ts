import type { ToolDescription } from "./option-table.ts";

/** Name, summary and options of `crm_resource`. Source: crm_resource(8) of Pacemaker 3.0.2. */
export const CRM_RESOURCE: ToolDescription = {
  tool: "crm_resource",
  summary: "perform tasks related to cluster resources",
  options: [
    { name: "list", short: "L", group: "Queries", help: "List all resources with their state (what is done without any command)" },
    { name: "list-raw", short: "l", group: "Queries", help: "List the ids of all primitives" },
    { name: "list-cts", short: "c", help: "", isHidden: true },
    { name: "locate", short: "W", group: "Queries", help: "Show where the resource is active" },
    { name: "query-xml", short: "q", group: "Queries", help: "Show the resource's XML, template included" },
    { name: "query-xml-raw", short: "w", group: "Queries", help: "Show the resource's XML as it was written" },
    { name: "get-parameter", short: "g", argument: "NAME", group: "Queries", help: "Display a parameter of the resource" },
    { name: "cleanup", short: "C", group: "Commands", help: "Forget failures, and probe again where there were any" },
    { name: "refresh", short: "R", group: "Commands", help: "Forget the whole history, and probe again" },
    { name: "set-parameter", short: "p", argument: "NAME", group: "Commands", help: "Set a parameter of the resource (needs -v)" },
    { name: "delete-parameter", short: "d", argument: "NAME", group: "Commands", help: "Delete a parameter of the resource" },
    { name: "move", short: "M", group: "Location", help: "Prefer a node (-N), or leave the present one" },
    { name: "ban", short: "B", group: "Location", help: "Keep the resource away from a node (default: the present one)" },
    { name: "clear", short: "U", group: "Location", help: "Take back what move and ban have written" },
    { name: "promoted", group: "Location", help: "Limit the command to the promoted role" },
    { name: "master", help: "", isHidden: true },
    { name: "resource", short: "r", argument: "ID", group: "Additional", help: "The resource" },
    { name: "node", short: "N", argument: "NAME", group: "Additional", help: "The node" },
    { name: "host-uname", short: "H", argument: "NAME", help: "", isHidden: true },
    { name: "parameter-value", short: "v", argument: "VALUE", group: "Additional", help: "Value to set" },
    { name: "meta", short: "m", group: "Additional", help: "Work on a meta attribute instead of an agent's parameter" },
    { name: "utilization", short: "z", group: "Additional", help: "Work on a utilization attribute" },
    { name: "set-name", short: "s", argument: "ID", group: "Additional", help: "(Advanced) XML id of the attribute set" },
    { name: "force", short: "f", group: "Additional", help: "Do it in spite of doubts" },
    { name: "quiet", short: "Q", group: "Additional", help: "Print only what is asked for" },
  ],
};
