import { traceOf } from "../../base/trace.ts";
import { clusterOption } from "../../cib/document.ts";
import { parseDurationMs } from "../../time/duration.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Plan, Planner } from "../interface/planner.ts";
import { wallClockDeadlineMs } from "./wall-clock-deadline.ts";

/** What making plans needs of the coordinator. */
export interface PlanningPort {
  /** The document to plan with. */
  input(): XmlElement;
  /** Has a plan made elsewhere; returns the number of the request, undefined when it is to be made here. */
  planElsewhere(input: XmlElement, epochSeconds: number): number | undefined;
  carryOut(plan: Plan, reason: string, input: XmlElement): void;
  log(level: "info" | "error", text: string): void;
}

/** So many plans in a row may come too late to be of use; then one is made here, where nothing can happen meanwhile. */
const MOST_LATE_PLANS = 3;
/** Pause after a plan that took too long to make, or could not be made. */
const NO_PLAN_PAUSE_SECONDS = 60;
/** Pause in the changes of clients after which a plan is made, and the longest wait for one. */
const CHANGE_PAUSE_MS = 20;
const LONGEST_GATHERING_MS = 200;
/** Source: default of the cluster option cluster-recheck-interval, 15 min. */
const RECHECK_MS = 900_000;

/** A plan that is being made, and why. */
interface PlanInMaking {
  readonly reason: string;
  readonly input: XmlElement;
  readonly epochSeconds: number;
}

/** When plans are made: at once when the world changed, when the changes of clients pause, when time has come; here or elsewhere. */
export class Planning {
  readonly #planner: Planner;
  readonly #port: PlanningPort;
  #reason: string | undefined;
  #awaited: (PlanInMaking & { readonly requestId: number }) | undefined;
  /** Plans in a row that came too late. */
  #lateCount = 0;
  #recheckAtEpochSeconds: number | undefined;
  /** Clients have changed something: a plan is due then, unless it is made for another reason before. */
  #soon: { readonly reason: string; readonly sinceMs: number; readonly dueMs: number } | undefined;

  constructor(planner: Planner, port: PlanningPort) {
    this.#planner = planner;
    this.#port = port;
  }

  /** Asks for a plan at the end of the present step. */
  request(reason: string): void {
    this.#reason ??= reason;
  }

  /** Asks for a plan when changes by clients pause: those that belong together are planned once. */
  requestSoon(reason: string, nowMs: number): void {
    const first = this.#soon ?? { reason, sinceMs: nowMs };
    this.#soon = { ...first, dueMs: Math.min(nowMs + CHANGE_PAUSE_MS, first.sinceMs + LONGEST_GATHERING_MS) };
  }

  /** Whether a plan is wanted, or being made. */
  get isWanted(): boolean {
    return this.#reason !== undefined || this.#soon !== undefined || this.#awaited !== undefined;
  }

  /** Whether changes of clients are being gathered: what is planned already may be out of date. */
  get isGathering(): boolean {
    return this.#soon !== undefined;
  }

  /** Whether a plan is being made elsewhere. */
  get isUnderWay(): boolean {
    return this.#awaited !== undefined;
  }

  /** Plans when that is due. */
  advance(nowMs: number, epochSeconds: number): void {
    if (this.#recheckAtEpochSeconds !== undefined && epochSeconds >= this.#recheckAtEpochSeconds) this.request("time passed");
    if (this.#soon !== undefined && this.#soon.dueMs <= nowMs) {
      this.request(this.#soon.reason);
      this.#soon = undefined;
    }
    if (this.#reason !== undefined && !this.#awaited) this.#plan(this.#reason, epochSeconds);
  }

  /** Times by which `advance` has to be called although nothing happened. */
  deadlinesMs(nowMs: number, epochSeconds: number): number[] {
    const times = this.#soon === undefined ? [] : [this.#soon.dueMs];
    const recheck = this.#recheckAtEpochSeconds;
    if (recheck !== undefined) times.push(wallClockDeadlineMs(recheck, nowMs, epochSeconds));
    return times;
  }

  /** Takes a plan that was made elsewhere. One that something happened after is of no use any more: the next one is asked for. */
  made(requestId: number, plan: Plan): void {
    const awaited = this.#awaited;
    if (awaited?.requestId !== requestId) return;
    this.#awaited = undefined;
    const later = this.#reason ?? this.#soon?.reason;
    if (later === undefined) {
      this.#lateCount = 0;
      this.#take(plan, awaited);
    } else {
      this.#lateCount += 1;
      this.#port.log("info", `a plan (${awaited.reason}) came too late: ${later}`);
    }
  }

  /** A plan could not be made elsewhere: it is made here, or, when it only took too long, tried again later. */
  failed(requestId: number, message: string, isTooSlow: boolean, epochSeconds: number): void {
    const awaited = this.#awaited;
    if (awaited?.requestId !== requestId) return;
    this.#awaited = undefined;
    const what = isTooSlow ? "again in a minute" : "in the main thread";
    this.#port.log("error", `no plan (${awaited.reason}): ${message}; it is made ${what}`);
    if (isTooSlow) {
      this.#recheckAtEpochSeconds = epochSeconds + NO_PLAN_PAUSE_SECONDS;
      return;
    }
    this.#lateCount = MOST_LATE_PLANS;
    this.request(awaited.reason);
  }

  #plan(reason: string, epochSeconds: number): void {
    this.#reason = undefined;
    this.#soon = undefined;
    this.#recheckAtEpochSeconds = undefined;
    const input = this.#port.input();
    const requestId = this.#lateCount < MOST_LATE_PLANS ? this.#port.planElsewhere(input, epochSeconds) : undefined;
    if (requestId !== undefined) {
      this.#awaited = { requestId, reason, input, epochSeconds };
      this.#port.log("info", `a plan (${reason}) is being made in a thread`);
      return;
    }
    this.#lateCount = 0;
    const plan = this.#makeHere(reason, input, epochSeconds);
    if (plan) this.#take(plan, { reason, input, epochSeconds });
  }

  /** A plan; none when making it fails: a member that ended of it would be followed by the next DC, which has the same to plan. */
  #makeHere(reason: string, input: XmlElement, epochSeconds: number): Plan | undefined {
    try {
      return this.#planner(input, epochSeconds);
    } catch (error) {
      this.#port.log("error", `no plan (${reason}), tried again in a minute: ${traceOf(error)}`);
      this.#recheckAtEpochSeconds = epochSeconds + NO_PLAN_PAUSE_SECONDS;
      return undefined;
    }
  }

  #take(plan: Plan, { reason, input, epochSeconds }: PlanInMaking): void {
    this.#recheckAtEpochSeconds = recheckTime(plan, input, epochSeconds);
    this.#port.carryOut(plan, reason, input);
  }
}

/**
 * When to plan again although nothing happened: as often as the cluster option says (0 is never), and when the plan says that
 * time changes something. Source: Pacemaker Explained, cluster-recheck-interval.
 */
function recheckTime(plan: Plan, input: XmlElement, epochSeconds: number): number | undefined {
  const intervalMs = parseDurationMs(clusterOption(input, "cluster-recheck-interval") ?? "") ?? RECHECK_MS;
  const regular = intervalMs === 0 ? Number.POSITIVE_INFINITY : epochSeconds + Math.ceil(intervalMs / 1000);
  const wanted = plan.recheckAtEpochSeconds ?? Number.POSITIVE_INFINITY;
  const earliest = Math.min(regular, Math.max(epochSeconds + 1, wanted));
  return Number.isFinite(earliest) ? earliest : undefined;
}
