import { fenceAction } from "../fence/fence-action.ts";
import type { SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";
import { foundUnclean } from "../unpack/fence-node.ts";
import { clearOldFailures } from "./clear-failures.ts";
import type { Histories } from "./histories.ts";
import { resourceAction } from "./make-action.ts";
import type { Plan } from "./plan.ts";
import { knownRecurring } from "./recurring.ts";

/** Makes the fencing of nodes found unclean in the status, before all other actions. Whether it is required is decided later. */
export function fencingFromStatus(plan: Plan): void {
  for (const node of foundUnclean(plan.cluster)) fenceAction(plan, node, { isOptional: true });
}

/**
 * Makes what the history asks for whatever is decided afterwards, node by node: failures to be forgotten, recurring
 * operations that run already, stops and demotes after failures. Nodes come in the order in which their histories were
 * read: where one action of a resource has to stand for all, it is the last one made.
 */
export function actionsFromHistory(plan: Plan, histories: Histories): void {
  const concerned = plan.cluster.top.flatMap((top) => top.primitives()).filter(hasRequirements);
  for (const node of new Set([...plan.cluster.history.nodes, ...plan.cluster.nodes])) {
    clearOldFailures(plan, node);
    knownRecurring(plan, histories, node);
    for (const resource of concerned) requiredByHistory(plan, resource, node);
  }
}

function hasRequirements({ forgottenOn, mustStopOn, mayStopOn, mustDemoteOn }: Resource): boolean {
  return forgottenOn.size + mustStopOn.size + mayStopOn.size + mustDemoteOn.size > 0;
}

function requiredByHistory(plan: Plan, resource: Resource, node: SchedulerNode): void {
  const make = (isWished: boolean, task: string, isOptional: boolean): void => {
    if (isWished) resourceAction(plan, resource, task, node, { isOptional });
  };
  make(resource.forgottenOn.has(node), "lrm_delete", false);
  make(resource.mustStopOn.has(node), "stop", false);
  make(resource.mayStopOn.has(node), "stop", true);
  make(resource.mustDemoteOn.has(node), "demote", false);
}
