import type { Action } from "../act/action.ts";
import type { Plan } from "../act/plan.ts";
import type { Resource } from "../resource.ts";
import { isWithin } from "../resource-state.ts";
import { roleRank } from "../role.ts";

/** An action a resource needs that cannot be carried out. */
export interface Obstacle {
  readonly task: string;
  readonly node: string | undefined;
  /** The first cause, in the scheduler's words; empty when only what it waits for is known. */
  readonly reason: string;
  /** What would have to come first, and cannot either. */
  readonly waitsFor: readonly Wait[];
}

/** What would have to come first, and cannot; `root` is where that begins: an action that waits for nothing that cannot be done. */
interface Wait {
  readonly resource: string;
  readonly task: string;
  readonly orderIds: readonly string[];
  readonly root: Root;
}

/** An action that cannot be done and waits for none. */
export interface Root {
  readonly resource: Resource;
  readonly task: string;
  readonly reason: string;
}

/** What keeps a resource from what was decided for it, and what that waits for. Nothing is decided for what is not managed. */
export function obstaclesOf(plan: Plan, resource: Resource): Obstacle[] {
  if (!resource.isManaged) return [];
  const isToRun = resource.assigned !== undefined && roleRank(resource.nextRole) >= roleRank("Started");
  const tasks = isToRun ? TASKS : LOWERING_TASKS;
  const wanted = plan.book
    .of(resource)
    .filter((action) => tasks.has(action.task) && (!action.isOptional || isMissedStart(action, resource)));
  // A live migration that was given up is no obstacle: the resource is stopped and started instead.
  const isMoved = wanted.some(({ task, isRunnable }) => task === "start" && isRunnable);
  return wanted
    .filter((action) => !action.isRunnable && !(isMoved && action.task.startsWith("migrate")))
    .map((action) => ({
      task: action.task,
      node: action.node?.name,
      reason: hindrance(action),
      waitsFor: waitsFor(plan, action),
    }));
}

/** True for the start of what has a place and is not up there: one that is impossible from the outset was never made required. */
function isMissedStart({ task, node }: Action, { assigned, activeOn, role }: Resource): boolean {
  if (task !== "start" || !assigned || node !== assigned) return false;
  return role === "Stopped" || !activeOn.includes(assigned);
}

const LOWERING_TASKS: ReadonlySet<string> = new Set(["stop", "demote"]);
const TASKS: ReadonlySet<string> = new Set(["start", "stop", "promote", "demote", "migrate_to", "migrate_from"]);

function waitsFor(plan: Plan, action: Action): Obstacle["waitsFor"] {
  const found = new Map<string, Wait>();
  for (const { first } of action.inputs) {
    const { resource, task } = first;
    if (!resource || resource === action.resource || first.isRunnable || !action.resource) continue;
    const ids = orderIds(plan, resource, action.resource);
    found.set(`${resource.id} ${task}`, { resource: resource.id, task, orderIds: ids, root: rootOf(first, resource) });
  }
  return [...found.values()];
}

/** An instance that has no place is nothing to wait for where others of its clone have one. */
function isSpare(resource: Resource): boolean {
  const { ownClone } = resource;
  const hasPlace = (one: Resource): boolean => one.primitives().some(({ assigned }) => assigned !== undefined);
  return ownClone !== undefined && ownClone !== resource && !hasPlace(resource) && hasPlace(ownClone);
}

/** Reasons for an action to be wanted, which do not tell why it cannot be done. */
const WISHES = /^(resource definition change|failure|node availability)/;

function hindrance({ reason = "" }: Action): string {
  return WISHES.test(reason) ? "" : reason;
}

/** Follows what cannot be done to its beginning. */
function rootOf(action: Action, resource: Resource): Root {
  const seen = new Set([action]);
  let root = { resource, action };
  for (;;) {
    let next: { resource: Resource; action: Action } | undefined;
    for (const { first } of root.action.inputs)
      if (first.resource && !first.isRunnable && !seen.has(first) && !isSpare(first.resource))
        next ??= { resource: first.resource, action: first };
    if (!next) return { resource: root.resource, task: root.action.task, reason: hindrance(root.action) };
    seen.add(next.action);
    root = next;
  }
}

/** Order constraints between two resources, or what they are part of. */
function orderIds(plan: Plan, first: Resource, then: Resource): string[] {
  const covers = (outer: Resource, inner: Resource): boolean => outer === inner || isWithin(inner, outer) || isWithin(outer, inner);
  return plan.cluster
    .orders()
    .filter((order) => covers(order.first, first) && covers(order.then, then))
    .map((order) => order.id);
}
