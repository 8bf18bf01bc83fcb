import { operationKey } from "../cluster/operation-key.ts";
import type { Graph } from "../graph/graph.ts";
import { type Action, notifyKey } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";

/** Names of the actions that are wanted but cannot be carried out; those of unmanaged resources are not wanted. */
export function blockedActions(plan: Plan, graph: Graph): string[] {
  const emitted = new Set(graph.synapses.map(({ action }) => action));
  const blocked = plan.book.all.filter((action) => !action.isOptional && !emitted.has(action) && action.resource?.isManaged !== false);
  return [...new Set(blocked.map(actionName))].sort();
}

/** Name of an action in pictures of the graph. */
export function actionName(action: Action): string {
  const { resource, node, task } = action;
  const host = node?.name ?? (action.isPseudo ? undefined : "<none>");
  const prefix = task === "cancel" ? "Cancel " : "";
  const suffix = host === undefined ? "" : ` ${host}`;
  if (resource && resource.historyName !== resource.id && resource.kind === "primitive") {
    const isNotice = task === "notify" || task === "notified";
    const key = isNotice
      ? notifyKey(resource.historyName, action.meta.get("notify_key_type") ?? "", action.meta.get("notify_key_operation") ?? "")
      : operationKey(resource.historyName, action.cancelledTask ?? task, Number(action.meta.get("interval") ?? 0));
    return `${prefix}${key}${suffix}`;
  }
  if (task === "stonith") return `stonith '${action.meta.get("stonith_action") ?? ""}'${suffix}`;
  if (resource) return `${prefix}${action.key}${suffix}`;
  return host === undefined ? action.key : `${prefix}${task}${suffix}`;
}
