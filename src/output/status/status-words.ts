import { exitText } from "../../model/exit-code.ts";
import type { FailedOperation } from "../../scheduler/cluster/failed-operation.ts";
import { readableMs } from "../../time/duration.ts";
import type { StatusNode, StatusResource } from "./status-model.ts";

/** Texts of execution status values, from `pending` (-1) on. Source: Pacemaker 3.0.2, crm_mon. */
const STATUS_TEXTS = [
  "Pending",
  "Done",
  "Cancelled",
  "Timed out",
  "Unsupported",
  "Error",
  "Hard error",
  "Fatal error",
  "Not installed",
  "Internal communication failure",
  "Cannot execute now",
  "No fence device",
  "CIB secrets unavailable",
];

/** Text of an execution status. */
export function statusText(status: number): string {
  return STATUS_TEXTS[status + 1] ?? "Unknown";
}

/** The state of a node in one or two words. */
export function nodeState(node: StatusNode): string {
  if (node.isUnclean) return `UNCLEAN (${node.isOnline ? "online" : node.isPending ? "pending" : "offline"})`;
  if (node.isPending) return "pending";
  if (node.isStandbyOnFail && node.isOnline) return "standby (on-fail)";
  if (node.isStandby) return !node.isOnline ? "OFFLINE (standby)" : node.runningCount > 0 ? "standby (with active resources)" : "standby";
  if (node.isMaintenance) return node.isOnline ? "maintenance" : "OFFLINE (maintenance)";
  return node.isOnline ? "online" : "OFFLINE";
}

/** A node's name, in detail with the host of a guest and the id where it is another. */
export function nodeName(node: StatusNode, isDetailed: boolean): string {
  if (!isDetailed) return node.name;
  const host = node.host === undefined ? "" : `@${node.host}`;
  return `${node.name}${host}${node.name.toLowerCase() === node.id.toLowerCase() ? "" : ` (${node.id})`}`;
}

/** How a resource's line is to look. */
export interface LineStyle {
  /** Leave out where it is: the list is about one node. */
  readonly isWithoutNodes?: boolean;
  readonly showsDescription?: boolean;
  /** Name and place in place of its own: a replica shows its inner resource under the guest's name. */
  readonly name?: string;
  readonly node?: string | undefined;
}

const PENDING_STATES: Readonly<Record<string, string>> = {
  start: "Starting",
  stop: "Stopping",
  migrate_to: "Migrating",
  migrate_from: "Migrating",
  promote: "Promoting",
  demote: "Demoting",
};

/** State of a primitive in a word: what it does, or is about to. */
export function displayedState(resource: StatusResource): string {
  return PENDING_STATES[resource.pendingTask ?? ""] ?? resource.role;
}

/** The line of a primitive: name, agent, state, nodes, flags. */
export function resourceLine(resource: StatusResource, style: LineStyle = {}): string {
  const isMultiple = resource.nodes.length > 1;
  const node =
    style.isWithoutNodes || isMultiple
      ? undefined
      : "node" in style
        ? style.node
        : (resource.nodes[0] ?? resource.pendingNode ?? resource.lockNode);
  const state = resource.isFailed ? `FAILED${resource.role === "Promoted" ? " Promoted" : ""}` : displayedState(resource);
  const probe = resource.role === "Stopped" ? failedProbe(resource, node) : undefined;
  const flags = [
    ...(node !== undefined && resource.isPlaceUnclean ? ["UNCLEAN"] : []),
    ...(node !== undefined && node === resource.lockNode ? ["LOCKED"] : []),
    ...(resource.pendingTask === "monitor" ? ["Monitoring"] : []),
    ...targetFlags(resource),
    ...(resource.isBlocked ? ["blocked"] : resource.isInMaintenance ? ["maintenance"] : resource.isManaged ? [] : ["unmanaged"]),
    ...(resource.isFailureIgnored ? ["failure ignored"] : []),
  ];
  const showsDescription = style.showsDescription || style.isWithoutNodes || isMultiple;
  return [
    `${style.name ?? resource.printableId}\t(${resource.agent}):\t`,
    resource.isRemoved ? " ORPHANED" : "",
    ` ${state}`,
    node === undefined ? "" : ` ${node}`,
    probe === undefined ? "" : ` (${exitText(probe)}) `,
    flags.length === 0 ? "" : ` (${flags.join(", ")})`,
    showsDescription && resource.description !== undefined ? ` (${resource.description})` : "",
    isMultiple && !style.isWithoutNodes ? ` [ ${resource.nodes.join(" ")} ]` : "",
  ].join("");
}

/** Exit code of a probe that failed, on a node or anywhere. */
export function failedProbe(resource: StatusResource, node: string | undefined): number | undefined {
  return node === undefined ? [...resource.failedProbes.values()][0] : resource.failedProbes.get(node);
}

function targetFlags(resource: StatusResource): string[] {
  if (!resource.isDisabled) return [];
  return /^stopped$/i.test(resource.targetRole ?? "") ? ["disabled"] : [`target-role:${resource.targetRole}`];
}

/** A failed operation in one sentence. */
export function failureLine(failure: FailedOperation, dateText: (epochSeconds: number) => string): string {
  const interval = failure.intervalMs > 0 ? `${readableMs(failure.intervalMs)}-interval ` : "";
  const task = failure.operation === "monitor" && failure.intervalMs === 0 ? "probe" : failure.operation;
  const { exitReason: reason } = failure;
  const outcome =
    failure.operationStatus === 0
      ? `returned '${exitText(failure.exitCode)}'${reason ? ` (${reason})` : ""}`
      : `could not be executed (${statusText(failure.operationStatus)}${reason ? `: ${reason}` : ""})`;
  const at = failure.changedAtEpochSeconds > 0 ? ` at ${dateText(failure.changedAtEpochSeconds)}` : "";
  const executionMs = Number.parseInt(failure.executionMs ?? "", 10);
  const after = executionMs > 0 ? ` after ${readableMs(executionMs)}` : "";
  return `${failureResource(failure)} ${interval}${task} on ${failure.node} ${outcome}${at}${after}`;
}

/** A failed operation with all its figures. */
export function technicalFailureLine(failure: FailedOperation, dateText: (epochSeconds: number) => string): string {
  return [
    `${failure.key} on ${failure.node} '${exitText(failure.exitCode)}' (${failure.exitCode}): call=${failure.callId || "unknown"}`,
    `status='${statusText(failure.operationStatus)}'`,
    ...(failure.exitReason ? [`exitreason='${failure.exitReason}'`] : []),
    ...(failure.changedAtEpochSeconds > 0 ? [`last-rc-change='${dateText(failure.changedAtEpochSeconds)}'`] : []),
    ...(failure.queueMs ? [`queued=${failure.queueMs}ms`] : []),
    ...(failure.executionMs ? [`exec=${failure.executionMs}ms`] : []),
  ].join(", ");
}

/** Name of the resource as the operation's key has it. */
export function failureResource(failure: FailedOperation): string {
  const suffix = `_${failure.operation}_${failure.intervalMs}`;
  return failure.key.endsWith(suffix) ? failure.key.slice(0, -suffix.length) : failure.resourceId;
}
