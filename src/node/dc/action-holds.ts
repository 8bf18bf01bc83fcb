import type { GraphAction } from "../../model/transition-graph.ts";
import { pendingOperations } from "../status/pending-operations.ts";
import type { DcContext } from "./dc-context.ts";
import type { FencingDecisions } from "./fencing-decisions.ts";
import { PendingWatch } from "./pending-watch.ts";
import type { PlanOrders } from "./plan-orders.ts";
import { restartPauseEnd } from "./restart-pause.ts";
import { wallClockDeadlineMs } from "./wall-clock-deadline.ts";

/** Why actions of a plan wait although all before them is done: something older is not over, or something has failed too often. */
export class ActionHolds {
  readonly #context: Pick<DcContext, "draft" | "inquire" | "members">;
  readonly #orders: Pick<PlanOrders, "isOfPresentPlan">;
  readonly #fencing: Pick<FencingDecisions, "isHeld">;
  readonly #watch = new PendingWatch();
  /** A start is held back until then. */
  #pauseEndEpochSeconds: number | undefined;

  constructor(
    context: Pick<DcContext, "draft" | "inquire" | "members">,
    orders: Pick<PlanOrders, "isOfPresentPlan">,
    fencing: Pick<FencingDecisions, "isHeld">,
  ) {
    this.#context = context;
    this.#orders = orders;
    this.#fencing = fencing;
  }

  /** A new plan begins: what held its predecessor back is looked at anew. */
  forget(): void {
    this.#watch.clear();
  }

  /** Actions are looked through from the beginning. */
  beginRound(): void {
    this.#pauseEndEpochSeconds = undefined;
  }

  /** Whether an action has to wait. */
  isHeld(action: GraphAction, nowMs: number, epochSeconds: number): boolean {
    if (action.operation === "stonith") return this.#fencing.isHeld(action.node ?? "", nowMs);
    if (action.resource === undefined) return false;
    return this.#isPausing(action, action.resource.id, epochSeconds) || this.#isBusyElsewhere(action, action.resource.id, nowMs);
  }

  /** Times by which actions have to be looked through again. */
  deadlinesMs(nowMs: number, epochSeconds: number): number[] {
    const inquiryMs = this.#watch.deadlineMs();
    const end = this.#pauseEndEpochSeconds;
    const pauseMs = end === undefined ? [] : [wallClockDeadlineMs(end, nowMs, epochSeconds)];
    return inquiryMs === undefined ? pauseMs : [inquiryMs, ...pauseMs];
  }

  /** True while a resource that keeps failing on a node is given time before it is started there again. */
  #isPausing(action: GraphAction, resourceId: string, epochSeconds: number): boolean {
    if (action.operation !== "start" || action.node === undefined) return false;
    const state = this.#context.draft().nodeStateNamed(action.node);
    const end = state && restartPauseEnd(state, resourceId);
    if (end === undefined || end <= epochSeconds) return false;
    this.#pauseEndEpochSeconds = Math.min(end, this.#pauseEndEpochSeconds ?? end);
    return true;
  }

  /** True while an operation of an earlier plan on the same resource has no result yet; asks about it when that takes long. */
  #isBusyElsewhere(action: GraphAction, resourceId: string, nowMs: number): boolean {
    const { draft, inquire, members } = this.#context;
    const isProbe = action.operation === "monitor" && (action.attributes.get("CRM_meta_interval") ?? "0") === "0";
    const nodes = isProbe && action.node !== undefined ? [action.node] : members;
    const pending = pendingOperations(draft().cib, resourceId, nodes).find(
      ({ transitionKey }) => !this.#orders.isOfPresentPlan(transitionKey),
    );
    if (pending && this.#watch.isInquiryDue(pending, nowMs)) inquire(pending);
    return pending !== undefined;
  }
}
