import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { isWithin } from "../cluster/resource-state.ts";
import { roleRank } from "../cluster/role.ts";
import { type Action, taskOf } from "../plan/action.ts";
import type { ActionReason } from "../plan/action-reason.ts";
import { type NodeHindrance, nodeHindrance } from "../plan/node-hindrance.ts";
import type { Plan } from "../plan/plan.ts";
import { type Blocker, blockersBefore, blockersWithin } from "./blockers.ts";
import { orderIdsBetween } from "./order-ids.ts";

/** An action a resource needs that cannot be carried out. */
export interface Obstacle {
  readonly task: string;
  readonly node: SchedulerNode | undefined;
  /** The first cause; undefined when only what it waits for is known. */
  readonly cause: ActionReason | undefined;
  /** What about its node is in the way. */
  readonly hindrance: NodeHindrance | undefined;
  /** What would have to come first, and cannot either. */
  readonly waitsFor: readonly Wait[];
}

/** What would have to come first, and cannot; `root` is where that begins: an action that waits for nothing that cannot be done. */
interface Wait {
  readonly resource: string;
  readonly subject: Resource;
  readonly task: string;
  /** Where, of a resource's own actions. */
  readonly node: string | undefined;
  /** The constraints, or the group, that order the two. */
  readonly orderIds: readonly string[];
  readonly root: Root;
}

/** An action that cannot be done and waits for none. */
export interface Root {
  readonly resource: Resource;
  readonly task: string;
  readonly node: SchedulerNode | undefined;
  readonly cause: ActionReason | undefined;
  readonly hindrance: NodeHindrance | undefined;
}

/** What keeps a resource from what was decided for it, and what that waits for. Nothing is decided for what is not managed. */
export function obstaclesOf(plan: Plan, resource: Resource): Obstacle[] {
  if (!resource.isManaged) return [];
  const isToRun = resource.assigned !== undefined && roleRank(resource.nextRole) >= roleRank("Started");
  const tasks = isToRun ? TASKS : LOWERING_TASKS;
  // A promotion that others ask for is none that was decided.
  const isMeant = ({ task }: Action): boolean => tasks.has(task) && (task !== "promote" || resource.nextRole === "Promoted");
  const wanted = plan.book
    .of(resource)
    .filter((action) => isMeant(action) && (!action.isOptional || isMissedStart(plan, action, resource)));
  // A live migration stands and falls with the start it takes the place of, of which more is known.
  const hasStart = wanted.some(({ task }) => task === "start");
  return wanted
    .filter((action) => !action.isRunnable && !(hasStart && action.task.startsWith("migrate")))
    .map((action) => ({
      task: action.task,
      node: action.node,
      cause: causeOf(action),
      hindrance: hindranceOf(plan, action),
      waitsFor: waitsFor(plan, action),
    }));
}

/** True for the start of what has a place and is not up there: one that is impossible from the outset was never made required. */
function isMissedStart({ stoppedByHistory, book }: Plan, { task, node }: Action, resource: Resource): boolean {
  const { assigned, activeOn, role } = resource;
  if (task !== "start" || !assigned || node !== assigned) return false;
  // What is stopped where it is would have to be started again.
  const isStop = (action: Action): boolean => action.task === "stop" && action.node === assigned && !action.isOptional && action.isRunnable;
  if (book.of(resource).some(isStop)) return true;
  return role === "Stopped" || stoppedByHistory.has(resource) || !activeOn.includes(assigned);
}

const LOWERING_TASKS: ReadonlySet<string> = new Set(["stop", "demote"]);
const TASKS: ReadonlySet<string> = new Set(["start", "stop", "promote", "demote", "migrate_to", "migrate_from"]);

