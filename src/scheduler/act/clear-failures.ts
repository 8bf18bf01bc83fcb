import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Action } from "../plan/action.ts";
import { fenceAction } from "../plan/fence-action.ts";
import { resourceAction } from "../plan/make-action.ts";
import { compareDigest, type DigestScene } from "../plan/operation-digest.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { failCount } from "../unpack/history/fail-counts.ts";
import type { ClearedFailures } from "../unpack/history/history.ts";
import { HistoryEntry } from "../unpack/history/operation-record.ts";

/** Wishes the failures of a resource on a node to be forgotten. */
export function clearFailures(plan: Plan, resource: Resource, node: SchedulerNode, reason: string, isNodeUp = false): Action {
  const action = resourceAction(plan, resource, "clear_failcount", node, { isOptional: false, isNodeUp });
  action.meta.set("op_no_wait", "true");
  action.explain({ kind: "told", text: reason });
  return action;
}

/** Failures on a node that count. */
export function effectiveFailures(plan: Plan, resource: Resource, node: SchedulerNode): number {
  const { count, isExpired } = failCount(resource, node, plan.cluster.nowEpochSeconds);
  return isExpired ? 0 : count;
}

/** Forgets failures whose time has passed, and those of a definition that changed since; of one resource, if one is given. */
export function clearOldFailures(plan: Plan, old: readonly ClearedFailures[], resource?: Resource): void {
  for (const one of old) if (!resource || one.resource === resource) clearAfterFencing(plan, one);
}

/** Does the same for connections into containers: only after assignment it is known where they lead. */
export function clearLateFailures(plan: Plan): void {
  const { expired } = plan.cluster.history;
  for (const one of changedFailures(plan))
    if (!isCleared(expired, one.resource, one.node)) clearAfterFencing(plan, { ...one, isNodeUp: one.node.isOnline });
}

/** Forgets failures; those of a connection that is tried again later, after the fencing of the node behind it. */
function clearAfterFencing(plan: Plan, { resource, node, reason, isNodeUp }: ClearedFailures): void {
  const cleared = clearFailures(plan, resource, node, reason, isNodeUp);
  const remote = resource.remoteReconnectMs > 0 && plan.cluster.options.isFencingEnabled ? plan.nodeBehind(resource) : undefined;
  if (remote) plan.book.relate(fenceAction(plan, remote, { isOptional: true }), cleared, RELATION.firstImpliesThen);
}

function isCleared(list: readonly ClearedFailures[], resource: Resource, node: SchedulerNode): boolean {
  return list.some((one) => one.resource === resource && one.node === node);
}

/** Failed starts and monitors that ran with other parameters than those configured now: they count no longer. */
export function changedFailures(scene: DigestScene): ClearedFailures[] {
  const out: ClearedFailures[] = [];
  for (const { resource, node, xml, isNodeUp } of scene.cluster.history.lastFailures) {
    const { result } = compareDigest(scene, resource, node, new HistoryEntry(xml));
    if ((result !== "different" && result !== "restart") || isCleared(out, resource, node)) continue;
    out.push({ resource, node, reason: "resource parameters have changed", isNodeUp });
  }
  return out;
}

/** Forgets the failures of resources that are no longer configured. */
export function clearRemovedFailures(plan: Plan): void {
  if (!plan.cluster.options.stopsRemovedResources) return;
  for (const resource of plan.cluster.top) {
    if (!resource.isRemoved) continue;
    for (const node of plan.cluster.nodes) {
      if (!node.isOnline || effectiveFailures(plan, resource, node) === 0) continue;
      const cleared = clearFailures(plan, resource, node, "it is removed");
      plan.orders.beforeOperation(cleared, resource, "stop", RELATION.ordered);
    }
  }
}
