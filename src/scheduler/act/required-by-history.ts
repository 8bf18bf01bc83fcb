import { resourceAction } from "./make-action.ts";
import type { Plan } from "./plan.ts";

/** Makes the stops and demotes that failures in the history ask for, whatever is decided afterwards, and forgets what is void. */
export function requiredByHistory(plan: Plan): void {
  for (const resource of plan.cluster.top.flatMap((top) => top.primitives())) {
    for (const node of resource.forgottenOn) resourceAction(plan, resource, "lrm_delete", node, { isOptional: false });
    for (const node of resource.mustStopOn) resourceAction(plan, resource, "stop", node, { isOptional: false });
    for (const node of resource.mayStopOn) resourceAction(plan, resource, "stop", node, { isOptional: true });
    for (const node of resource.mustDemoteOn) resourceAction(plan, resource, "demote", node, { isOptional: false });
  }
}
