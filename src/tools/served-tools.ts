import { attrdUpdater } from "./attributes/attrd-updater.ts";
import { crmAttribute } from "./attributes/crm-attribute.ts";
import { crmFailcount } from "./attributes/crm-failcount.ts";
import { crmMaster } from "./attributes/crm-master.ts";
import { crmStandby } from "./attributes/crm-standby.ts";
import { cibadmin } from "./cib/cibadmin.ts";
import { crmVerify } from "./cib/crm-verify.ts";
import { crmNode } from "./cluster/crm-node.ts";
import { crmadmin } from "./cluster/crmadmin.ts";
import { DAEMON_TOOLS } from "./cluster/daemon-metadata.ts";
import { stonithAdmin } from "./fencing/stonith-admin.ts";
import { parseOptions } from "./frame/option-table.ts";
import type { Tool } from "./frame/tool.ts";
import { crmMon } from "./monitor/crm-mon.ts";
import { crmResource } from "./resource/crm-resource.ts";
import { crmSimulate } from "./simulate/crm-simulate.ts";
import { crmTicket } from "./ticket/crm-ticket.ts";

/**
 * The tools people and scripts call again and again on a running cluster, which the tool server runs. Those that work on
 * files are programs only.
 */
export const SERVED_TOOLS: ReadonlyMap<string, Tool> = new Map(
  [
    attrdUpdater,
    cibadmin,
    crmAttribute,
    crmFailcount,
    crmMaster,
    crmMon,
    crmNode,
    crmResource,
    crmSimulate,
    crmStandby,
    crmTicket,
    crmVerify,
    crmadmin,
    stonithAdmin,
    // Shells ask them at every start.
    ...DAEMON_TOOLS,
  ].map((tool) => [tool.description.tool, tool]),
);

/** Options of `stonith_admin` that fence somebody: its own program does that, which nothing else can hold up. */
const FENCING = ["fence", "unfence", "reboot", "confirm"];

/** True for calls that a served tool's server may run; all others are for its program. */
export function isServedCall(tool: Tool, argv: readonly string[]): boolean {
  if (tool !== stonithAdmin) return true;
  try {
    return !parseOptions(tool.description, argv).given.some((option) => FENCING.includes(option.name));
  } catch {
    return true;
  }
}

const COMPUTING: ReadonlySet<Tool> = new Set([crmSimulate, crmVerify]);
/** Text of a document with some hundred resources, in characters: what is computed of it takes tens of ms. */
const SMALL_DOCUMENT = 200_000;

/** False when what a tool computes of a document could make others wait for the server. */
export function isQuicklyDone(tool: Tool, documentText: string): boolean {
  return !COMPUTING.has(tool) || documentText.length <= SMALL_DOCUMENT;
}
