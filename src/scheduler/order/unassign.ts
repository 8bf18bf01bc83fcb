import { OCF } from "../../model/exit-code.ts";
import type { Resource } from "../cluster/resource.ts";
import { ACTION } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";

/** Takes a resource and all in it from its node: it has to stop. True when it had one. */
export function unassign(plan: Plan, resource: Resource): boolean {
  if (resource.children.length > 0) {
    let hasChanged = false;
    for (const child of resource.children) hasChanged = unassign(plan, child) || hasChanged;
    resource.assigned = undefined;
    return hasChanged;
  }
  const hadNode = resource.assigned !== undefined;
  if (hadNode || resource.nextRole !== "Stopped") plan.book.places.changes += 1;
  if (resource.assigned) resource.assigned.assignedCount -= 1;
  resource.assigned = undefined;
  resource.nextRole = "Stopped";
  stopActions(plan, resource);
  return hadNode;
}

/** Adapts actions made before to a resource that has no node: stops are required, nothing comes up, nothing is watched. */
export function stopActions(plan: Plan, resource: Resource): void {
  for (const action of plan.book.of(resource)) {
    if (action.task === "stop") action.clear(ACTION.optional);
    else if (action.task === "start") action.clear(ACTION.runnable);
    else if (action.meta.has("interval") && action.meta.get("op_target_rc") !== String(OCF.notRunning)) action.clear(ACTION.runnable);
  }
}
