import { INFINITY_SCORE } from "../../score/score.ts";
import type { Resource } from "../cluster/resource.ts";
import { isNotified } from "../cluster/resource-state.ts";
import { ACTION, type Action, notifyKey } from "../plan/action.ts";
import { resourceAction } from "../plan/make-action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

const { ordered, firstImpliesThen } = RELATION;

/** Pseudo actions around what the instances of a clone are told about: before it, and after it. */
export interface NotificationPoint {
  /** start, stop, promote or demote. */
  readonly task: string;
  readonly pre: Action | undefined;
  readonly preDone: Action | undefined;
  readonly post: Action | undefined;
  readonly postDone: Action | undefined;
}

/** The points of one clone. */
export interface ClonePoints {
  start?: NotificationPoint;
  stop?: NotificationPoint;
  promote?: NotificationPoint;
  demote?: NotificationPoint;
}

/** Makes and keeps the points at which clones tell their instances what happens. Source: Pacemaker, clone notifications. */
export class NotificationPoints {
  readonly byClone = new Map<Resource, ClonePoints>();
  readonly #plan: Plan;

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  /** Points around starts and stops; stops are told before starts. */
  forStartAndStop(
    clone: Resource,
    actions: { readonly start: Action; readonly running: Action; readonly stop: Action; readonly stopped: Action },
  ): void {
    if (!isNotified(clone)) return;
    const points = this.#of(clone);
    if (points.start) return;
    points.start = notificationPoint(this.#plan, clone, "start", actions.start, actions.running);
    points.stop = notificationPoint(this.#plan, clone, "stop", actions.stop, actions.stopped);
    this.#plan.book.relate(points.stop.postDone, points.start.pre, ordered);
  }

  /** Points around promotions. */
  forPromotion(clone: Resource, promote: Action, promoted: Action): void {
    if (!isNotified(clone)) return;
    this.#of(clone).promote ??= notificationPoint(this.#plan, clone, "promote", promote, promoted);
  }

  /** Points around demotions, and their place among the others. */
  forDemotion(clone: Resource, demote: Action, demoted: Action): void {
    if (!isNotified(clone)) return;
    const points = this.#of(clone);
    if (points.demote) return;
    points.demote = notificationPoint(this.#plan, clone, "demote", demote, demoted);
    const { book } = this.#plan;
    for (const before of [points.stop, points.start, points.demote]) book.relate(before?.postDone, points.promote?.pre, ordered);
    for (const after of [points.start, points.stop]) book.relate(points.demote.postDone, after?.pre, ordered);
  }

  #of(clone: Resource): ClonePoints {
    let points = this.byClone.get(clone);
    if (!points) this.byClone.set(clone, (points = {}));
    return points;
  }
}

/** Makes the point around an action and its completion; either half may be missing. */
export function notificationPoint(
  plan: Plan,
  resource: Resource,
  task: string,
  action: Action | undefined,
  complete: Action | undefined,
): NotificationPoint {
  const make = (of: Action, operation: string, type: string): Action => {
    const made = resourceAction(plan, resource, operation, undefined, {
      isOptional: of.isOptional,
      key: notifyKey(resource.id, type, of.task),
    });
    made.set(ACTION.pseudo);
    made.meta.set("notify_key_type", type).set("notify_key_operation", of.task);
    made.meta.set("notify_type", type.endsWith("pre") ? "pre" : "post").set("notify_operation", task);
    return made;
  };
  const pre = action && make(action, "notify", "pre");
  const preDone = action && make(action, "notified", "confirmed-pre");
  for (const one of [pre, preDone]) one?.set(ACTION.runnable);
  plan.book.relate(pre, preDone, ordered);
  plan.book.relate(preDone, action, ordered);
  const post = complete && make(complete, "notify", "post");
  const postDone = complete && make(complete, "notified", "confirmed-post");
  for (const one of [post, postDone]) {
    if (!one || !complete) continue;
    one.priority = INFINITY_SCORE;
    if (complete.isRunnable) one.set(ACTION.runnable);
    else one.clear(ACTION.runnable);
  }
  plan.book.relate(complete, post, firstImpliesThen);
  plan.book.relate(post, postDone, firstImpliesThen);
  plan.book.relate(preDone, post, ordered);
  return { task, pre, preDone, post, postDone };
}
