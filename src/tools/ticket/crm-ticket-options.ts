import { EXIT } from "../../model/exit-code.ts";
import type { ToolDescription } from "../frame/option-table.ts";

const QUERIES = "Queries";
const COMMANDS = "Commands";
const ADVANCED = "Advanced Options";
const ADDITIONAL = "Additional Options";
const DEPRECATED = "Deprecated Options";

const OF_A = "--ticket ticketA";
const EXAMPLES = `Examples:\n\n${[
  ["Display the info of tickets", "--info"],
  ["Display the detailed info of tickets", "--details"],
  ["Display the XML of 'ticketA'", `${OF_A} --query-xml`],
  ["Display the rsc_ticket constraints that apply to 'ticketA'", `${OF_A} --constraints`],
  ["Grant 'ticketA' to this cluster site", `${OF_A} --grant`],
  ["Revoke 'ticketA' from this cluster site", `${OF_A} --revoke`],
  [
    "Make 'ticketA' standby (the cluster site will treat a granted\n'ticketA' as 'standby', and the dependent resources will be\n" +
      "stopped or demoted gracefully without triggering loss-policies)",
    `${OF_A} --standby`,
  ],
  ["Activate 'ticketA' from being standby", `${OF_A} --activate`],
  ["Get the value of the 'granted' attribute for 'ticketA'", `${OF_A} --get-attr granted`],
  ["Set the value of the 'standby' attribute for 'ticketA'", `${OF_A} --set-attr standby --attr-value true`],
  ["Delete the 'granted' attribute for 'ticketA'", `${OF_A} --delete-attr granted`],
  [
    "Erase the operation history of 'ticketA' at this cluster site,\ncausing the cluster site to 'forget' the existing ticket state",
    `${OF_A} --cleanup`,
  ],
]
  .map(([purpose, options]) => `${purpose}:\n\n\tcrm_ticket ${options}\n\n`)
  .join("")}`;

/** What `crm_ticket` understands. Source: crm_ticket(8) of Pacemaker 3.0.2. */
export const ticketDescription: ToolDescription = {
  tool: "crm_ticket",
  outputRefusal: { exitCode: EXIT.noSuchObject },
  summary: "Perform tasks related to cluster tickets\n\nAllows ticket attributes to be queried, modified and deleted.",
  epilogue: EXAMPLES,
  groupHelp: { [QUERIES]: "Show queries" },
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
};
