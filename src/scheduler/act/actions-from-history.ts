import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { primitivesOf } from "../cluster/resource-state.ts";
import { fenceAction } from "../plan/fence-action.ts";
import { resourceAction } from "../plan/make-action.ts";
import type { Plan } from "../plan/plan.ts";
import { foundUnclean, TICKET_LOST } from "../unpack/history/fence-node.ts";
import { clearOldFailures } from "./clear-failures.ts";
import type { Histories } from "./histories.ts";
import { knownRecurring } from "./recurring.ts";

/** Makes the fencing of nodes that are unclean by their own state, before all other actions. Whether it is required is decided later. */
export function fencingFromStatus(plan: Plan): void {
  const { fencedFor } = plan.cluster.history;
  for (const node of foundUnclean(plan.cluster)) if (!fencedFor.has(node) && node.uncleanReason !== TICKET_LOST) fenceFound(plan, node);
}

/** The same for nodes that are unclean for what constraints say. */
export function fencingFromConstraints(plan: Plan): void {
  for (const node of plan.cluster.fencedForTickets) if (node.uncleanReason === TICKET_LOST && !node.isGuest) fenceFound(plan, node);
}

function fenceFound(plan: Plan, node: SchedulerNode): void {
  const { length } = plan.definitionChanges;
  fenceAction(plan, node, { isOptional: true });
  // What shows with these has shown already when the status was read.
  plan.definitionChanges.length = length;
}

/**
 * Makes what the history asks for whatever is decided afterwards, node by node: failures to be forgotten, recurring
 * operations that run already, fencing, stops and demotes after failures. Nodes and their histories come in the order in
 * which they were read: where one action of a resource has to stand for all, it is the last one made.
 */
export function actionsFromHistory(plan: Plan, histories: Histories): void {
  const primitives = primitivesOf(plan.cluster.top);
  const concerned = [...primitives, ...collectiveLaunchers(primitives)].filter(hasRequirements);
  const { fencedFor, expired, nodes } = plan.cluster.history;
  const unclean = foundUnclean(plan.cluster);
  for (const node of new Set([...nodes, ...plan.cluster.nodes])) {
    const old = expired.filter((one) => one.node === node);
    const fenced = [...fencedFor].filter(([target, cause]) => cause.node === node && unclean.includes(target));
    const fence = (resource: Resource | undefined): void => {
      for (const [target, cause] of fenced) if (!resource || cause.resource === resource) fenceFound(plan, target);
    };
    const around = { before: (resource: Resource) => clearOldFailures(plan, old, resource), after: fence };
    knownRecurring(plan, histories, node, old.length + fenced.length > 0 ? around : undefined);
    clearOldFailures(plan, old);
    fence(undefined);
    for (const resource of concerned) requiredByHistory(plan, resource, node);
  }
}

/** What has parts, and is named as what primitives live in: it is stopped as a whole where these fail. */
function collectiveLaunchers(primitives: readonly Resource[]): ReadonlySet<Resource> {
  return new Set(primitives.flatMap(({ launcher }) => (launcher && launcher.children.length > 0 ? launcher : [])));
}

function hasRequirements({ forgottenOn, mustStopOn, mayStopOn, mustDemoteOn }: Resource): boolean {
  return forgottenOn.size + mustStopOn.size + mayStopOn.size + mustDemoteOn.size > 0;
}

function requiredByHistory(plan: Plan, resource: Resource, node: SchedulerNode): void {
  const make = (isWished: boolean, task: string, isOptional: boolean): void => {
    if (isWished) resourceAction(plan, resource, task, node, { isOptional });
  };
  make(resource.forgottenOn.has(node.index) && resource.unlockedFrom !== node, "lrm_delete", false);
  make(resource.mustStopOn.has(node.index), "stop", false);
  make(resource.mayStopOn.has(node.index), "stop", true);
  make(resource.mustDemoteOn.has(node.index), "demote", false);
}

/** Has what is known of resources forgotten where they were to wait for a node, although they are active already. */
export function forgetUnlocked(plan: Plan): void {
  for (const resource of primitivesOf(plan.cluster.top))
    if (resource.unlockedFrom) resourceAction(plan, resource, "lrm_delete", resource.unlockedFrom, { isOptional: false });
}
