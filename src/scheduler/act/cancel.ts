import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Action } from "../plan/action.ts";
import { resourceAction } from "../plan/make-action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

/** The cancel of a recurring operation; an action known for that operation turns into it. */
export function cancelAction(plan: Plan, resource: Resource, task: string, intervalMs: number, node: SchedulerNode): Action {
  const key = `${resource.id}_${task}_${intervalMs}`;
  const action = resourceAction(plan, resource, "cancel", node, { isOptional: false, key, intervalMs });
  action.task = "cancel";
  action.cancelledTask = task;
  action.meta.set("operation", task).set("interval", String(intervalMs));
  return action;
}

/** Cancels a recurring operation after the stop of its resource, if there is one. */
export function cancelRecurring(
  plan: Plan,
  resource: Resource,
  task: string,
  intervalMs: number,
  node: SchedulerNode,
  callId: string | undefined,
): void {
  const action = cancelAction(plan, resource, task, intervalMs, node);
  if (callId !== undefined) action.meta.set("call-id", callId);
  plan.orders.afterOperation(action, resource, "stop", RELATION.ordered);
}
