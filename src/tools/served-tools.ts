import { attrdUpdater } from "./attributes/attrd-updater.ts";
import { crmAttribute } from "./attributes/crm-attribute.ts";
import { crmFailcount } from "./attributes/crm-failcount.ts";
import { crmMaster } from "./attributes/crm-master.ts";
import { crmStandby } from "./attributes/crm-standby.ts";
import { cibadmin } from "./cib/cibadmin.ts";
import { crmNode } from "./cluster/crm-node.ts";
import { crmadmin } from "./cluster/crmadmin.ts";
import { crmMon } from "./monitor/crm-mon.ts";
import { crmResource } from "./resource/crm-resource.ts";
import { crmTicket } from "./ticket/crm-ticket.ts";
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
