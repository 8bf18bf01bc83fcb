import { attrdUpdater } from "./attributes/attrd-updater.ts";
import { crmAttribute } from "./attributes/crm-attribute.ts";
import { crmFailcount } from "./attributes/crm-failcount.ts";
import { crmMaster } from "./attributes/crm-master.ts";
import { crmStandby } from "./attributes/crm-standby.ts";
import { cibadmin } from "./cib/cibadmin.ts";
import { crmDiff } from "./cib/crm-diff.ts";
import { crmShadow } from "./cib/crm-shadow.ts";
import { crmVerify } from "./cib/crm-verify.ts";
import { clStatus } from "./cluster/cl-status.ts";
import { crmNode } from "./cluster/crm-node.ts";
import { crmadmin } from "./cluster/crmadmin.ts";
import { DAEMON_TOOLS } from "./cluster/daemon-metadata.ts";
import { pacemakerd } from "./cluster/pacemakerd.ts";
import { crmError } from "./crm-error.ts";
import { stonithAdmin } from "./fencing/stonith-admin.ts";
import type { Tool } from "./frame/tool.ts";
import { crmMon } from "./monitor/crm-mon.ts";
import { crmReport } from "./report/crm-report.ts";
import { crmResource } from "./resource/crm-resource.ts";
import { crmRule } from "./rules/crm-rule.ts";
import { iso8601 } from "./rules/iso8601.ts";
import { cibsecret } from "./secret/cibsecret.ts";
import { crmSimulate } from "./simulate/crm-simulate.ts";
import { crmTicket } from "./ticket/crm-ticket.ts";

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
