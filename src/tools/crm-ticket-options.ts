import type { ToolDescription } from "./option-table.ts";

const QUERIES = "Queries";
const COMMANDS = "Commands";
const ADVANCED = "Advanced Options";
const ADDITIONAL = "Additional Options";
const DEPRECATED = "Deprecated Options";

/** What `crm_ticket` understands. Source: crm_ticket(8) of Pacemaker 3.0.2. */
export const ticketDescription: ToolDescription = {
  tool: "crm_ticket",
  summary: "Perform tasks related to cluster tickets",
  options: [
    { name: "info", short: "l", group: QUERIES, help: "Display the information of ticket(s)" },
    { name: "details", short: "L", group: QUERIES, help: "Display the details of ticket(s)" },
    { name: "raw", short: "w", group: QUERIES, help: "Display the IDs of ticket(s)" },
    { name: "query-xml", short: "q", group: QUERIES, help: "Query the XML of ticket(s)" },
    { name: "constraints", short: "c", group: QUERIES, help: "Display the rsc_ticket constraints that apply to ticket(s)" },
    { name: "grant", short: "g", group: COMMANDS, help: "Grant a ticket to this cluster site" },
    { name: "revoke", short: "r", group: COMMANDS, help: "Revoke a ticket from this cluster site" },
    { name: "standby", short: "s", group: COMMANDS, help: "Tell this cluster site this ticket is standby" },
    { name: "activate", short: "a", group: COMMANDS, help: "Tell this cluster site this ticket is active" },
    { name: "get-attr", short: "G", argument: "ATTRIBUTE", group: ADVANCED, help: "Display the named attribute for a ticket" },
    { name: "set-attr", short: "S", argument: "ATTRIBUTE", group: ADVANCED, help: "Set the named attribute for a ticket" },
    { name: "delete-attr", short: "D", argument: "ATTRIBUTE", group: ADVANCED, help: "Delete the named attribute for a ticket" },
    { name: "cleanup", short: "C", group: ADVANCED, help: "Delete all state of a ticket at this cluster site" },
    { name: "attr-value", short: "v", argument: "VALUE", group: ADDITIONAL, help: "Attribute value to use with -S" },
    { name: "default", short: "d", argument: "VALUE", group: ADDITIONAL, help: "(Advanced) Value to display if none is found, with -G" },
    { name: "force", short: "f", group: ADDITIONAL, help: "(Advanced) Force the action to be performed" },
    { name: "ticket", short: "t", argument: "ID", group: ADDITIONAL, help: "Ticket ID" },
    { name: "set-name", short: "n", argument: "ID", group: DEPRECATED, help: "(Advanced) ID of the instance_attributes object to change" },
    { name: "nvpair", short: "i", argument: "ID", group: DEPRECATED, help: "(Advanced) ID of the nvpair object to change or delete" },
    { name: "quiet", short: "Q", group: DEPRECATED, help: "Print only the value on stdout" },
    { name: "xml-file", short: "x", argument: "FILE", help: "", isHidden: true },
  ],
  formats: ["none", "text", "xml"],
};
