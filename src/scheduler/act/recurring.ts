import { OCF } from "../../model/exit-code.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import { operationKey } from "../cluster/operation-key.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Role } from "../cluster/role.ts";
import { ACTION, type Action } from "../plan/action.ts";
import { resourceAction } from "../plan/make-action.ts";
import type { WrittenOperation } from "../plan/operation-lists.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import type { HistoryEntry } from "../unpack/history/operation-record.ts";
import { cancelAction } from "./cancel.ts";
import type { Histories } from "./histories.ts";
import { inForce } from "./history-order.ts";

const { ordered, firstImpliesThen, unrunnableFirstBlocks } = RELATION;

/** A recurring operation as configured. */
interface Recurring {
  readonly name: string;
  readonly intervalMs: number;
  /** Role it is for; undefined for any that is active and not promoted. */
  readonly role: Role | undefined;
  readonly key: string;
}

/** What else is made for a resource by its history on a node. */
interface Surroundings {
  readonly before: (resource: Resource) => void;
  readonly after: (resource: Resource) => void;
}

/** Makes known which recurring operations run on a node already: those in the history since the last start, or since the last stop. */
export function knownRecurring(plan: Plan, histories: Histories, node: SchedulerNode, around?: Surroundings): void {
  if (!node.isOnline && !around) return;
  const holders = histories.told(node);
  for (let at = 0; at < holders.length; at += 1) {
    const holder = holders[at] as XmlElement;
    const isRecurring = node.isOnline && histories.hasRecurring(holder);
    if (!isRecurring && !around) continue;
    const resource = seenIn(histories, holder, node);
    if (!resource) continue;
    around?.before(resource);
    if (isRecurring) knownOf(plan, resource, node, histories.ordered(holder));
    around?.after(resource);
  }
}

/** The primitive that a history is about; an instance may have the name that another one's history has. */
function seenIn(histories: Histories, holder: XmlElement, node: SchedulerNode): Resource | undefined {
  const candidates = histories.resourcesOf(holder);
  let first: Resource | undefined;
  for (let at = 0; at < candidates.length; at += 1) {
    const candidate = candidates[at] as Resource;
    if (!candidate.seenOn.has(node.index)) continue;
    if (candidate.historyName === holder.id) return candidate;
    first ??= candidate;
  }
  return first;
}

function knownOf(plan: Plan, resource: Resource, node: SchedulerNode, entries: readonly HistoryEntry[]): void {
  const { startIndex, stopIndex } = inForce(entries);
  for (let at = Math.max(0, startIndex, startIndex < stopIndex ? stopIndex + 1 : 0); at < entries.length; at += 1) {
    const { intervalMs, task, statusText } = entries[at] as HistoryEntry;
    if (intervalMs === 0 || task === undefined || statusText === "-1") continue;
    resourceAction(plan, resource, task, node, { isOptional: true, intervalMs });
  }
}

/** Makes the recurring operations of a primitive, and cancels those that do not fit its role any more. */
export function recurringActions(plan: Plan, resource: Resource): void {
  const node = resource.assigned;
  if (resource.isBlocked || resource.isInMaintenance) return;
  const isWatched = node !== undefined && !node.isMaintenance && (resource.nextRole !== "Stopped" || !resource.isManaged);
  const start = isWatched ? resourceAction(plan, resource, "start", node, { isOptional: true }) : undefined;
  const operations = plan.operations.recurring(resource);
  for (let at = 0; at < operations.length; at += 1) {
    const { name, intervalMs, roleText } = operations[at] as WrittenOperation;
    const role = roleOf(roleText);
    if (roleText !== undefined && role === undefined) continue;
    const recurring = { name, intervalMs, role, key: operationKey(resource.id, name, intervalMs) };
    if (start && node) whileActive(plan, resource, start, node, recurring);
    whileInactive(plan, resource, node, recurring);
  }
}

function roleOf(text: string | undefined): Role | undefined {
  switch (text?.toLowerCase()) {
    case "stopped":
      return "Stopped";
    case "started":
      return "Started";
    case "unpromoted":
    case "slave":
      return "Unpromoted";
    case "promoted":
    case "master":
      return "Promoted";
    default:
      return undefined;
  }
}

