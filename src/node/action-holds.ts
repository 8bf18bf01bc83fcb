import type { Fencer } from "../fencing/fencer.ts";
import type { GraphAction } from "../model/transition-graph.ts";
import type { XmlElement } from "../xml/element.ts";
import type { FencingBackOff } from "./fencing-back-off.ts";
import { type PendingOperation, PendingWatch, pendingOperations } from "./pending-operations.ts";
import { restartPauseEnd } from "./restart-pause.ts";

/** What holding actions back needs to know. */
export interface ActionHoldsPort {
  readonly fencer: Fencer;
  readonly fencingBackOff: FencingBackOff;
  readonly members: readonly string[];
  cib(): XmlElement;
  /** Whether the operation was ordered by the present plan. */
  isOfPresentPlan(operation: PendingOperation): boolean;
  /** Asks the member about an operation whose result is missing. */
  inquire(operation: PendingOperation): void;
}

/** A moment later than a second is full, so that the wall clock has passed it too. */
const CLOCK_MARGIN_MS = 20;

/** Why actions of a plan wait although all before them is done: something older is not over, or something has failed too often. */
export class ActionHolds {
  readonly #port: ActionHoldsPort;
  readonly #watch = new PendingWatch();
  /** A start is held back until then. */
  #pauseEndEpochSeconds: number | undefined;

  constructor(port: ActionHoldsPort) {
    this.#port = port;
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
    const { fencer, fencingBackOff } = this.#port;
    if (action.operation === "stonith") {
      const target = action.node ?? "";
      return fencer.pendingFor(target) !== undefined || fencingBackOff.isPausing(target, nowMs);
    }
    if (action.resource === undefined) return false;
    return this.#isPausing(action, action.resource.id, epochSeconds) || this.#isBusyElsewhere(action, action.resource.id, nowMs);
  }

  /** Times by which actions have to be looked through again. */
  deadlinesMs(nowMs: number, epochSeconds: number): number[] {
    const inquiryMs = this.#watch.deadlineMs();
    const end = this.#pauseEndEpochSeconds;
    const pauseMs = end === undefined ? [] : [nowMs + Math.max(0, end - epochSeconds) * 1000 + CLOCK_MARGIN_MS];
    return inquiryMs === undefined ? pauseMs : [inquiryMs, ...pauseMs];
  }

  /** True while a resource that keeps failing on a node is given time before it is started there again. */
  #isPausing(action: GraphAction, resourceId: string, epochSeconds: number): boolean {
    if (action.operation !== "start" || action.node === undefined) return false;
    const states = this.#port.cib().child("status")?.children ?? [];
    const state = states.find((candidate) => candidate.get("uname") === action.node);
    const end = state && restartPauseEnd(state, resourceId);
    if (end === undefined || end <= epochSeconds) return false;
    this.#pauseEndEpochSeconds = Math.min(end, this.#pauseEndEpochSeconds ?? end);
    return true;
  }

  /** True while an operation of an earlier plan on the same resource has no result yet; asks about it when that takes long. */
  #isBusyElsewhere(action: GraphAction, resourceId: string, nowMs: number): boolean {
    const { cib, inquire, isOfPresentPlan, members } = this.#port;
    const isProbe = action.operation === "monitor" && (action.attributes.get("CRM_meta_interval") ?? "0") === "0";
    const nodes = isProbe && action.node !== undefined ? [action.node] : members;
    const pending = pendingOperations(cib(), resourceId, nodes).find((operation) => !isOfPresentPlan(operation));
    if (pending && this.#watch.isInquiryDue(pending, nowMs)) inquire(pending);
    return pending !== undefined;
  }
}
