import { compareNumericAware } from "../base/names.ts";
import { exitText } from "../model/exit-code.ts";
import { formatScore } from "../score/score.ts";
import { cloneLines } from "./status-clone.ts";
import type { NodeHistory, ResourceHistory } from "./status-history.ts";
import { type ClusterStatus, primitivesOf, type StatusNode, type StatusResource } from "./status-model.ts";
import { failureLine, nodeState, resourceLine } from "./status-words.ts";

/** What to show, and what the display knows besides the CIB. */
export interface StatusView {
  readonly showsInactive: boolean;
  readonly isByNode: boolean;
  readonly showsFailCounts: boolean;
  readonly showsAttributes: boolean;
  readonly showsOperations: boolean;
  readonly showsTimes: boolean;
  readonly hidesHeaders: boolean;
  /** The node that answered; undefined when the CIB comes from a file. */
  readonly localNode: string | undefined;
  readonly nowEpochSeconds: number;
  readonly dateText: (epochSeconds: number) => string;
  /** Lines about fencing that failed or is under way. */
  readonly failedFencing: readonly string[];
  readonly pendingFencing: readonly string[];
}

/** The status as crm_mon of Pacemaker 3.0.2 prints it. */
export function statusAsText(status: ClusterStatus, view: StatusView): string {
  const sections = [
    view.hidesHeaders ? [] : summary(status, view),
    managementNotice(status),
    section("Node List", view.isByNode ? nodesWithResources(status) : nodeLines(status.nodes)),
    resourceSection(status, view),
    view.showsAttributes ? section("Node Attributes", attributeLines(status)) : [],
    view.showsOperations
      ? section("Operations", historyLines(status, view))
      : view.showsFailCounts
        ? section("Migration Summary", historyLines(status, view))
        : [],
    section(
      "Failed Resource Actions",
      status.failures.map((failure) => `  * ${failureLine(failure, view.dateText)}`),
    ),
    section(
      "Failed Fencing Actions",
      view.failedFencing.map((line) => `  * ${line}`),
    ),
    section(
      "Pending Fencing Actions",
      view.pendingFencing.map((line) => `  * ${line}`),
    ),
  ];
  const shown = sections.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** All resources as `crm_resource --list` prints them. */
export function resourceListText(status: ClusterStatus): string {
  const lines = status.resources.flatMap((resource) => resourceLines(resource, status.nodes, true, 1));
  return `Full List of Resources:\n${(lines.length === 0 ? ["  * No resources"] : lines).join("\n")}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines];
}

function summary(status: ClusterStatus, view: StatusView): string[] {
  const { dc, lastChange } = status;
  const isLive = view.localNode !== undefined;
  const quorum = status.hasQuorum ? "with quorum" : "WITHOUT quorum";
  const by = [
    lastChange.user === "" ? "" : ` by ${lastChange.user}`,
    lastChange.client === "" ? "" : ` via ${lastChange.client}`,
    lastChange.origin === "" ? "" : ` on ${lastChange.origin}`,
  ];
  const { disabledCount, blockedCount } = status;
  const counts = [
    ...(disabledCount > 0 ? [`${disabledCount} DISABLED`] : []),
    ...(blockedCount > 0 ? [`${blockedCount} BLOCKED from further action due to failure`] : []),
  ];
  return [
    "Cluster Summary:",
    `  * Stack: ${status.stack}${isLive ? " (Pacemaker is running)" : ""}`,
    dc === undefined ? "  * Current DC: NONE" : `  * Current DC: ${dc.name} (version ${dc.version}) - partition ${quorum}`,
    `  * Last updated: ${view.dateText(view.nowEpochSeconds)}${isLive ? ` on ${view.localNode}` : ""}`,
    `  * Last change:  ${lastChange.time}${by.join("")}`,
    `  * ${status.nodes.length} node${status.nodes.length === 1 ? "" : "s"} configured`,
    `  * ${status.instanceCount} resource instance${status.instanceCount === 1 ? "" : "s"} configured${counts.length === 0 ? "" : ` (${counts.join(", ")})`}`,
  ];
}

function managementNotice(status: ClusterStatus): string[] {
  if (status.options.isMaintenanceMode) {
    return ["              *** Resource management is DISABLED ***", "  The cluster will not attempt to start, stop or recover services"];
  }
  if (!status.options.isStopAll) return [];
  return ["    *** Resource management is DISABLED ***", "  The cluster will keep all resources stopped"];
}

function nodeLines(nodes: readonly StatusNode[]): string[] {
  const isPlain = (node: StatusNode): boolean => ["online", "OFFLINE"].includes(nodeState(node));
  const names = (state: string): string[] => nodes.filter((node) => nodeState(node) === state).map((node) => node.name);
  const bracket = (label: string, list: string[]): string[] =>
    list.length === 0 ? [] : [`  * ${label}: [ ${list.sort(compareNumericAware).join(" ")} ]`];
  return [
    ...nodes.filter((node) => !isPlain(node)).map((node) => `  * Node ${node.name}: ${nodeState(node)}`),
    ...bracket("Online", names("online")),
    ...bracket("OFFLINE", names("OFFLINE")),
  ];
}

function nodesWithResources(status: ClusterStatus): string[] {
  const primitives = status.resources.flatMap(primitivesOf);
  return status.nodes.flatMap((node) => [
    `  * Node ${node.name}: ${nodeState(node)}:`,
    "    * Resources:",
    ...primitives.filter((resource) => resource.nodes.includes(node.name)).map((resource) => `      * ${resourceLine(resource, false)}`),
  ]);
}

function resourceSection(status: ClusterStatus, view: StatusView): string[] {
  if (view.isByNode && !view.showsInactive) return [];
  const title = view.isByNode ? "Inactive Resources" : view.showsInactive ? "Full List of Resources" : "Active Resources";
  const chosen = view.isByNode ? status.resources.filter((resource) => !resource.isActive) : status.resources;
  const lines = chosen.flatMap((resource) => resourceLines(resource, status.nodes, view.showsInactive, 1));
  const none = view.isByNode ? "No inactive resources" : view.showsInactive ? "No resources" : "No active resources";
  return section(title, lines.length === 0 ? [`  * ${none}`] : lines);
}

function resourceLines(resource: StatusResource, nodes: readonly StatusNode[], showsInactive: boolean, depth: number): string[] {
  const indent = "  ".repeat(depth);
  if (resource.kind === "other")
    return [`${indent}* ${resource.type === "bundle" ? "Container bundle" : "Clone Set"}: ${resource.id} (unmanaged)`];
  if (!showsInactive && !resource.isActive) return [];
  if (resource.kind === "primitive") return [`${indent}* ${resourceLine(resource)}`];
  if (resource.kind === "clone") return cloneLines(resource, nodes, showsInactive, indent);
  const hidden = showsInactive ? 0 : resource.members.filter((member) => !member.isActive).length;
  const remarks = [
    ...(hidden > 0 ? [`${hidden} member${hidden === 1 ? "" : "s"} inactive`] : []),
    ...(resource.isDisabled ? ["disabled"] : []),
    ...(resource.isInMaintenance ? ["maintenance"] : resource.isManaged ? [] : ["unmanaged"]),
  ];
  const shown = remarks.length === 0 ? "" : ` (${remarks.join(", ")})`;
  return [
    `${indent}* Resource Group: ${resource.id}${shown}:`,
    ...resource.members.flatMap((member) => resourceLines(member, nodes, showsInactive, depth + 1)),
  ];
}

function attributeLines(status: ClusterStatus): string[] {
  return status.nodes
    .filter((node) => node.isOnline && Object.keys(node.attributes).length > 0)
    .flatMap((node) => [
      `  * Node: ${node.name}:`,
      ...Object.entries(node.attributes).map(([name, value]) => `    * ${name.padEnd(32)}\t: ${value.padEnd(10)}`),
    ]);
}

function historyLines(status: ClusterStatus, view: StatusView): string[] {
  return status.histories.flatMap((history) => nodeHistoryLines(history, view));
}

function nodeHistoryLines(history: NodeHistory, view: StatusView): string[] {
  const shown = history.resources.filter((resource) => (view.showsOperations ? resource.operations.length > 0 : resource.failCount > 0));
  if (shown.length === 0) return [];
  return [`  * Node: ${history.node}:`, ...shown.flatMap((resource) => resourceHistoryLines(resource, view))];
}

function resourceHistoryLines(resource: ResourceHistory, view: StatusView): string[] {
  const counts = [
    ` migration-threshold=${resource.migrationThreshold}`,
    resource.failCount > 0 ? ` fail-count=${formatScore(resource.failCount)}` : "",
    resource.lastFailureEpochSeconds === undefined ? "" : ` last-failure='${view.dateText(resource.lastFailureEpochSeconds)}'`,
  ].join("");
  const head = `    * ${resource.id}:${resource.isRemoved ? " orphan" : counts}`;
  if (!view.showsOperations) return [head];
  const operations = resource.operations.map((op) => {
    const interval = op.intervalMs > 0 ? ` interval="${op.intervalMs}ms"` : "";
    const times = ` last-rc-change="${view.dateText(op.changedAtEpochSeconds)}" exec-time="${op.executionMs}ms" queue-time="${op.queueMs}ms"`;
    const details = `${interval}${view.showsTimes ? `${times} rc=${op.exitCode} (${exitText(op.exitCode)})` : ""}`;
    return `      * (${op.callId}) ${op.task}${details === "" ? "" : `:${details}`}`;
  });
  return [`${head}:`, ...operations];
}
