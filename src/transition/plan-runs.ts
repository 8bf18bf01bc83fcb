import type { GraphAction, TransitionGraph } from "../model/transition-graph.ts";
import type { JobLimits } from "./job-counts.ts";
import { OwedNotifications } from "./owed-notifications.ts";
import { isCovered } from "./plan-coverage.ts";
import { Transitioner, type TransitionProgress } from "./transitioner.ts";

/** An action of a plan, by the number of the plan. */
export interface PlannedAction {
  readonly plan: number;
  readonly action: GraphAction;
}

/** How the end of an action was taken: the present plan or an older one waited for it, or nobody did. */
export type EndOfAction = "present" | "owed" | "unexpected";

/** The plans of one DC: the present one, and what is still owed of those it replaced. */
export class PlanRuns {
  #number: number;
  #present: Transitioner | undefined;
  readonly #owed = new Map<number, OwedNotifications>();

  /** `lastNumber` is that of the newest plan this node made so far. */
  constructor(lastNumber: number) {
    this.#number = lastNumber;
  }

  /** Number of the newest plan. */
  get number(): number {
    return this.#number;
  }

  /** Starts a plan; the one before was set aside. */
  begin(graph: TransitionGraph): void {
    this.setAside();
    this.#number += 1;
    this.#present = new Transitioner(graph);
  }

  /** Whether a plan, made for the same configuration, asks for nothing but what the present one does already. */
  covers(graph: TransitionGraph): boolean {
    return this.#present !== undefined && isCovered(graph, this.#present);
  }

  /** Nothing more of the present plan is begun, but what it owes is kept. */
  setAside(): void {
    const present = this.#present;
    if (!present) return;
    const owed = new OwedNotifications([...present.actions()], (id) => present.state(id));
    if (!owed.isEmpty) this.#owed.set(this.#number, owed);
    this.#present = undefined;
  }

  /** Another node was DC meanwhile: its plans count, nothing is owed any more. */
  forget(): void {
    this.#present = undefined;
    this.#owed.clear();
  }

  /** The members of the view changed. */
  keepOnly(members: ReadonlySet<string>): void {
    for (const owed of this.#owed.values()) owed.keepOnly(members);
    this.#dropSettled();
  }

  /** Notifications of older plans that may be sent now. */
  releaseOwed(): PlannedAction[] {
    return [...this.#owed].flatMap(([plan, owed]) => owed.release().map((action) => ({ plan, action })));
  }

  /**
   * Actions of the present plan that may be sent now, see `Transitioner.release`. Send what is owed before: executors keep
   * the order in which they are told to do something to a resource.
   */
  release(isHeld: (action: GraphAction) => boolean, limits?: JobLimits): PlannedAction[] {
    const actions = this.#present?.release(isHeld, limits) ?? [];
    return actions.map((action) => ({ plan: this.#number, action }));
  }

  /** Takes the end of an action. */
  finish(plan: number, actionId: number, hasSucceeded: boolean): EndOfAction {
    if (plan === this.#number && this.#present) return this.#present.finish(actionId, hasSucceeded) ? "present" : "unexpected";
    const owed = this.#owed.get(plan);
    if (!owed?.waitsFor(actionId)) return "unexpected";
    owed.finish(actionId, hasSucceeded);
    this.#dropSettled();
    return "owed";
  }

  /** An action of the present plan. */
  action(actionId: number): GraphAction | undefined {
    return this.#present?.action(actionId);
  }

  /** Actions of the present plan that were sent and have not ended. */
  inFlight(): GraphAction[] {
    return this.#present?.inFlight() ?? [];
  }

  /** Actions of older plans whose end is waited for. */
  owedActions(): { readonly plan: number; readonly id: number }[] {
    return [...this.#owed].flatMap(([plan, owed]) => owed.awaited().map(({ id }) => ({ plan, id })));
  }

  /** How the present plan stands; undefined when there is none. */
  progress(): TransitionProgress | undefined {
    return this.#present?.progress();
  }

  /** True when nothing is under way, and nothing owed. */
  get isIdle(): boolean {
    return this.#owed.size === 0 && (this.#present === undefined || this.#present.progress().isOver);
  }

  #dropSettled(): void {
    for (const [plan, owed] of this.#owed) if (owed.isEmpty) this.#owed.delete(plan);
  }
}
