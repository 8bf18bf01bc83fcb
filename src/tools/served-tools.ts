import { attrdUpdater } from "./attrd-updater.ts";
import { cibadmin } from "./cibadmin.ts";
import { crmAttribute } from "./crm-attribute.ts";
import { crmFailcount } from "./crm-failcount.ts";
import { crmMaster } from "./crm-master.ts";
import { crmMon } from "./crm-mon.ts";
import { crmNode } from "./crm-node.ts";
import { crmResource } from "./crm-resource.ts";
import { crmStandby } from "./crm-standby.ts";
import { crmTicket } from "./crm-ticket.ts";
import { crmadmin } from "./crmadmin.ts";
import type { Tool } from "./tool.ts";

/**
 * The tools people and scripts call again and again on a running cluster, which the tool server runs. Those that compute
 * for long, fence, or work on files are programs only.
 */
export const SERVED_TOOLS: ReadonlyMap<string, Tool> = new Map(
  [attrdUpdater, cibadmin, crmAttribute, crmFailcount, crmMaster, crmMon, crmNode, crmResource, crmStandby, crmTicket, crmadmin].map(
    (tool) => [tool.description.tool, tool],
  ),
);
