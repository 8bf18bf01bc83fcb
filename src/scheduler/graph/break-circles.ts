import type { Resource } from "../cluster/resource.ts";
import type { Action, Relation } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { isEdge, isEmitted } from "./emitted.ts";

/** Takes away orders that make no sense once all is known. */
export function dropInvalidOrders(plan: Plan): void {
  const { all } = plan.book;
  for (let at = all.length - 1; at >= 0; at -= 1) {
    const action = all[at] as Action;
    const { resource, task } = action;
    if (!resource || (resource.launched.length === 0 && task !== "migrate_to")) continue;
    for (const input of [...action.inputs].reverse()) {
      const isInvalid = isAgainstGuest(plan, input, resource);
      if (isInvalid && input.first.resource) plan.findings.push({ kind: "invalid order", inner: input.first.resource, launcher: resource });
      if (isInvalid || closesCircle(plan, action, input)) input.flags = 0;
    }
  }
}

/** What runs inside of a guest is not to be ordered against the guest itself by users. */
function isAgainstGuest(plan: Plan, { first, flags }: Relation, launcher: Resource): boolean {
  if ((flags & RELATION.guestAllowed) !== 0 || !first.resource || launcher.launched.length === 0) return false;
  return plan.launcherOf(first.node) === launcher;
}

/** Resources that change places by live migration cannot both wait for the other to make room. */
function closesCircle(plan: Plan, action: Action, input: Relation): boolean {
  if (input.flags !== RELATION.ifOnSameNodeOrTarget || action.task !== "migrate_to") return false;
  const isPart = (first: Action): boolean => isEmitted(plan, first);
  if (!isEdge(plan, action, input, isPart)) return false;
  const seen = new Set<Action>();
  const pending = [input.first];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next === action) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    for (const before of next.inputs) if (isEdge(plan, next, before, isPart)) pending.push(before.first);
  }
  return false;
}
