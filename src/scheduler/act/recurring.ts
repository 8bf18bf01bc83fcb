import type { XmlElement } from "../../xml/element.ts";
import type { Assigned } from "../assign/assign.ts";
import { parameterDigest } from "../digest.ts";
import type { SchedulerNode } from "../node.ts";
import type { ConfiguredOperation, Resource } from "../resource.ts";
import { Action, type ActionBook, order, RELATION } from "./action.ts";
import { isUnchangedSecurely } from "./definition.ts";
import { addAction, cloneMeta, instanceParameters } from "./make-action.ts";

/** Makes the recurring operations of a primitive, and cancels those that are active and no longer wanted. */
export function recurringActions(cluster: Assigned, book: ActionBook, resource: Resource): void {
  const node = resource.isManaged ? (resource.nextRole === "Stopped" ? undefined : resource.assigned) : resource.activeOn[0];
  const active = cluster.history.monitors.filter((monitor) => monitor.resource === resource);
  const isWatched = node !== undefined && !resource.isInMaintenance && !node.isMaintenance;
  const wanted = isWatched ? resource.operations.filter((op) => isWanted(op, resource)) : [];
  for (const operation of wanted) {
    if (!node) continue;
    const known = active.find((m) => m.node === node && m.operation === operation.name && m.intervalMs === operation.intervalMs);
    const isUnchanged = known !== undefined && digestFits(cluster, resource, operation, node, known.xml);
    const monitor = addAction(cluster, book, resource, operation.name, node, isUnchanged, operation, operation.intervalMs);
    if (!node.isOnline || node.uncleanReason !== undefined) monitor.isRunnable = false;
    if (resource.isPromotable) monitor.attributes.set("CRM_meta_op_target_rc", operation.role === "Promoted" ? "8" : "0");
    if (resource.isPromotable && operation.role !== "Promoted") monitor.attributes.delete("CRM_meta_op_target_rc");
    for (const reload of book.of(resource, "reload-agent")) order(reload, monitor);
    for (const start of book.of(resource, "start")) order(start, monitor, RELATION.firstImpliesThen | RELATION.unrunnableFirstBlocks);
    for (const promote of book.of(resource, "promote")) {
      if (resource.nextRole === "Promoted") order(promote, monitor, RELATION.firstImpliesThen | RELATION.unrunnableFirstBlocks);
    }
    for (const demote of book.of(resource, "demote")) order(demote, monitor, RELATION.firstImpliesThen);
  }
  for (const monitor of active) {
    if (!monitor.node.isOnline || monitor.node.uncleanReason !== undefined) continue;
    const isStillWanted =
      monitor.node === node && wanted.some((op) => op.name === monitor.operation && op.intervalMs === monitor.intervalMs);
    if (isStillWanted || resource.isRemoved) continue;
    const isConfigured = resource.operations.some(
      (op) => op.name === monitor.operation && op.intervalMs === monitor.intervalMs && op.isEnabled,
    );
    // A stop ends recurring operations by itself.
    const isQuiet = resource.isInMaintenance || monitor.node.isMaintenance;
    if (isConfigured && !isQuiet && (monitor.node !== node || resource.nextRole === "Stopped" || resource.nextRole === resource.role))
      continue;
    if (!isConfigured && !cluster.options.cancelsRemovedActions) continue;
    const made = cancel(cluster, book, resource, monitor.node, monitor);
    // What belongs to the role of before ends before the role changes.
    if (isConfigured && !isQuiet)
      for (const task of ["promote", "demote"])
        for (const change of book.of(resource, task)) if (change.node === monitor.node) order(made, change);
  }
}

function isWanted(operation: ConfiguredOperation, resource: Resource): boolean {
  if (operation.intervalMs === 0 || !operation.isEnabled) return false;
  const role = operation.role ?? "Started";
  if (role === "Stopped") return false;
  if (!resource.isPromotable) return role === "Started" || role === "Unpromoted";
  const next = resource.nextRole ?? "Started";
  return role === "Promoted" ? next === "Promoted" : next !== "Promoted";
}

function digestFits(
  cluster: Assigned,
  resource: Resource,
  operation: ConfiguredOperation,
  node: SchedulerNode,
  record: XmlElement,
): boolean {
  const digest = record.get("op-digest");
  const parameters = instanceParameters(resource, node, cluster.nowEpochSeconds);
  for (const [name, value] of operation.parameters) parameters.set(name, value);
  if (isUnchangedSecurely(record.get("op-secure-params"), record.get("op-secure-digest"), parameters, resource.isFenceDevice)) return true;
  return digest === undefined || digest === parameterDigest(parameters, operation.timeoutMs);
}

function cancel(
  cluster: Assigned,
  book: ActionBook,
  resource: Resource,
  node: SchedulerNode,
  monitor: { readonly operation: string; readonly intervalMs: number; readonly callId: number },
): Action {
  const key = `${resource.id}_${monitor.operation}_${monitor.intervalMs}`;
  const made = book.add(
    new Action({ key, task: "cancel", kind: "rsc_op", resource, node, intervalMs: monitor.intervalMs, isOptional: false }),
  );
  if (made.attributes.size > 0) return made;
  for (const [name, value] of instanceParameters(resource, node, cluster.nowEpochSeconds)) made.attributes.set(name, value);
  for (const [name, value] of cloneMeta(resource)) made.attributes.set(`CRM_meta_${name}`, value);
  const operation = resource.operations.find((op) => op.name === monitor.operation && op.intervalMs === monitor.intervalMs);
  for (const [name, value] of operation?.meta ?? [])
    if (!["timeout", "id", "start-delay"].includes(name)) made.attributes.set(`CRM_meta_${name.replaceAll("-", "_")}`, value);
  made.attributes.set("CRM_meta_call_id", String(monitor.callId));
  made.attributes.set("CRM_meta_operation", monitor.operation);
  made.attributes.set("CRM_meta_name", monitor.operation);
  made.attributes.set("CRM_meta_interval", String(monitor.intervalMs));
  made.attributes.set("CRM_meta_timeout", String(operation?.timeoutMs ?? 20_000));
  made.attributes.set("CRM_meta_on_node", node.name);
  made.attributes.set("CRM_meta_on_node_uuid", node.id);
  for (const stop of book.of(resource, "stop")) if (stop.node === node) order(stop, made);
  return made;
}