function whileActive(plan: Plan, resource: Resource, start: Action, node: SchedulerNode, recurring: Recurring): void {
  const { name, intervalMs, role, key } = recurring;
  if (role === "Stopped") return;
  const isOptional = start.isOptional && goesOn(plan, resource, key, node);
  const fits = role === undefined ? resource.nextRole !== "Promoted" : resource.nextRole === role;
  if (!fits) {
    if (isOptional) cancelForRole(plan, resource, node, recurring);
    return;
  }
  const monitor = resourceAction(plan, resource, name, node, { isOptional, intervalMs, key });
  if (!start.isRunnable || !node.isOnline || node.uncleanReason !== undefined) monitor.clear(ACTION.runnable);
  if (resource.nextRole === "Promoted") monitor.meta.set("op_target_rc", String(OCF.runningPromoted));
  if (!resource.isManaged) return;
  const { orders } = plan;
  orders.afterOperation(monitor, resource, "start", firstImpliesThen | unrunnableFirstBlocks);
  if (plan.reloading.has(resource)) orders.afterOperation(monitor, resource, "reload-agent", firstImpliesThen | unrunnableFirstBlocks);
  if (resource.nextRole === "Promoted") orders.afterOperation(monitor, resource, "promote", ordered | unrunnableFirstBlocks);
  else if (resource.role === "Promoted") orders.afterOperation(monitor, resource, "demote", ordered | unrunnableFirstBlocks);
}

/** True for a recurring operation that runs on a node already, as it is configured. */
function goesOn(plan: Plan, resource: Resource, key: string, node: SchedulerNode): boolean {
  const own = plan.book.of(resource);
  let isKnown = false;
  for (let at = 0; at < own.length; at += 1) {
    const action = own[at] as Action;
    if (action.node !== node || action.key !== key) continue;
    if (action.has(ACTION.reschedule)) return false;
    isKnown = true;
  }
  return isKnown;
}

/** Cancels what is for another role before the role changes. */
function cancelForRole(plan: Plan, resource: Resource, node: SchedulerNode, recurring: Recurring): void {
  const cancel = cancelAction(plan, resource, recurring.name, recurring.intervalMs, node);
  let before: string | undefined;
  if (resource.role === "Promoted") before = "demote";
  else if (resource.role !== "Stopped" && resource.nextRole === "Promoted") before = "promote";
  else if (resource.role !== "Stopped" && resource.nextRole === "Stopped") before = "stop";
  if (before !== undefined) plan.orders.beforeOperation(cancel, resource, before, unrunnableFirstBlocks);
}

/** Monitors for the role Stopped run wherever the resource is not. Instances that cannot be told apart have none. */
function whileInactive(plan: Plan, resource: Resource, activeNode: SchedulerNode | undefined, recurring: Recurring): void {
  const { name, intervalMs, role, key } = recurring;
  if (role !== "Stopped" || !resource.isUnique) return;
  for (const node of plan.cluster.nodes) {
    const isKnown = plan.book.exactly(resource, key, node).length > 0;
    if (node === activeNode) {
      if (isKnown) cancelBeforeStart(plan, resource, node, recurring);
      continue;
    }
    const monitor = resourceAction(plan, resource, name, node, { isOptional: isKnown, intervalMs });
    monitor.meta.set("op_target_rc", String(OCF.notRunning));
    if (resource.isManaged) {
      for (const probe of plan.book.withTask(resource, "monitor", node)) plan.book.relate(probe, monitor, unrunnableFirstBlocks);
    }
    afterStops(plan, resource, node, monitor);
    if (!node.isOnline || node.uncleanReason !== undefined) monitor.clear(ACTION.runnable);
  }
}

function cancelBeforeStart(plan: Plan, resource: Resource, node: SchedulerNode, recurring: Recurring): void {
  const cancel = cancelAction(plan, resource, recurring.name, recurring.intervalMs, node);
  if (resource.nextRole === "Started" || resource.nextRole === "Unpromoted")
    plan.orders.beforeOperation(cancel, resource, "start", unrunnableFirstBlocks);
}

function afterStops(plan: Plan, resource: Resource, node: SchedulerNode, monitor: Action): void {
  for (const stop of plan.book.exactly(resource, resource.keyOf("stop"), node)) {
    if (!stop.isOptional && !monitor.isOptional && !resource.isManaged) monitor.set(ACTION.optional);
    if (!stop.isRunnable) monitor.clear(ACTION.runnable);
    if (resource.isManaged) plan.orders.add(stop, monitor, firstImpliesThen | unrunnableFirstBlocks);
  }
}
