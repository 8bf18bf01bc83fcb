import type { Role } from "../cluster/role.ts";
import type { Colocation } from "../constrain/colocation.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

/** Of resources that must not be together, what leaves a node does so before the other comes there. */
export function separationOrders(plan: Plan, { dependent, dependentRole, primary, primaryRole }: Colocation): void {
  for (const [first, firstRole, then, thenRole] of [
    [dependent, dependentRole, primary, primaryRole],
    [primary, primaryRole, dependent, dependentRole],
  ] as const) {
    for (const lose of losingTasks(firstRole))
      for (const gain of gainingTasks(thenRole)) plan.orders.between(first, lose, then, gain, RELATION.ifRequiredOnSameNode);
  }
}

/** Tasks by which a resource loses a role. */
function losingTasks(role: Role | undefined): readonly string[] {
  if (role === "Promoted") return ["demote"];
  return role === "Unpromoted" ? ["stop", "promote"] : ["stop"];
}

/** Tasks by which a resource gains a role. */
function gainingTasks(role: Role | undefined): readonly string[] {
  if (role === "Promoted") return ["promote"];
  return role === "Unpromoted" ? ["start", "demote"] : ["start"];
}
