import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Role } from "../cluster/role.ts";
import { ACTION } from "../plan/action.ts";
import { orderAfterUnfencing, orderStopBeforeUnfencing } from "../plan/fence-action.ts";
import { resourceAction } from "../plan/make-action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

/** The next role on the way from one role to another. */
export function nextRoleTowards(from: Role, to: Role): Role {
  switch (from) {
    case "Stopped":
      return to === "Promoted" ? "Unpromoted" : to;
    case "Started":
      return to;
    case "Unpromoted":
      return to === "Started" ? "Stopped" : to;
    case "Promoted":
      return to === "Promoted" ? "Promoted" : "Unpromoted";
  }
}

/** Makes what takes a primitive one step, maybe as part of a restart in the same role; false when nothing is needed for it. */
export function makeStep(plan: Plan, resource: Resource, from: Role, to: Role, isOptional: boolean, isRestart: boolean): boolean {
  if (from === to || (from === "Started" && to === "Unpromoted")) return false;
  // Most are not active more than once.
  const staysOn = isRestart && plan.stoppingUnexpected.size > 0 ? expectedNode(plan, resource) : undefined;
  if (from === "Stopped") startStep(plan, resource, isOptional, staysOn);
  else if (to === "Promoted") promoteStep(plan, resource, isOptional, staysOn);
  else if (from === "Promoted") demoteStep(plan, resource, isOptional, staysOn);
  else stopStep(plan, resource, isOptional, isRestart, staysOn);
  return true;
}

/**
 * The node a multiply active resource stays on while it is stopped on the others. Where it is not active yet it has
 * to be started for real, which Pacemaker forgets: it stops it everywhere, and monitors what nobody has started.
 */
function expectedNode(plan: Plan, resource: Resource): SchedulerNode | undefined {
  const { assigned, nextRole, activeOn } = resource;
  if (!plan.stoppingUnexpected.has(resource) || nextRole === undefined || nextRole === "Stopped") return undefined;
  return assigned && activeOn.includes(assigned) ? assigned : undefined;
}

function stopStep(plan: Plan, resource: Resource, isWishOptional: boolean, isRestart: boolean, staysOn: SchedulerNode | undefined): void {
  let isOptional = isWishOptional;
  const target = resource.partialMigrationTarget;
  const { activeOn } = resource;
  for (let at = 0; at < activeOn.length; at += 1) {
    const node = activeOn[at] as SchedulerNode;
    if (node === staysOn) continue;
    if (target) {
      if (node === target && node === resource.assigned) continue;
      isOptional = false;
    }
    const stop = resourceAction(plan, resource, "stop", node, { isOptional });
    if (!resource.assigned) stop.explain({ kind: "wish", wish: "node availability" }, true);
    else if (isRestart && plan.stoppingUnexpected.has(resource)) stop.explain({ kind: "wish", wish: "being multiply active" }, true);
    if (!resource.isManaged) stop.clear(ACTION.runnable);
    if (resource.needsUnfencing) orderStopBeforeUnfencing(plan, node, stop);
  }
}

function startStep(plan: Plan, resource: Resource, isOptional: boolean, staysOn: SchedulerNode | undefined): void {
  const node = resource.assigned;
  if (!node) return;
  const start = resourceAction(plan, resource, "start", node, { isOptional: true });
  orderAfterUnfencing(plan, resource, node, start, RELATION.firstImpliesThen);
  if (start.isRunnable && !isOptional) start.clear(ACTION.optional);
  if (node === staysOn) start.set(ACTION.pseudo);
}

function promoteStep(plan: Plan, resource: Resource, isOptional: boolean, staysOn: SchedulerNode | undefined): void {
  const node = resource.assigned;
  if (!node) return;
  if (plan.book.exactly(resource, `${resource.id}_start_0`, node).every((start) => start.isRunnable)) {
    const promote = resourceAction(plan, resource, "promote", node, { isOptional });
    if (node === staysOn) promote.set(ACTION.pseudo);
    return;
  }
  for (const promote of plan.book.exactly(resource, `${resource.id}_promote_0`, node)) promote.clear(ACTION.runnable);
}

function demoteStep(plan: Plan, resource: Resource, isOptional: boolean, staysOn: SchedulerNode | undefined): void {
  for (const node of resource.activeOn) {
    if (node !== staysOn) resourceAction(plan, resource, "demote", node, { isOptional });
  }
}
