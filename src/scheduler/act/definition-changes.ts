import type { XmlElement } from "../../xml/element.ts";
import { isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { ACTION } from "../plan/action.ts";
import type { ActionReason } from "../plan/action-reason.ts";
import { requireUnfencing } from "../plan/fence-action.ts";
import { resourceAction } from "../plan/make-action.ts";
import { compareDigest, hasLateAddress } from "../plan/operation-digest.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import type { HistoryEntry } from "../unpack/history/operation-record.ts";
import { isOfAgent } from "../unpack/history/quiet-probe.ts";
import { cancelRecurring } from "./cancel.ts";
import { clearFailures, effectiveFailures } from "./clear-failures.ts";
import type { Histories } from "./histories.ts";
import { inForce } from "./history-order.ts";

const REDEFINED: ActionReason = { kind: "wish", wish: "resource definition change" };

/** Tasks that are compared when they were done once; what recurs always is. */
const COMPARED = new Set(["monitor", "start", "promote", "migrate_from"]);

/** A record that is compared with its definition, among those of the same history that are, from an index on. */
interface ComparedRecord {
  readonly resource: Resource;
  readonly node: SchedulerNode;
  readonly entry: HistoryEntry;
  readonly entries: readonly HistoryEntry[];
  readonly from: number;
}

/**
 * Compares what runs with what is configured: restarts, reloads, cancels and cleans up where they differ, and cancels
 * recurring operations in maintenance. Source: Pacemaker, resource configuration changes.
 */
export function applyDefinitionChanges(plan: Plan, histories: Histories): void {
  for (const node of plan.cluster.nodes) {
    if (!node.isMaintenance && !isAvailable(node)) continue;
    const holders = histories.toldByName(node);
    for (let at = 0; at < holders.length; at += 1) {
      const holder = holders[at] as XmlElement;
      if (holder.children.length === 0) continue;
      const resources = histories.resourcesOf(holder);
      for (let index = 0; index < resources.length; index += 1) checkHistory(plan, histories, resources[index] as Resource, node, holder);
    }
  }
}

/** Does the same for connections whose address depends on where their container was placed. */
export function applyLateDefinitionChanges(plan: Plan): void {
  for (const { resource, node, entry } of plan.lateRecords) checkOperation(plan, { resource, node, entry, entries: [entry], from: 0 });
}

function checkHistory(plan: Plan, histories: Histories, resource: Resource, node: SchedulerNode, holder: XmlElement): void {
  if (resource.isRemoved) {
    const top = resource.top;
    if (!top.clone || resource.isUnique) cleanUp(plan, resource, node);
    return;
  }
  const isHere = resource.activeOn.includes(node);
  if (hasAgentChanged(plan, resource, node, holder)) {
    if (isHere) {
      resourceAction(plan, resource, "stop", node, { isOptional: false });
      resource.startPendingOn.add(node.index);
      plan.redefinitions.push({ resource, node, record: undefined, answer: "restart" });
    }
    cleanUp(plan, resource, node);
  }
  if (!isHere) return;
  const entries = histories.ordered(holder);
  const { startIndex, stopIndex } = inForce(entries);
  if (startIndex < stopIndex) return;
  const isLate = hasLateAddress(plan, resource);
  const from = Math.max(0, startIndex);
  for (let at = from; at < entries.length; at += 1) {
    const entry = entries[at] as HistoryEntry;
    if (isLate) plan.lateRecords.push({ resource, node, entry });
    else checkOperation(plan, { resource, node, entry, entries, from });
  }
}

function checkOperation(plan: Plan, compared: ComparedRecord): void {
  const { resource, node, entry } = compared;
  const { task = "", intervalMs } = entry;
  if (intervalMs > 0 && (resource.isInMaintenance || node.isMaintenance)) {
    cancelRecurring(plan, resource, task, intervalMs, node, entry.xml.get("call-id"));
  } else if (intervalMs > 0 || COMPARED.has(task)) {
    if (answerChange(plan, compared) && effectiveFailures(plan, resource, node) > 0)
      clearFailures(plan, resource, node, "action definition changed");
  }
}

/** Answers a changed operation; false when nothing changed. */
function answerChange(plan: Plan, place: ComparedRecord): boolean {
  const { resource, node, entry } = place;
  const { xml: record, task = "", intervalMs } = entry;
  if (intervalMs > 0 && !plan.operations.written(resource, task, intervalMs, false)) {
    if (plan.cluster.options.cancelsRemovedActions) cancelRecurring(plan, resource, task, intervalMs, node, record.get("call-id"));
    return true;
  }
  const compared = compareDigest(plan, resource, node, entry, comparedBefore(plan, place));
  const { result } = compared;
  const isMasked = compared.isMasked && !plan.isLive;
  if (isMasked) {
    const magic = record.get("transition-magic") ?? "";
    plan.maskedChanges.push({ resource: resource.id, node: node.name, task: comparedTask(task, intervalMs), intervalMs, magic });
  }
  if (result === "same" || isMasked) return false;
  if (result === "restart") forceRestart(plan, resource, node, entry);
  else if (intervalMs > 0) {
    requireUnfencing(plan, resource, node, "Device parameters changed (reschedule)");
    resourceAction(plan, resource, task, node, { isOptional: true, intervalMs }).set(ACTION.reschedule);
  } else if (record.get("op-restart-digest") !== undefined) {
    requireUnfencing(plan, resource, node, "Device parameters changed (reload)");
    reload(plan, resource, node, record);
  } else forceRestart(plan, resource, node, entry);
  return true;
}

/** The records of the same operation that were compared before: a failure that counts with the status, others in their order. */
function comparedBefore(plan: Plan, { entry, entries, from }: ComparedRecord): XmlElement[] {
  const before: XmlElement[] = [];
  let isBefore = true;
  for (let at = 0; at < entries.length; at += 1) {
    const other = entries[at] as HistoryEntry;
    if (other === entry) isBefore = false;
    if (other.task !== entry.task || other.intervalMs !== entry.intervalMs) continue;
    if (other.isLastFailure && plan.cluster.history.lastFailures.some(({ xml }) => xml === other.xml)) before.unshift(other.xml);
    if (isBefore && at >= from) before.push(other.xml);
  }
  return before;
}

function forceRestart(plan: Plan, resource: Resource, node: SchedulerNode, { xml: record, task = "", intervalMs }: HistoryEntry): void {
  const startLike = comparedTask(task, intervalMs);
  resourceAction(plan, resource, startLike, undefined, { isOptional: false, intervalMs }).explain(REDEFINED, true);
  requireUnfencing(plan, resource, node, "Device parameters changed");
  if (startLike === "start") plan.redefinitions.push({ resource, node, record, answer: "restart" });
}

/** The task whose parameters count for an operation: what was done once goes by the start. */
function comparedTask(task: string, intervalMs: number): string {
  return intervalMs === 0 && COMPARED.has(task) ? "start" : task;
}

function reload(plan: Plan, resource: Resource, node: SchedulerNode, record: XmlElement): void {
  if (!resource.isManaged || resource.isFailed) return;
  const answer = resource.startPendingOn.size > 0 ? "restart" : "reload";
  plan.redefinitions.push({ resource, node, record, answer });
  if (answer === "restart") {
    resourceAction(plan, resource, "stop", node, { isOptional: false });
    return;
  }
  plan.reloading.add(resource);
  const action = resourceAction(plan, resource, "reload-agent", node, { isOptional: false });
  action.explain(REDEFINED);
  const flags = RELATION.ordered | RELATION.thenCancelsFirst;
  plan.orders.beforeOperation(action, resource, "stop", flags);
  plan.orders.beforeOperation(action, resource, "demote", flags);
}

function hasAgentChanged(plan: Plan, resource: Resource, node: SchedulerNode, holder: XmlElement): boolean {
  if (isOfAgent(holder, resource)) return false;
  requireUnfencing(plan, resource, node, "Device definition changed");
  return true;
}

/** Has the history of a resource on a node deleted, after its stop and before its start. */
export function cleanUp(plan: Plan, resource: Resource, node: SchedulerNode): void {
  if (resource.isFailed || node.uncleanReason !== undefined || !node.isOnline) return;
  resourceAction(plan, resource, "delete", node, { isOptional: false });
  plan.orders.between(resource, "stop", resource, "delete", RELATION.ordered);
  plan.orders.between(resource, "delete", resource, "start", RELATION.ordered);
  // Where a probe renews a history it is left alone; of a resource whose lock is over that holds for the deletion the lock asks for.
  if (resource.isManaged && resource.forgottenOn.size === 0)
    plan.orders.between(resource, "delete", resource, "monitor", RELATION.ifOnSameNode | RELATION.thenCancelsFirst);
}
