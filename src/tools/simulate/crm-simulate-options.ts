import { EXIT } from "../../model/exit-code.ts";
import type { ToolDescription, ToolOption } from "../frame/option-table.ts";

const event = (name: string, short: string, argument: string, help: string): ToolOption => ({
  name,
  short,
  argument,
  group: "Synthetic Cluster Events",
  help,
});

/** Name, summary and options of `crm_simulate`. Source: crm_simulate(8) of Pacemaker 3.0.2. */
export const CRM_SIMULATE: ToolDescription = {
  tool: "crm_simulate",
  groupKeys: { "Synthetic Cluster Events": "synthetic" },
  outputRefusal: { exitCode: EXIT.noSuchObject, isUnsigned: true },
  summary: "simulate the cluster's response to events",
  options: [
    { name: "run", short: "R", group: "Operations", help: "Show what actions the cluster will take in response to the input" },
    { name: "simulate", short: "S", group: "Operations", help: "Like --run, but also take those actions and show the new status" },
    { name: "in-place", short: "X", group: "Operations", help: "Like --simulate, but also store the results back to the input" },
    { name: "show-attrs", short: "A", group: "Operations", help: "Show node attributes" },
    { name: "show-failcounts", short: "c", group: "Operations", help: "Show fail counts of resources" },
    { name: "show-scores", short: "s", group: "Operations", help: "Show allocation scores" },
    { name: "show-utilization", short: "U", group: "Operations", help: "Show utilization information" },
    { name: "profile", short: "P", argument: "DIR", group: "Operations", help: "Process all XML files in the directory and time it" },
    { name: "repeat", short: "N", argument: "N", group: "Operations", help: "With --profile, repeat each file N times" },
    { name: "pending", short: "j", help: "", isHidden: true },
    event("node-up", "u", "NODE", "Simulate bringing a node online"),
    event("node-down", "d", "NODE", "Simulate taking a node offline"),
    event("node-fail", "f", "NODE", "Simulate a node failing"),
    event("op-inject", "i", "OPSPEC", "Make up a result for the cluster to react to: RSC_TASK_MS@NODE=RC"),
    event("op-fail", "F", "OPSPEC", "If the operation occurs in the simulation, let it end with this code"),
    event("set-datetime", "t", "DATETIME", "Set the date and time (ISO 8601)"),
    event("quorum", "q", "QUORUM", "Set to 1 (or true) to say that the cluster has quorum"),
    event("watchdog", "w", "DEVICE", "Set to 1 (or true) to say that there is an active watchdog device"),
    event("ticket-grant", "g", "TICKET", "Simulate granting a ticket"),
    event("ticket-revoke", "r", "TICKET", "Simulate revoking a ticket"),
    event("ticket-standby", "b", "TICKET", "Simulate making a ticket standby"),
    event("ticket-activate", "e", "TICKET", "Simulate activating a ticket"),
    { name: "save-input", short: "I", argument: "FILE", group: "Artifact Options", help: "Save the input configuration to the file" },
    { name: "save-output", short: "O", argument: "FILE", group: "Artifact Options", help: "Save the output configuration to the file" },
    { name: "save-graph", short: "G", argument: "FILE", group: "Artifact Options", help: "Save the transition graph (XML) to the file" },
    { name: "save-dotfile", short: "D", argument: "FILE", group: "Artifact Options", help: "Save the transition graph (DOT) to the file" },
    { name: "all-actions", short: "a", group: "Artifact Options", help: "Show all possible actions in the DOT graph" },
    { name: "live-check", short: "L", group: "Data Source", help: "Use the CIB of the running cluster as input" },
    { name: "xml-file", short: "x", argument: "FILE", group: "Data Source", help: "Read the input from the file" },
    { name: "xml-pipe", short: "p", group: "Data Source", help: "Read the input from stdin" },
    { name: "quiet", short: "Q", help: "Display only essential output" },
  ],
};
