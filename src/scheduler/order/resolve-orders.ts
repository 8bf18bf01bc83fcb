import type { Resource } from "../cluster/resource.ts";
import { ACTION, type Action } from "../plan/action.ts";
import { resourceAction } from "../plan/make-action.ts";
import { Operation, type OrderRequest, type OrderSide } from "../plan/order-requests.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

/**
 * Turns wished orders into relations between actions, in the order in which they were made. A first action that does not
 * exist is made, optional, unless it has no meaning.
 */
export function resolveOrders(plan: Plan): void {
  const { all } = plan.orders;
  for (let at = 0; at < all.length; at += 1) resolve(plan, all[at] as OrderRequest);
}

function resolve(plan: Plan, { first, then, flags }: OrderRequest): void {
  if (!(first instanceof Operation)) {
    relate(plan, first, then, flags);
    return;
  }
  const firsts = firstsOf(plan, first, then.resource);
  for (let at = 0; at < firsts.length; at += 1) relate(plan, firsts[at] as Action, then, flags);
}

/** The actions of an operation that comes first; one is made when there are none, and it could be, and is of something else. */
function firstsOf(plan: Plan, first: Operation, then: Resource | undefined): readonly Action[] {
  const known = first.actions ?? findActions(plan, first);
  if (known.length > 0) return known;
  const { resource, task } = first;
  if (resource === then || isMeaningless(resource, task)) return known;
  first.actions = [resourceAction(plan, resource, task, undefined, { isOptional: true })];
  return first.actions;
}

/** A stop of what is stopped, or a demotion of what is not promoted. */
function isMeaningless(resource: Resource, task: string): boolean {
  const role = resource.roleOf("now");
  return (role === "Stopped" && task === "stop") || (role === "Unpromoted" && task === "demote");
}

function relate(plan: Plan, first: Action, then: OrderSide, wished: number): void {
  let flags = wished;
  if (first.resource === then.resource && first.has(ACTION.migrationAbort)) flags &= ~RELATION.firstImpliesThen;
  if (!(then instanceof Operation)) {
    plan.book.relate(first, then, flags);
    return;
  }
  const thens = then.actions ?? findActions(plan, then);
  for (let at = 0; at < thens.length; at += 1) plan.book.relate(first, thens[at], flags);
}

/** Looks up the actions of an operation; where its key names what is in the resource and there are none, those of the resource itself. */
function findActions(plan: Plan, operation: Operation): readonly Action[] {
  const { resource, key, task } = operation;
  const found = plan.book.withKey(resource, key);
  operation.actions = found.length > 0 || key === resource.keyOf(task) ? found : plan.book.withTask(resource, task);
  return operation.actions;
}
