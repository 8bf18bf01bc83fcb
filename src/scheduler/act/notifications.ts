import { INFINITY_SCORE } from "../../score/score.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { ACTION, type Action, notifyKey } from "../plan/action.ts";
import { resourceAction } from "../plan/make-action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { type NotificationPoint, type NotificationPoints, notificationPoint } from "./notification-points.ts";
import { NotifyLists } from "./notify-lists.ts";

/** Makes the notifications of a clone, once it is settled what will be done. */
export function cloneNotifications(plan: Plan, clone: Resource, points: NotificationPoints): void {
  const own = points.byClone.get(clone);
  for (const point of [own?.start, own?.stop, own?.promote, own?.demote]) {
    if (!point) continue;
    const lists = new NotifyLists(plan, clone, true);
    const told = lists.values();
    if (lists.actionsOf(point.task).length > 0)
      for (const action of [point.pre, point.preDone, point.post, point.postDone]) action?.clear(ACTION.optional);
    tell(plan, clone, point, lists, told);
  }
}

/** Tells the other instances after the fencing of a node about the stop it implies. */
export function notifyAfterFencing(plan: Plan, resource: Resource, top: Resource, stop: Action, fencing: Action): void {
  const point = notificationPoint(plan, resource, "stop", undefined, fencing);
  const lists = new NotifyLists(plan, resource, false);
  const told = new Map([
    ["notify_stop_resource", resource.id],
    ["notify_stop_uname", stop.node?.name ?? ""],
  ]);
  tell(plan, top, point, lists, told);
}

function tell(plan: Plan, whole: Resource, point: NotificationPoint, lists: NotifyLists, told: ReadonlyMap<string, string>): void {
  for (const primitive of whole.primitives()) tellInstance(plan, primitive, point, lists, told);
}

function tellInstance(
  plan: Plan,
  resource: Resource,
  point: NotificationPoint,
  lists: NotifyLists,
  told: ReadonlyMap<string, string>,
): void {
  const { task } = point;
  for (const action of plan.book.of(resource)) {
    if (action.isOptional || !action.node || !["start", "stop", "promote", "demote"].includes(action.task)) continue;
    for (const [name, value] of told) action.meta.set(name, value);
  }
  // A stop may be implied by fencing: it is told whether it was planned or not.
  if (task !== "stop" && lists.actionsOf(task).length === 0) return;
  if (task === "stop" || task === "demote") {
    if (resource.role !== "Stopped") tellGoingDown(plan, resource, point, told);
  } else if (resource.nextRole !== "Stopped") tellComingUp(plan, resource, point, told);
}

function tellGoingDown(plan: Plan, resource: Resource, point: NotificationPoint, told: ReadonlyMap<string, string>): void {
  const stop = plan.book.newest(resource, "stop");
  for (const node of resource.activeOn) {
    if (stop?.isPseudo && (node.uncleanReason !== undefined || node.isRemoteReset)) continue;
    notifyAction(plan, resource, node, point.pre, point.preDone, told);
    if (point.task === "demote" || !stop || stop.isOptional) postNotify(plan, resource, node, point, told);
  }
}

function tellComingUp(plan: Plan, resource: Resource, point: NotificationPoint, told: ReadonlyMap<string, string>): void {
  const start = plan.book.newest(resource, "start");
  const connection = plan.connectionOf(start?.node);
  const connecting = connection && plan.book.newest(connection, "start");
  if (connecting && !connecting.isRunnable) return;
  const node = resource.assigned;
  if (!node) return;
  if (point.task !== "start" || !start || start.isOptional) notifyAction(plan, resource, node, point.pre, point.preDone, told);
  postNotify(plan, resource, node, point, told);
}

function postNotify(
  plan: Plan,
  resource: Resource,
  node: SchedulerNode,
  point: NotificationPoint,
  told: ReadonlyMap<string, string>,
): void {
  const made = notifyAction(plan, resource, node, point.post, point.postDone, told);
  if (made) made.priority = INFINITY_SCORE;
  // Recurring operations wait until all have been told.
  for (const action of plan.book.of(resource))
    if (action.meta.has("interval") && action.task !== "cancel") plan.book.relate(point.postDone, action, RELATION.ordered);
}

function notifyAction(
  plan: Plan,
  resource: Resource,
  node: SchedulerNode,
  begin: Action | undefined,
  end: Action | undefined,
  told: ReadonlyMap<string, string>,
): Action | undefined {
  if (!begin || !end || !node.isOnline || !begin.isRunnable) return undefined;
  const key = notifyKey(resource.id, begin.meta.get("notify_type") ?? "", begin.meta.get("notify_operation") ?? "");
  const made = resourceAction(plan, resource, begin.task, node, { isOptional: begin.isOptional, key });
  for (const [name, value] of begin.meta) if (!made.meta.has(name)) made.meta.set(name, value);
  for (const [name, value] of told) made.meta.set(name, value);
  plan.book.relate(begin, made, RELATION.ordered);
  plan.book.relate(made, end, RELATION.ordered);
  return made;
}
