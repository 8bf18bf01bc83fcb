import { ACTION, type Action } from "../act/action.ts";
import { resourceAction } from "../act/make-action.ts";
import type { Plan } from "../act/plan.ts";
import type { Resource } from "../resource.ts";
import { highestRole } from "../resource-state.ts";
import type { OrderRequest } from "./order-requests.ts";
import { RELATION } from "./relation.ts";

/**
 * Turns wished orders into relations between actions, in the order in which they were made. A first action that does not
 * exist is made, optional, unless it has no meaning; with none to wait for, what must have one cannot run.
 */
export function resolveOrders(plan: Plan): void {
  for (const request of plan.orders.all) {
    const { first, then } = request;
    if (first.resource) resolveFirst(plan, request, first.resource);
    else if (then.resource) relateThens(plan, request, first.action, then.resource);
    else plan.book.relate(first.action, then.action, request.flags);
  }
}

function resolveFirst(plan: Plan, request: OrderRequest, resource: Resource): void {
  const { first, then } = request;
  let firsts: readonly Action[] = first.action ? [first.action] : actionsOf(plan, resource, first.key, first.task);
  if (firsts.length === 0) {
    if (resource === then.resource || isMeaningless(resource, first.task)) return;
    firsts = [resourceAction(plan, resource, first.task, undefined, { isOptional: true })];
  }
  for (const action of firsts) {
    if (then.resource) relateThens(plan, request, action, then.resource);
    else plan.book.relate(action, then.action, request.flags);
  }
}

/** A stop of what is stopped, or a demotion of what is not promoted. */
function isMeaningless(resource: Resource, task: string): boolean {
  const role = highestRole(resource, "now");
  return (role === "Stopped" && task === "stop") || (role === "Unpromoted" && task === "demote");
}

function relateThens(plan: Plan, request: OrderRequest, first: Action | undefined, resource: Resource): void {
  const { then } = request;
  let { flags } = request;
  const thens = then.action ? [then.action] : actionsOf(plan, resource, then.key, then.task);
  if (first?.resource === resource && first.has(ACTION.migrationAbort)) flags &= ~RELATION.firstImpliesThen;
  if (!first && (flags & RELATION.firstImpliesThen) === 0) return;
  for (const action of thens) {
    if (first) plan.book.relate(first, action, flags);
    else action.clear(ACTION.runnable);
  }
}

/** Actions with a key; where the key names what contains the resource, those of the resource for the same task. */
function actionsOf(plan: Plan, resource: Resource, key: string, task: string): readonly Action[] {
  const found = plan.book.withKey(resource, key);
  if (found.length > 0) return found;
  const own = resource.keyOf(task);
  return own === key ? found : plan.book.withKey(resource, own);
}
