import { ACTION, type Action, taskOf } from "../act/action.ts";
import type { ActionBook } from "../act/action-book.ts";
import type { SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";
import { instancesOf } from "../resource-state.ts";

/** Flags with which actions of collectives are judged anew, from those of their parts. */
const PRESUMED = ACTION.optional | ACTION.runnable | ACTION.pseudo;

/**
 * Flags of an action as they are now. An action of a group, clone or bundle is required when that of any part is; of a
 * clone or bundle it can run when that of any instance can, of a group when all can. What is found out is kept in the action.
 */
export function actionFlags(book: ActionBook, action: Action, node: SchedulerNode | undefined): number {
  const { resource } = action;
  if (!resource) return action.flags;
  switch (resource.kind) {
    case "primitive":
      return action.flags;
    case "group":
      return groupFlags(book, action, resource, node);
    case "clone":
      return instanceFlags(book, action, resource.children, node, partTask(resource, action));
    case "bundle":
      return instanceFlags(book, action, bundleParts(resource, action), node, partTask(resource, action));
  }
}

/**
 * Flags of an action for an order: whether a clone's action can run is asked of the whole clone, whatever node the other
 * action is on.
 */
export function flagsForOrder(book: ActionBook, action: Action, node: SchedulerNode | undefined): number {
  const flags = actionFlags(book, action, undefined);
  if (!node || action.resource?.kind !== "clone") return flags;
  return actionFlags(book, action, node) | (flags & ACTION.runnable);
}

function groupFlags(book: ActionBook, action: Action, group: Resource, node: SchedulerNode | undefined): number {
  let flags = PRESUMED;
  for (const member of group.children) {
    const task = taskOf(action.task);
    const own = book.newest(member, task, node);
    if (!own) {
      // What not every member does cannot be done by the group.
      if (task !== "stop" && task !== "demote") flags &= ~ACTION.runnable;
      continue;
    }
    if ((flags & ACTION.optional) !== 0 && !own.isOptional) {
      flags &= ~ACTION.optional;
      action.clear(ACTION.optional);
    }
    const isCompletion = task !== action.task;
    if (isCompletion && (flags & ACTION.runnable) !== 0 && !own.isRunnable) {
      flags &= ~ACTION.runnable;
      action.clear(ACTION.runnable);
    }
  }
  return flags;
}

function instanceFlags(
  book: ActionBook,
  action: Action,
  parts: readonly Resource[],
  node: SchedulerNode | undefined,
  task: string,
): number {
  let flags = PRESUMED;
  let isAnyRunnable = false;
  for (const part of parts) {
    const own = book.newest(part, task, part.kind === "primitive" ? node : undefined);
    if (!own) continue;
    const ownFlags = actionFlags(book, own, node);
    if ((flags & ACTION.optional) !== 0 && (ownFlags & ACTION.optional) === 0) {
      flags &= ~ACTION.optional;
      action.clear(ACTION.optional);
    }
    if ((ownFlags & ACTION.runnable) !== 0) isAnyRunnable = true;
  }
  if (isAnyRunnable) return flags;
  if (!node) action.clear(ACTION.runnable);
  return flags & ~ACTION.runnable;
}

/** What the parts of a collective do for its action; parts that are groups have completions of their own. */
export function partTask(collective: Resource, action: Action): string {
  let { task } = action;
  if (task === "notify" || task === "notified") task = /_notify_(.+)_0$/.exec(action.key)?.[1] ?? task;
  const [first] = instancesOf(collective);
  return first === undefined || first.kind === "primitive" ? taskOf(task) : task;
}

/** Roles of a bundle change in what runs inside, all else is a matter of the containers. */
function bundleParts(bundle: Resource, action: Action): readonly Resource[] {
  const isInside = ["promote", "promoted", "demote", "demoted", "notify", "notified"].includes(action.task);
  const inner = bundle.bundle?.inner;
  return isInside && inner ? inner.children : instancesOf(bundle);
}
