import { exitText } from "../model/exit-code.ts";
import type { FailedOperation } from "../scheduler/resource.ts";
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

/** A time span for people: 10s, 1m30s, 12ms, 20.001s. */
export function spanText(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const rest = ms % 60_000;
  const thousandths = rest % 1000;
  const seconds = `${Math.floor(rest / 1000)}${thousandths === 0 ? "" : `.${String(thousandths).padStart(3, "0")}`}s`;
  const days = Math.floor(minutes / 1440);
  const parts = [
    [days, "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "m"],
  ] as const;
  const long = parts.flatMap(([amount, unit]) => (amount > 0 ? [`${amount}${unit}`] : [])).join("");
  return rest > 0 || long === "" ? `${long}${seconds}` : long;
}

/** The state of a node in one or two words. */
export function nodeState(node: StatusNode): string {
  if (node.isUnclean) return `UNCLEAN (${node.isPending ? "pending" : node.isOnline ? "online" : "offline"})`;
  if (node.isPending) return "pending";
  if (node.isStandbyOnFail && node.isOnline) return "standby (on-fail)";
  if (node.isStandby) return !node.isOnline ? "OFFLINE (standby)" : node.runningCount > 0 ? "standby (with active resources)" : "standby";
  if (node.isMaintenance) return node.isOnline ? "maintenance" : "OFFLINE (maintenance)";
  return node.isOnline ? "online" : "OFFLINE";
}

/** The line of a primitive: name, agent, state, nodes, flags. */
export function resourceLine(resource: StatusResource, showsNodes = true): string {
  const flags = [
    ...(resource.isUnclean ? ["UNCLEAN"] : []),
    ...(resource.isDisabled ? ["disabled"] : []),
    ...(resource.isBlocked ? ["blocked"] : resource.isInMaintenance ? ["maintenance"] : resource.isManaged ? [] : ["unmanaged"]),
  ];
  const isPromoted = resource.role === "Promoted";
  const state = resource.isFailed && resource.isActive ? `FAILED${isPromoted ? " Promoted" : ""}` : (resource.pendingTask ?? resource.role);
  const single = showsNodes && resource.nodes.length === 1 ? ` ${resource.nodes[0]}` : "";
  const several = showsNodes && resource.nodes.length > 1 ? ` [ ${resource.nodes.join(" ")} ]` : "";
  const removed = resource.isRemoved ? " ORPHANED" : "";
  const shownFlags = flags.length === 0 ? "" : ` (${flags.join(", ")})`;
  return `${resource.id}\t(${resource.agent}):\t${removed} ${state}${single}${shownFlags}${several}`;
}

/** A failed operation in one sentence. */
export function failureLine(failure: FailedOperation, dateText: (epochSeconds: number) => string): string {
  const interval = failure.intervalMs > 0 ? `${spanText(failure.intervalMs)}-interval ` : "";
  const task = failure.operation === "monitor" && failure.intervalMs === 0 ? "probe" : failure.operation;
  const reason = failure.exitReason;
  const outcome =
    failure.operationStatus === 0
      ? `returned '${exitText(failure.exitCode)}'${reason === "" ? "" : ` (${reason})`}`
      : `could not be executed (${statusText(failure.operationStatus)}${reason === "" ? "" : `: ${reason}`})`;
  const at = failure.changedAtEpochSeconds > 0 ? ` at ${dateText(failure.changedAtEpochSeconds)}` : "";
  const after = failure.executionMs > 0 ? ` after ${spanText(failure.executionMs)}` : "";
  return `${failure.resourceId} ${interval}${task} on ${failure.node} ${outcome}${at}${after}`;
}
