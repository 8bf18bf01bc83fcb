import { parseBoolean } from "../../cib/document.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { Resource } from "../cluster/resource.ts";
import { primitivesOf } from "../cluster/resource-state.ts";
import { ACTION, type Action } from "../plan/action.ts";
import { resourcePseudo } from "../plan/make-action.ts";
import type { Plan } from "../plan/plan.ts";
import type { NotificationPoints } from "./notification-points.ts";
import { primitiveActions } from "./primitive-actions.ts";

/** Makes the actions of a resource and all in it, with pseudo actions for the whole of what has parts. */
export function createActions(plan: Plan, resource: Resource, points: NotificationPoints): void {
  switch (resource.kind) {
    case "primitive":
      primitiveActions(plan, resource);
      return;
    case "group":
      groupActions(plan, resource, points);
      return;
    case "clone":
      cloneActions(plan, resource, points);
      return;
    case "bundle":
      bundleActions(plan, resource, points);
  }
}

function groupActions(plan: Plan, group: Resource, points: NotificationPoints): void {
  for (const member of group.children) createActions(plan, member, points);
  for (const task of ["start", "running", "stop", "stopped"]) resourcePseudo(plan, group, task, true, true);
  if (parseBoolean(group.meta.get("promotable")) !== true) return;
  for (const task of ["demote", "demoted", "promote", "promoted"]) resourcePseudo(plan, group, task, true, true);
}

function cloneActions(plan: Plan, clone: Resource, points: NotificationPoints): void {
  instanceActions(plan, clone, points);
  if (!clone.clone?.isPromotable) return;
  for (const instance of clone.children) createActions(plan, instance, points);
  const primitives = primitivesOf(clone.children);
  const isAny = (task: string): boolean =>
    primitives.some((primitive) => plan.book.of(primitive).some((action) => action.task === task && !action.isOptional));
  const isPromoting = isAny("promote");
  const isDemoting = isAny("demote");
  const begin = resourcePseudo(plan, clone, "promote", !isPromoting, true);
  const end = resourcePseudo(plan, clone, "promoted", !isPromoting, true);
  end.priority = INFINITY_SCORE;
  points.forPromotion(clone, begin, end);
  const beginDown = resourcePseudo(plan, clone, "demote", !isDemoting, true);
  const endDown = resourcePseudo(plan, clone, "demoted", !isDemoting, true);
  endDown.priority = INFINITY_SCORE;
  points.forDemotion(clone, beginDown, endDown);
}

/** Actions of the instances of a clone, or the containers of a bundle, and the start and stop of the whole. */
function instanceActions(plan: Plan, collective: Resource, points: NotificationPoints): void {
  const state = { isActive: false, isStarting: false, isStopping: false, isRestarting: false };
  for (const instance of collective.instances) {
    createActions(plan, instance, points);
    for (const primitive of instance.primitives()) judgeInstance(plan, primitive, state);
  }
  const start = resourcePseudo(plan, collective, "start", !state.isStarting, true);
  const running = resourcePseudo(plan, collective, "running", !state.isStarting, false);
  running.priority = INFINITY_SCORE;
  if (state.isActive || state.isStarting) running.set(ACTION.runnable);
  const stop = resourcePseudo(plan, collective, "stop", !state.isStopping, true);
  const stopped = resourcePseudo(plan, collective, "stopped", !state.isStopping, true);
  stopped.priority = INFINITY_SCORE;
  if (!state.isRestarting) stop.set(ACTION.migratable);
  if (collective.clone) points.forStartAndStop(collective, { start, running, stop, stopped });
}

function judgeInstance(
  plan: Plan,
  primitive: Resource,
  state: { isActive: boolean; isStarting: boolean; isStopping: boolean; isRestarting: boolean },
): void {
  const required = (task: string, flags: number): boolean =>
    plan.book.of(primitive).some((action: Action) => action.task === task && !action.isOptional && action.has(flags));
  const isStarting = required("start", ACTION.runnable);
  const isStopping = required("stop", ACTION.runnable | ACTION.pseudo);
  state.isActive ||= primitive.activeOn.length > 0;
  state.isStarting ||= isStarting;
  state.isStopping ||= isStopping;
  state.isRestarting ||= isStarting && isStopping;
}

function bundleActions(plan: Plan, bundle: Resource, points: NotificationPoints): void {
  for (const { address, container, connection } of bundle.bundle?.replicas ?? [])
    for (const part of [address, container, connection]) if (part) createActions(plan, part, points);
  instanceActions(plan, bundle, points);
  const inner = bundle.bundle?.inner;
  if (!inner) return;
  createActions(plan, inner, points);
  if (!inner.clone?.isPromotable) return;
  for (const task of ["promote", "promoted", "demote", "demoted"]) {
    const made = resourcePseudo(plan, bundle, task, true, true);
    if (task.endsWith("d")) made.priority = INFINITY_SCORE;
  }
}
