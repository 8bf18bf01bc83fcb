import { EXIT } from "../../model/exit-code.ts";
import { configurationLog } from "../../output/log/configuration-log.ts";
import { statusAsHtml } from "../../output/status/status-html.ts";
import { statusAsLegacyText } from "../../output/status/status-legacy.ts";
import { type ClusterStatus, readClusterStatus } from "../../output/status/status-model.ts";
import { statusAsText } from "../../output/status/status-text.ts";
import { nodesNamed, resourcesNamed, type StatusView } from "../../output/status/status-view.ts";
import { statusAsXml } from "../../output/status/status-xml.ts";
import { element } from "../../xml/element.ts";
import { writePretty } from "../../xml/write.ts";
import { readCib, usesFile } from "../cib/cib-access.ts";
import { unvalidatedLog } from "../cib/schema-log.ts";
import { askStatus } from "../cluster/crm-node.ts";
import { fencingHistoryIfAllowed, reducedHistory } from "../fencing/fencing-history.ts";
import { type Answer, refusal, renderAnswer } from "../frame/answer.ts";
import { htmlPageOptions } from "../frame/html-options.ts";
import { hasOption, optionValue, type ParsedOptions, UsageError } from "../frame/option-table.ts";
import { done, type Tool, type ToolPorts, type ToolResult } from "../frame/tool.ts";
import { CRM_MON } from "./crm-mon-options.ts";
import { chooseSections, fencingLevelOf, intervalOf } from "./crm-mon-sections.ts";

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer | ToolResult> {
  const format = hasOption(parsed, "as-xml") ? "old-xml" : (optionValue(parsed, "output-as") ?? "console");
  const as = (answer: Answer): ToolResult =>
    renderAnswer("crm_mon", parsed.argv, format === "xml" || format === "json" || format === "none" ? format : "text", answer);
  const fencingLevel = fencingLevelOf(parsed);
  if (intervalOf(parsed) === undefined)
    return as(refusal("crm_mon", EXIT.invalidParameter, `Invalid value for -i: ${optionValue(parsed, "interval")}`));
  if (fencingLevel === undefined) return as(refusal("crm_mon", EXIT.invalidParameter, "Fence history must be 0-3"));
  if (hasOption(parsed, "daemonize") && !["output-to", "external-agent"].some((name) => hasOption(parsed, name)))
    return as(refusal("crm_mon", EXIT.usage, "--daemonize requires at least one of --output-to and --external-agent"));
  try {
    const read = await readCib(ports, "crm_mon");
    if ("error" in read) {
      // That there is no file is said, but is no failure.
      const exitCode = read.error.isUnconnected && read.error.exitCode === EXIT.noSuchObject ? EXIT.ok : read.error.exitCode;
      return as({ exitCode, errors: [`Could not connect to the CIB: ${read.error.message}`] });
    }
    for (const entry of unvalidatedLog(read.cib)) ports.log(entry);
    // As in Pacemaker, what a lost ticket does is known only where constraints are read for other reasons.
    const chosen = chooseSections(parsed, isForPrograms(format) ? "xml" : format, fencingLevel);
    const showsLostTickets = chosen.sections.has("tickets") || chosen.sections.has("bans");
    const status = readClusterStatus(read.cib, { nowEpochSeconds: ports.epochSeconds(), showsLostTickets });
    ports.log(() => configurationLog(status, ports.dateText));
    const view = await viewOf(parsed, ports, status, format, fencingLevel, chosen);
    return shown(format, status, view, parsed, as);
  } catch (error) {
    if (error instanceof UsageError) return as({ exitCode: EXIT.usage, errors: [error.message] });
    if (!(error instanceof Error) || error.name !== "DaemonUnreachable") throw error;
    return as(refusal("crm_mon", EXIT.disconnected, `Connection to cluster failed: ${error.message}`));
  }
}

function shown(format: string, status: ClusterStatus, view: StatusView, parsed: ParsedOptions, as: (answer: Answer) => ToolResult) {
  switch (format) {
    case "old-xml":
      return done(writePretty(element("crm_mon", { version: "3.0.2" }, statusAsXml(status, view))));
    case "html": {
      const isToFile = (optionValue(parsed, "output-to") ?? "-") !== "-";
      const refreshSeconds = isToFile ? Math.round((intervalOf(parsed) ?? 0) / 1000) : undefined;
      return done(statusAsHtml(status, view, { ...htmlPageOptions(parsed), refreshSeconds }));
    }
    case "xml":
    case "json":
      return as({ parts: statusAsXml(status, view) });
    default:
      return as({ text: hasOption(parsed, "legacy-v2") ? statusAsLegacyText(status, view) : statusAsText(status, view) });
  }
}

const isForPrograms = (format: string): boolean => ["xml", "old-xml", "json"].includes(format);

async function viewOf(
  parsed: ParsedOptions,
  ports: ToolPorts,
  status: ClusterStatus,
  format: string,
  fencingLevel: number,
  { sections, banPrefix }: Pick<StatusView, "sections" | "banPrefix">,
): Promise<StatusView> {
  const isLive = !usesFile(ports);
  const nodeWanted = optionValue(parsed, "node");
  const resourceWanted = optionValue(parsed, "resource");
  const isDetailed = hasOption(parsed, "show-detail");
  const history = isLive && fencingLevel > 0 ? await fencingHistoryIfAllowed(ports) : undefined;
  return {
    // That no node is in charge is told whether asked for or not.
    sections: status.dc === undefined ? new Set([...sections, "dc"]) : sections,
    showsInactive: isForPrograms(format) || hasOption(parsed, "inactive"),
    isByNode: hasOption(parsed, "group-by-node"),
    isBrief: hasOption(parsed, "brief") && !isForPrograms(format),
    showsDetail: isDetailed,
    showsTechnicalFailures: isDetailed,
    showsDescription: isDetailed || hasOption(parsed, "show-description"),
    showsTimes: isForPrograms(format) || hasOption(parsed, "timing-details"),
    showsPending: !hasOption(parsed, "hide-pending"),
    onlyNodes: nodeWanted === undefined ? undefined : nodesNamed(status, nodeWanted),
    onlyResources: resourceWanted === undefined ? undefined : resourcesNamed(status, resourceWanted),
    banPrefix,
    localNode: isLive ? (await askStatus(ports)).node : undefined,
    nowEpochSeconds: ports.epochSeconds(),
    dateText: ports.dateText,
    fencing: history && (fencingLevel < 3 ? reducedHistory(history) : history),
  };
}

/** `crm_mon`. Source: crm_mon(8) of Pacemaker 3.0.2; `--legacy-v2` after crm_mon of Heartbeat 2.1.3. */
export const crmMon: Tool = { description: CRM_MON, run };
