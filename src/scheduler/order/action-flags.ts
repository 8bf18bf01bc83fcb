import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { ACTION, type Action, taskOf } from "../plan/action.ts";
import type { ActionBook } from "../plan/action-book.ts";

/** Flags with which actions of collectives are judged anew, from those of their parts. */
const PRESUMED = ACTION.optional | ACTION.runnable | ACTION.pseudo;

/**
 * Flags of an action as they are now. An action of a group, clone or bundle is required when that of any part is; of a
 * clone or bundle it can run when that of any instance can, of a group when all can. What is found out is kept in the action.
 */
export function actionFlags(book: ActionBook, action: Action, node: SchedulerNode | undefined): number {
  const { resource } = action;
  if (!resource || resource.kind === "primitive") return action.flags;
  return book.remembered(action, node) ?? book.remember(action, node, collectiveFlags(book, action, resource, node));
}

function collectiveFlags(book: ActionBook, action: Action, resource: Resource, node: SchedulerNode | undefined): number {
  if (resource.kind === "group") return groupFlags(book, action, resource, node);
  const parts = resource.kind === "clone" ? resource.children : bundleParts(resource, action);
  return instanceFlags(book, action, resource, parts, node);
}

/** A group's start counts as being where its members will be. */
export function placeOf(action: Action): SchedulerNode | undefined {
  const { resource, node } = action;
  return resource?.kind === "group" && action.task === "start" ? resource.home : node;
}

/** Flags of an action for an order: whether a clone's action can run is asked of the whole clone, whatever node the other action is on. */
export function flagsForOrder(book: ActionBook, action: Action, other: Action): number {
  const flags = actionFlags(book, action, undefined);
  const node = action.resource?.kind === "clone" ? placeOf(other) : undefined;
  return node ? actionFlags(book, action, node) | (flags & ACTION.runnable) : flags;
}

function groupFlags(book: ActionBook, action: Action, group: Resource, node: SchedulerNode | undefined): number {
  const task = taskOf(action.task);
  const own = book.newestOfParts(group, group.children, task, node);
  let flags = PRESUMED;
  if (own.some((one) => !one.isOptional)) {
    flags &= ~ACTION.optional;
    action.clear(ACTION.optional);
  }
  // A completion takes all members; what not every member does cannot be done by the group.
  const isCompletion = task !== action.task;
  if (isCompletion && own.some((one) => !one.isRunnable)) {
    flags &= ~ACTION.runnable;
    action.clear(ACTION.runnable);
  }
  const isDown = task === "stop" || task === "demote";
  return own.length < group.children.length && !isDown ? flags & ~ACTION.runnable : flags;
}

function instanceFlags(
  book: ActionBook,
  action: Action,
  collective: Resource,
  parts: readonly Resource[],
  node: SchedulerNode | undefined,
): number {
  const first = parts[0];
  const own = book.newestOfParts(collective, parts, partTask(collective, action), first?.kind === "primitive" ? node : undefined);
  let union = 0;
  let isRequired = false;
  for (let at = 0; at < own.length; at += 1) {
    const flags = actionFlags(book, own[at] as Action, node);
    union |= flags;
    if ((flags & ACTION.optional) === 0) isRequired = true;
  }
  if (isRequired) action.clear(ACTION.optional);
  const isRunnable = (union & ACTION.runnable) !== 0;
  if (!isRunnable && !node) action.clear(ACTION.runnable);
  return PRESUMED & ~(isRequired ? ACTION.optional : 0) & ~(isRunnable ? 0 : ACTION.runnable);
}

/** What the parts of a collective do for its action; parts that are groups have completions of their own. */
export function partTask(collective: Resource, action: Action): string {
  let { task } = action;
  if (task === "notify" || task === "notified") task = /_notify_(.+)_0$/.exec(action.key)?.[1] ?? task;
  const first = collective.instances[0];
  return first === undefined || first.kind === "primitive" ? taskOf(task) : task;
}

/** Roles of a bundle change in what runs inside, all else is a matter of the containers. */
function bundleParts(bundle: Resource, action: Action): readonly Resource[] {
  const isInside = ["promote", "promoted", "demote", "demoted", "notify", "notified"].includes(action.task);
  const inner = bundle.bundle?.inner;
  return isInside && inner ? inner.children : bundle.instances;
}
