import type { Resource } from "../cluster/resource.ts";
import { partTask } from "../order/action-flags.ts";
import type { Action } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

/** An action that cannot be carried out, and keeps another one from it. */
export interface Blocker {
  readonly resource: Resource;
  readonly action: Action;
}

/**
 * What has to come before an action, or come up with it, and cannot: what relations that block say. Relations of what a resource is
 * part of work on its actions too. Points without a resource, as for "one or more of these", stand for what they wait for.
 */
export function blockersBefore(plan: Plan, action: Action): Blocker[] {
  const direct = [...relatedBlockers(plan, action), ...colocatedBlockers(plan, action)];
  if (direct.length > 0) return direct;
  for (let holder = action.resource?.parent; holder; holder = holder.parent) {
    const outer = plan.book.newest(holder, action.task);
    const blockers = outer && !outer.isRunnable ? relatedBlockers(plan, outer) : [];
    if (blockers.length > 0) return blockers;
  }
  return [];
}

function relatedBlockers(plan: Plan, action: Action): Blocker[] {
  return action.inputs.flatMap(({ first, flags }): Blocker[] => {
    if (first.isRunnable || !isBlocking(first, flags)) return [];
    const { resource } = first;
    if (!resource) return relatedBlockers(plan, first);
    return isSpare(resource) ? [] : [{ resource, action: first }];
  });
}

/** The actions of the parts of a group, clone or bundle that make its own impossible. */
export function blockersWithin({ book }: Plan, action: Action): Blocker[] {
  const { resource } = action;
  if (!resource || !action.isCollective) return [];
  const parts = resource.kind === "group" ? resource.children : resource.instances;
  return parts.flatMap((part): Blocker[] => {
    const own = book.newest(part, partTask(resource, action));
    return own && !own.isRunnable && !isSpare(part) ? [{ resource: part, action: own }] : [];
  });
}

/** Relations by which a first action that cannot be carried out keeps the other one from it. */
const BLOCKING = RELATION.unrunnableFirstBlocks | RELATION.asymmetric | RELATION.nestedRemoteProbe | RELATION.minRunnable;

/** Those by which the stop of what is blocked does. */
const AFTER_STOP = RELATION.firstImpliesThen | RELATION.thenImpliesFirst | RELATION.intermediateStop;

function isBlocking({ task, isOptional, resource }: Action, flags: number): boolean {
  if ((flags & BLOCKING) !== 0) return true;
  if ((flags & RELATION.intermediateStop) !== 0 && !isOptional) return true;
  return task === "stop" && resource?.isBlocked === true && !resource.isManaged && (flags & AFTER_STOP) !== 0;
}

/** What a mandatory colocation makes an action wait for, as its reason says. */
function colocatedBlockers({ book }: Plan, { reason, task }: Action): Blocker[] {
  if (reason?.kind !== "colocation") return [];
  const resource = reason.primary;
  const blocked = [book.newest(resource, task), book.newest(resource, "start"), book.newest(resource, "promote")];
  const action = blocked.find((one) => one && !one.isRunnable);
  return action ? [{ resource, action }] : [];
}

/** An instance that has no place is nothing to wait for where others of its clone have one. */
function isSpare(resource: Resource): boolean {
  const { ownClone } = resource;
  const hasPlace = (one: Resource): boolean => one.primitives().some(({ assigned }) => assigned !== undefined);
  return ownClone !== undefined && ownClone !== resource && !hasPlace(resource) && hasPlace(ownClone);
}
