import type { FencingRequest } from "../fencing/fencer.ts";
import { EXIT } from "../model/exit-code.ts";
import { statusAsLegacyText } from "../output/status-legacy.ts";
import { type ClusterStatus, readClusterStatus } from "../output/status-model.ts";
import { type StatusView, statusAsText } from "../output/status-text.ts";
import { statusAsXml } from "../output/status-xml.ts";
import { framedXml, requestText } from "../output/xml-frame.ts";
import { parseDurationMs } from "../time/duration.ts";
import { element } from "../xml/element.ts";
import { writePretty } from "../xml/write.ts";
import { readCib, usesFile } from "./cib-access.ts";
import { askStatus } from "./crm-node.ts";
import { hasOption, optionValue, type ParsedOptions, parseOptions, type ToolDescription, UsageError } from "./option-table.ts";
import { done, failed, type Tool, type ToolPorts, type ToolResult } from "./tool.ts";

const DEFAULT_INTERVAL_MS = 5000;

const description: ToolDescription = {
  tool: "crm_mon",
  summary: "display a summary of the cluster's state",
  options: [
    { name: "one-shot", short: "1", group: "Additional", help: "Display the state once and exit" },
    { name: "interval", short: "i", argument: "TIME", group: "Additional", help: "How often to update the display (default: 5s)" },
    { name: "group-by-node", short: "n", group: "Display", help: "Group resources by node" },
    { name: "inactive", short: "r", group: "Display", help: "Display inactive resources" },
    { name: "failcounts", short: "f", group: "Display", help: "Display fail counts of resources" },
    { name: "operations", short: "o", group: "Display", help: "Display the history of operations" },
    { name: "timing-details", short: "t", group: "Display", help: "Display operations with their times" },
    { name: "show-node-attributes", short: "A", group: "Display", help: "Display node attributes" },
    { name: "hide-headers", short: "D", group: "Display", help: "Leave out the summary" },
    { name: "legacy-v2", group: "Display", help: "Display the state in the layout of Heartbeat 2" },
    { name: "quiet", short: "Q", help: "", isHidden: true },
    { name: "pending", short: "j", help: "", isHidden: true },
    { name: "as-xml", short: "X", help: "", isHidden: true },
    {
      name: "output-as",
      argument: "FORMAT",
      group: "Output",
      help: "Specify output format as one of: console (default), text, xml, json",
    },
  ],
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<ToolResult> {
  if (intervalOf(parsed) === undefined)
    return failed(EXIT.invalidParameter, `crm_mon: Invalid value for -i: ${optionValue(parsed, "interval")}`);
  const format = hasOption(parsed, "as-xml") ? "old-xml" : (optionValue(parsed, "output-as") ?? "text");
  const request = requestText([
    "crm_mon",
    ...parsed.given.map(({ name, value }) => (value === undefined ? `--${name}` : `--${name}=${value}`)),
  ]);
  const refuse = (exitCode: number, text: string): ToolResult => {
    if (format === "xml") return done(framedXml({ request, parts: [], exitCode, errors: [text] }), exitCode);
    return failed(exitCode, text);
  };
  try {
    const read = await readCib(ports, "crm_mon");
    if ("error" in read) return refuse(read.error.exitCode, `Could not connect to the CIB: ${read.error.message}`);
    const status = readClusterStatus(read.cib, { nowEpochSeconds: ports.epochSeconds() });
    const view = await viewOf(parsed, ports);
    return done(shown(format, request, status, view, parsed));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "DaemonUnreachable") throw error;
    return refuse(EXIT.disconnected, `crm_mon: Connection to cluster failed: ${error.message}`);
  }
}

function shown(format: string, request: string, status: ClusterStatus, view: StatusView, parsed: ParsedOptions): string {
  switch (format) {
    case "none":
      return "";
    case "xml":
      return framedXml({ request, parts: statusAsXml(status, view), exitCode: EXIT.ok });
    case "old-xml":
      return writePretty(element("crm_mon", { version: "3.0.2" }, statusAsXml(status, view)));
    case "json":
      return `${JSON.stringify({ request, lastUpdateEpochSeconds: view.nowEpochSeconds, localNode: view.localNode, ...status }, undefined, 2)}\n`;
    default:
      return hasOption(parsed, "legacy-v2") ? statusAsLegacyText(status, view) : statusAsText(status, view);
  }
}

async function viewOf(parsed: ParsedOptions, ports: ToolPorts): Promise<StatusView> {
  const isLive = !usesFile(ports);
  const requests = isLive ? (((await ports.ask({ op: "fence-history" })).data ?? []) as readonly FencingRequest[]) : [];
  return {
    showsInactive: hasOption(parsed, "inactive"),
    isByNode: hasOption(parsed, "group-by-node"),
    showsFailCounts: hasOption(parsed, "failcounts"),
    showsAttributes: hasOption(parsed, "show-node-attributes"),
    showsOperations: hasOption(parsed, "operations") || hasOption(parsed, "timing-details"),
    showsTimes: hasOption(parsed, "timing-details"),
    hidesHeaders: hasOption(parsed, "hide-headers"),
    localNode: isLive ? (await askStatus(ports)).node : undefined,
    nowEpochSeconds: ports.epochSeconds(),
    dateText: ports.dateText,
    failedFencing: lastFailures(requests).map((request) => fencingLine(request)),
    pendingFencing: requests.filter((request) => request.verdict === "pending").map((request) => fencingLine(request)),
  };
}

/** For each target, its last request if that one failed. */
function lastFailures(requests: readonly FencingRequest[]): FencingRequest[] {
  const finished = requests.filter((request) => request.verdict !== "pending");
  const last = new Map(finished.map((request) => [request.target, request]));
  return [...last.values()].filter((request) => request.verdict === "failed");
}

function fencingLine(request: FencingRequest): string {
  const action = { reboot: "reboot", off: "turning off", on: "unfencing" }[request.action];
  const common = `${action} of ${request.target} for ${request.client}@${request.origin}`;
  if (request.verdict === "pending") return `${common} pending`;
  const at = new Date((request.completedAtEpochSeconds ?? 0) * 1000).toISOString().replace("T", " ");
  return `${common} last failed at ${at}`;
}

function intervalOf(parsed: ParsedOptions): number | undefined {
  const text = optionValue(parsed, "interval");
  const interval = text === undefined ? DEFAULT_INTERVAL_MS : parseDurationMs(text);
  return interval === undefined || interval <= 0 ? undefined : interval;
}

/** Time between two screens in ms when the arguments ask for the live screen; undefined when one display is all. */
export function screenIntervalMs(argv: readonly string[]): number | undefined {
  try {
    const parsed = parseOptions(description, argv);
    const isOnce = ["one-shot", "as-xml", "legacy-v2", "help", "help-all", "version"].some((name) => hasOption(parsed, name));
    return isOnce || (optionValue(parsed, "output-as") ?? "console") !== "console" ? undefined : intervalOf(parsed);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** `crm_mon`. Source: crm_mon(8) of Pacemaker 3.0.2; `--legacy-v2` after crm_mon of Heartbeat 2.1.3. */
export const crmMon: Tool = { description, run };
