import type { XmlElement } from "../../xml/element.ts";
import { fenceAction } from "../fence/fence-action.ts";
import type { SchedulerNode } from "../node.ts";
import { madeAction, operation } from "../order/order-requests.ts";
import { RELATION } from "../order/relation.ts";
import type { Resource } from "../resource.ts";
import { failCount } from "../unpack/fail-counts.ts";
import type { Action } from "./action.ts";
import { resourceAction } from "./make-action.ts";
import { compareDigest } from "./operation-digest.ts";
import type { Plan } from "./plan.ts";

/** Wishes the failures of a resource on a node to be forgotten. */
export function clearFailures(plan: Plan, resource: Resource, node: SchedulerNode, reason: string): Action {
  const action = resourceAction(plan, resource, "clear_failcount", node, { isOptional: false });
  action.meta.set("op_no_wait", "true");
  action.explain(reason);
  return action;
}

/** Failures on a node that count. */
export function effectiveFailures(plan: Plan, resource: Resource, node: SchedulerNode): number {
  const { count, isExpired } = failCount(resource, node, plan.cluster.nowEpochSeconds);
  return isExpired ? 0 : count;
}

/** Forgets failures whose time has passed, and those of a definition that changed since. */
export function clearOldFailures(plan: Plan): void {
  const { history, options } = plan.cluster;
  for (const { resource, node, reason } of history.expired) {
    const cleared = clearFailures(plan, resource, node, reason);
    const remote = resource.remoteReconnectMs > 0 && options.isFencingEnabled ? plan.nodeBehind(resource) : undefined;
    if (!remote) continue;
    plan.book.relate(fenceAction(plan, remote, { isOptional: true }), cleared, RELATION.firstImpliesThen);
  }
}

/** Forgets the failure of a start or monitor that was made with other parameters. */
export function clearChangedFailure(plan: Plan, resource: Resource, node: SchedulerNode, record: XmlElement): void {
  if (record.id?.endsWith("_last_failure_0") !== true || !["start", "monitor"].includes(record.get("operation") ?? "")) return;
  const { result } = compareDigest(plan, resource, node, record);
  if (result === "different" || result === "restart") clearFailures(plan, resource, node, "resource parameters have changed");
}

/** Forgets the failures of resources that are no longer configured. */
export function clearRemovedFailures(plan: Plan): void {
  if (!plan.cluster.options.stopsRemovedResources) return;
  for (const resource of plan.cluster.top) {
    if (!resource.isRemoved) continue;
    for (const node of plan.cluster.nodes) {
      if (!node.isOnline || effectiveFailures(plan, resource, node) === 0) continue;
      const cleared = clearFailures(plan, resource, node, "it is removed");
      plan.orders.add(madeAction(cleared), operation(resource, "stop"), RELATION.ordered);
    }
  }
}
