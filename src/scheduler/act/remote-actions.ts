import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { activeNode } from "../cluster/resource-state.ts";
import type { Action } from "../plan/action.ts";
import { markForFencing } from "../plan/mark-node.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { remoteState } from "./remote-state.ts";

const { firstImpliesThen, guestAllowed, ordered, thenImpliesFirst, unrunnableFirstBlocks } = RELATION;

/** Orders what happens on remote and guest nodes while the connection to them is up. Source: Pacemaker, remote orders. */
export function remoteOrders(plan: Plan): void {
  const { all } = plan.book;
  for (let at = all.length - 1; at >= 0; at -= 1) {
    const action = all[at] as Action;
    const { resource, node } = action;
    if (!resource) continue;
    if (resource.isRemoteConnection && action.task === "clear_failcount") {
      plan.orders.beforeOperation(action, resource, "start", ordered);
      continue;
    }
    const connection = plan.connectionOf(node);
    if (!node || !connection || action.isPseudo) continue;
    if (action.task === "start") stopElsewhereAfterConnecting(plan, action, resource, connection);
    if (connection.launcher) guestOrders(plan, action, node, connection, connection.launcher);
    else remoteNodeOrders(plan, action, node, connection);
  }
}

/** What moves to a remote node is stopped when the connection there is up: if it fails, nothing was lost. */
function stopElsewhereAfterConnecting(plan: Plan, start: Action, resource: Resource, connection: Resource): void {
  for (const stop of [...plan.book.of(resource)].reverse())
    if (stop.node !== start.node && stop.task === "stop") plan.orders.afterOperation(stop, connection, "start", ordered);
}

function afterStart(plan: Plan, first: Resource, then: Action, extra: number): void {
  plan.orders.afterOperation(then, first, "start", guestAllowed | unrunnableFirstBlocks | extra);
}

function beforeStop(plan: Plan, first: Action, then: Resource, extra: number): void {
  plan.orders.beforeOperation(first, then, "stop", guestAllowed | extra);
}

/** Migrations are ordered like stops. */
function orderedTask(action: Action): string {
  return action.task === "migrate_to" || action.task === "migrate_from" ? "stop" : action.task;
}

function isRecurring(action: Action): boolean {
  return action.meta.has("interval");
}

function remoteNodeOrders(plan: Plan, action: Action, node: SchedulerNode, connection: Resource): void {
  const state = remoteState(node, connection);
  switch (orderedTask(action)) {
    case "start":
    case "promote":
      afterStart(plan, connection, action, state === "failed" ? firstImpliesThen : 0);
      return;
    case "stop":
      if (state === "alive") beforeStop(plan, action, connection, thenImpliesFirst);
      else if (state === "failed") markForFencing(plan, node, "resources are active but connection is unrecoverable");
      else if (connection.nextRole === "Stopped") beforeStop(plan, action, connection, thenImpliesFirst);
      else afterStart(plan, connection, action, 0);
      return;
    case "demote":
      if (state === "resting" || state === "unknown") afterStart(plan, connection, action, 0);
      return;
    default:
      if (isRecurring(action)) {
        afterStart(plan, connection, action, firstImpliesThen);
        return;
      }
      if (action.task === "monitor" && state === "failed")
        markForFencing(plan, node, "resources are in unknown state and connection is unrecoverable");
      if (activeNode(connection).node && state === "stopped") beforeStop(plan, action, connection, unrunnableFirstBlocks);
      else afterStart(plan, connection, action, 0);
  }
}

function guestOrders(plan: Plan, action: Action, node: SchedulerNode, connection: Resource, launcher: Resource): void {
  if (launcher.isFailed) markForFencing(plan, node, "container failed");
  switch (orderedTask(action)) {
    case "start":
    case "promote":
      afterStart(plan, launcher, action, firstImpliesThen);
      afterStart(plan, connection, action, 0);
      return;
    case "stop":
    case "demote":
      // With a failed launcher they are implied by its stop.
      if (!launcher.isFailed) beforeStop(plan, action, connection, 0);
      return;
    default:
      if (!isRecurring(action)) afterStart(plan, connection, action, 0);
      else if (["monitor", "notify"].includes(action.task)) afterStart(plan, connection, action, firstImpliesThen);
  }
}

/** The cluster node through which an action reaches a remote node; undefined for actions that do not. */
export function routerOf(plan: Plan, action: Action): SchedulerNode | undefined {
  const connection = plan.connectionOf(action.node);
  if (!connection || action.task === "stonith") return undefined;
  const began = activeNode(connection).node;
  const ended = connection.assigned;
  if (!began || !ended || began === ended) return began ?? ended;
  const isContinued = !connection.launcher && connection.partialMigrationTarget !== undefined;
  const task = action.task === "notify" ? (action.meta.get("notify_operation") ?? "") : action.task;
  const isBefore = ["cancel", "stop", "demote", "migrate_from", "migrate_to"].includes(task);
  return isBefore && !isContinued ? began : ended;
}
