import type { Action, Input } from "../act/action.ts";
import type { Plan } from "../act/plan.ts";
import { isEdge, isEmitted } from "../graph/emitted.ts";
import { RELATION } from "./relation.ts";

/** Takes away orders that make no sense once all is known. */
export function dropInvalidOrders(plan: Plan): void {
  for (const action of [...plan.book.all].reverse()) {
    for (const input of [...action.inputs].reverse()) {
      const isOwnGuest = (input.flags & RELATION.guestAllowed) === 0 && input.first.resource && isGuestOf(plan, action, input.first);
      if (isOwnGuest || closesCircle(plan, action, input)) input.flags = 0;
    }
  }
}

/** What runs inside of a guest is not to be ordered against the guest itself by users. */
function isGuestOf(plan: Plan, action: Action, inside: Action): boolean {
  return action.resource !== undefined && action.resource.launched.length > 0 && plan.launcherOf(inside.node) === action.resource;
}

/** Resources that change places by live migration cannot both wait for the other to make room. */
function closesCircle(plan: Plan, action: Action, input: Input): boolean {
  if (input.flags !== RELATION.ifOnSameNodeOrTarget || !action.resource || action.task !== "migrate_to") return false;
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
