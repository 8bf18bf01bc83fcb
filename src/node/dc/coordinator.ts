import type { Fencer, FencingEffect } from "../../fencing/fencer.ts";
import type { PlanRuns } from "../../transition/plan-runs.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { LoadLevel } from "../interface/messages.ts";
import type { Plan, Planner } from "../interface/planner.ts";
import { ActionDispatch } from "./action-dispatch.ts";
import { ActionHolds } from "./action-holds.ts";
import type { DcContext } from "./dc-context.ts";
import { FencingDecisions } from "./fencing-decisions.ts";
import { jobLimits } from "./job-limits.ts";
import { MissingResults } from "./missing-results.ts";
import { OperationResults } from "./operation-results.ts";
import { PlanOrders } from "./plan-orders.ts";
import { Planning } from "./planning.ts";
import { ResourceFailures } from "./resource-failures.ts";
import { Shutdowns } from "./shutdowns.ts";

/** What the coordinator asks of the node around it. */
export interface CoordinatorPort extends Omit<DcContext, "requestPlan"> {
  /** The plans this node made so far; what they owe is done under this view. */
  readonly runs: PlanRuns;
  readonly planner: Planner;
  readonly fencer: Fencer;
  applyFencing(effects: readonly FencingEffect[]): void;
  clearFailuresOn(node: string, resourceId: string): void;
  /** How many processors a member has, undefined when it did not say. */
  processorsOf(node: string): number | undefined;
  loadOf(node: string): LoadLevel;
  grantLeave(node: string): void;
  /** Has a plan made elsewhere; returns the number of the request, undefined when it is to be made here. */
  planElsewhere(input: XmlElement, epochSeconds: number): number | undefined;
  savePlan(number: number, plan: Plan, input: XmlElement): void;
}

/** How the present transition stands, for status displays. */
export interface CoordinatorProgress {
  readonly number: number;
  readonly confirmed: number;
  readonly total: number;
  readonly inFlight: number;
}

/**
 * The DC's work: carries plans out, and makes the next when the world changed. A new plan is made at once; only what is
 * still busy from an older plan is waited for.
 */
export class Coordinator {
  /** When plans are made. */
  readonly planning: Planning;
  readonly results: OperationResults;
  readonly missing: MissingResults;
  readonly failures: ResourceFailures;
  readonly fencing: FencingDecisions;
  readonly shutdowns: Shutdowns;
  readonly #port: CoordinatorPort;
  readonly #orders: PlanOrders;
  readonly #holds: ActionHolds;
  readonly #dispatch: ActionDispatch;
  /** What the present plan was made for. */
  #configuration: XmlElement | undefined;
  /** Number of the last transition whose end was logged. */
  #endedNumber = 0;

  constructor(port: CoordinatorPort) {
    const context: DcContext = { ...port, requestPlan: (reason) => this.planning.request(reason) };
    this.#port = port;
    port.runs.keepOnly(new Set(port.members));
    this.#orders = new PlanOrders(context, port.runs);
    this.failures = new ResourceFailures(context, port.clearFailuresOn);
    this.results = new OperationResults(context, this.#orders, this.failures);
    this.missing = new MissingResults(context, this.#orders, this.results);
    this.fencing = new FencingDecisions(context, this.#orders, { fencer: port.fencer, apply: port.applyFencing });
    this.shutdowns = new Shutdowns(context, port.grantLeave);
    this.#dispatch = new ActionDispatch(context, this.#orders, this);
    this.#holds = new ActionHolds(context, this.#orders, this.fencing);
    this.planning = new Planning(port.planner, {
      input: () => port.draft().snapshot(),
      planElsewhere: port.planElsewhere,
      carryOut: (plan, reason, input) => this.#carryOut(plan, reason, input),
      log: port.log,
    });
  }

  /** The plan being carried out; undefined when idle. */
  progress(): CoordinatorProgress | undefined {
    const { runs } = this.#port;
    const progress = runs.progress();
    if (this.planning.isUnderWay) return { number: runs.number, confirmed: 0, total: 0, inFlight: 0 };
    if (!progress || progress.isOver) return undefined;
    return { number: runs.number, confirmed: progress.confirmed, total: progress.total, inFlight: progress.inFlight };
  }

  /** True when the last transition is over and nothing else is wanted. */
  get isIdle(): boolean {
    return !this.planning.isWanted && this.#port.runs.isIdle;
  }

  /** True when this node's own shutdown is due and nothing else is left to do. */
  get mayLeave(): boolean {
    return this.shutdowns.isOwnGranted && this.isIdle;
  }

  /** Plans when that was asked for, and sends what may be sent. Call at the end of each step. */
  advance(nowMs: number, epochSeconds: number): void {
    for (const place of this.#orders.takeOverdue(nowMs)) this.missing.overdue(place, epochSeconds);
    if (this.fencing.backOff.takeDue(nowMs)) this.planning.request("fencing is tried again");
    this.planning.advance(nowMs, epochSeconds);
    this.#orders.sendOwed(nowMs);
    if (!this.planning.isGathering && !this.planning.isUnderWay) this.#release(nowMs, epochSeconds);
    this.#tellEnd();
  }

  /** Time by which advance has to be called although nothing happened. */
  deadlineMs(nowMs: number, epochSeconds: number): number | undefined {
    const times = [
      ...this.#orders.deadlinesMs(),
      ...this.fencing.backOff.deadlinesMs(),
      ...this.planning.deadlinesMs(nowMs, epochSeconds),
      ...this.#holds.deadlinesMs(nowMs, epochSeconds),
    ];
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** What is still busy from the present transition will be waited for, and what it owes is done; nothing more is begun unless the new plan asks for the same. */
  #carryOut(plan: Plan, reason: string, input: XmlElement): void {
    const { log, runs, savePlan } = this.#port;
    const configuration = input.child("configuration");
    if (configuration === this.#configuration && runs.covers(plan.graph)) {
      log("info", `transition ${runs.number} goes on (${reason})`);
      return;
    }
    this.#configuration = configuration;
    this.#holds.forget();
    this.#orders.begin(plan.graph);
    const { number } = runs;
    log("info", `transition ${number} (${reason}): ${plan.graph.actions.length} actions`);
    for (const line of plan.summary) log("notice", line.trim());
    if (plan.graph.actions.length > 0) savePlan(number, plan, input);
  }

  #release(nowMs: number, epochSeconds: number): void {
    const { draft, loadOf, processorsOf, runs } = this.#port;
    this.#holds.beginRound();
    if (runs.progress() === undefined) return;
    const limits = jobLimits(draft().cib, processorsOf, loadOf);
    for (let rounds = 0; rounds < 100; rounds += 1) {
      const ready = runs.release((action) => this.#holds.isHeld(action, nowMs, epochSeconds), limits);
      if (ready.length === 0) break;
      for (const planned of ready) this.#dispatch.begin(planned, nowMs, epochSeconds);
    }
  }

  /** Says once that a transition is over. */
  #tellEnd(): void {
    const { log, runs } = this.#port;
    const progress = runs.progress();
    const { number } = runs;
    if (!progress?.isOver || progress.total === 0 || this.#endedNumber === number) return;
    this.#endedNumber = number;
    log("info", `transition ${number} is over: ${progress.confirmed} of ${progress.total} actions done`);
  }
}