function waitsFor(plan: Plan, action: Action): Obstacle["waitsFor"] {
  const { resource } = action;
  if (!resource) return [];
  const found = new Map<string, Wait>();
  for (const blocker of outerBlockers(plan, action, resource)) {
    const isOwn = blocker.resource === resource;
    const task = taskOf(blocker.action.task);
    const node = isOwn ? blocker.action.node?.name : undefined;
    const orders = isOwn ? [] : orderIdsBetween(plan.cluster, blocker.resource, resource);
    const ids = isOwn || orders.length > 0 ? orders : groupOf(blocker.resource, resource);
    found.set(`${blocker.resource.id} ${task} ${node ?? ""}`, {
      resource: blocker.resource.id,
      subject: blocker.resource,
      task,
      node,
      orderIds: ids,
      root: rootOf(plan, blocker),
    });
  }
  return [...found.values()];
}

/** The id of the group that both are members of; none where they are not. */
function groupOf(first: Resource, then: Resource): string[] {
  const { parent } = then;
  return parent?.kind === "group" && first.parent === parent ? [parent.id.replace(/:\d+$/, "")] : [];
}

/** What an action waits for outside of what its resource is part of: what a group or clone waits for its parts wait for. */
function outerBlockers(plan: Plan, action: Action, resource: Resource): Blocker[] {
  const seen = new Set<Action>([action]);
  const collect = (from: Action): Blocker[] =>
    blockersBefore(plan, from).flatMap((blocker) => {
      if (seen.has(blocker.action)) return [];
      seen.add(blocker.action);
      return isWithin(resource, blocker.resource) ? collect(blocker.action) : [blocker];
    });
  return collect(action);
}

/** That an action is wished for does not tell why it cannot be done. */
function causeOf({ reason }: Action): ActionReason | undefined {
  return reason?.kind === "wish" ? undefined : reason;
}

function hindranceOf(plan: Plan, action: Action): NodeHindrance | undefined {
  return action.isPseudo || action.isCollective ? undefined : nodeHindrance(plan, action);
}

/**
 * Follows what cannot be done to its beginning: first what its reason names, else what comes first; a way that ends without a cause, as in
 * a bundle and its parts that wait for each other, is left for another one. Where nothing is in the way of any action, as of an instance that is
 * only not chosen to be promoted, it begins with what too few come up before, or with what has to be with another.
 */
function rootOf(plan: Plan, { resource, action }: Blocker): Root {
  const first: Blocker = { resource, action };
  const seen = new Set<Action>();
  const waiting = [first];
  let root: Blocker | undefined;
  let short: Blocker | undefined;
  let end = first;
  while (!root && waiting.length > 0) {
    const from = waiting.pop();
    if (!from || seen.has(from.action)) continue;
    seen.add(from.action);
    if (isRoot(plan, from.action)) root = from;
    if (isShort(from.action)) short ??= from;
    const blockers = [...blockersBefore(plan, from.action), ...blockersWithin(plan, from.action)].filter((one) => !seen.has(one.action));
    if (blockers.length === 0 && end === first) end = from;
    const named = blockers.find((one) => isNamed(from.action, one));
    // The last one is looked at next.
    waiting.push(...blockers.reverse(), ...(named ? [named] : []));
  }
  root ??= short ?? end;
  const { action: last } = root;
  return { resource: root.resource, task: taskOf(last.task), node: last.node, cause: causeOf(last), hindrance: hindranceOf(plan, last) };
}

/** What has no place, is not on a node where anything can be done, or lacks quorum would not be done whatever else were. */
function isRoot(plan: Plan, action: Action): boolean {
  const { resource, task, reason } = action;
  const isPlaceless = taskOf(task) === "start" && resource?.primitives().every(({ assigned }) => assigned === undefined) === true;
  return isPlaceless || reason?.kind === "quorum" || hindranceOf(plan, action) !== undefined;
}

/** True for what waits for a number of others, of which too few are to come up, or has to be with what does not come up before it. */
function isShort({ reason }: Action): boolean {
  return reason?.kind === "colocation" || (reason?.kind === "action" && reason.minimumId !== undefined);
}

function isNamed({ reason }: Action, { resource, action }: Blocker): boolean {
  if (reason?.kind !== "action" || reason.effect === "unmigrateable") return false;
  return reason.resource === resource && reason.task === action.task;
}
