import { attrdUpdater } from "./attrd-updater.ts";
import { cibadmin } from "./cibadmin.ts";
import { cibsecret } from "./cibsecret.ts";
import { clStatus } from "./cl-status.ts";
import { crmAttribute } from "./crm-attribute.ts";
import { crmDiff } from "./crm-diff.ts";
import { crmError } from "./crm-error.ts";
import { crmFailcount } from "./crm-failcount.ts";
import { crmMaster } from "./crm-master.ts";
import { crmMon } from "./crm-mon.ts";
import { crmNode } from "./crm-node.ts";
import { crmReport } from "./crm-report.ts";
import { crmResource } from "./crm-resource.ts";
import { crmRule } from "./crm-rule.ts";
import { crmShadow } from "./crm-shadow.ts";
import { crmSimulate } from "./crm-simulate.ts";
import { crmStandby } from "./crm-standby.ts";
import { crmTicket } from "./crm-ticket.ts";
import { crmVerify } from "./crm-verify.ts";
import { crmadmin } from "./crmadmin.ts";
import { DAEMON_TOOLS } from "./daemon-metadata.ts";
import { iso8601 } from "./iso8601.ts";
import { pacemakerd } from "./pacemakerd.ts";
import { stonithAdmin } from "./stonith-admin.ts";
import type { Tool } from "./tool.ts";

/** Every command-line tool by its name. */
export const ALL_TOOLS: ReadonlyMap<string, Tool> = new Map(
  [
    cibadmin,
    cibsecret,
    clStatus,
    crmAttribute,
    crmMon,
    crmNode,
    crmReport,
    crmResource,
    crmSimulate,
    crmStandby,
    crmVerify,
    crmadmin,
    stonithAdmin,
    crmError,
    crmDiff,
    crmMaster,
    crmFailcount,
    crmShadow,
    iso8601,
    crmTicket,
    crmRule,
    ...DAEMON_TOOLS,
    attrdUpdater,
    pacemakerd,
  ].map((tool) => [tool.description.tool, tool]),
);
