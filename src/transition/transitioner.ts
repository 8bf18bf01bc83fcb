import type { GraphAction, TransitionGraph } from "../model/transition-graph.ts";
import { JobCounts, type JobLimits, NO_JOB_LIMITS } from "./job-counts.ts";

/** How far an action of a plan has come. */
export type ActionState = "waiting" | "in-flight" | "confirmed" | "failed";

/** How a transition stands. */
export interface TransitionProgress {
  readonly total: number;
  readonly confirmed: number;
  readonly inFlight: number;
  readonly failed: number;
  /** Nothing is in flight and nothing more can fire. */
  readonly isOver: boolean;
  /** Over with every action confirmed. */
  readonly isComplete: boolean;
}

/**
 * Carries out one graph. It says which actions may be sent now, and learns how they ended; a failed action never
 * releases what waits for it. Actions on a resource that is still busy from an earlier plan are held back, and with
 * them what is ordered behind them; everything else goes on.
 */
export class Transitioner {
  readonly #actions: ReadonlyMap<number, GraphAction>;
  readonly #batchLimit: number;
  readonly #states = new Map<number, ActionState>();
  /** Those that have not begun, in the order of the graph. */
  readonly #waiting: Set<GraphAction>;
  readonly #inFlight = new Set<GraphAction>();
  readonly #jobs = new JobCounts();
  #confirmed = 0;
  #failed = 0;

  constructor(graph: TransitionGraph) {
    this.#actions = new Map(graph.actions.map((action) => [action.id, action]));
    this.#batchLimit = graph.batchLimit;
    this.#waiting = new Set(graph.actions);
    for (const action of graph.actions) this.#states.set(action.id, "waiting");
  }

  /**
   * Actions that may be sent now; they count as in flight afterwards. Pseudo actions are confirmed here and release
   * others at once, except the one that tells nodes of maintenance. `isHeld` says which actions have to wait for something outside of this plan.
   */
  release(isHeld: (action: GraphAction) => boolean, limits: JobLimits = NO_JOB_LIMITS): GraphAction[] {
    const out: GraphAction[] = [];
    for (let isMoving = true; isMoving; ) {
      isMoving = false;
      for (const action of this.#waiting) {
        if (!this.#isReady(action)) continue;
        if (action.kind === "pseudo_event" && !action.maintenance) {
          this.#waiting.delete(action);
          this.#conclude(action, true);
          isMoving = true;
          continue;
        }
        if (this.#batchLimit > 0 && this.#inFlight.size >= this.#batchLimit) continue;
        if (!this.#jobs.mayBegin(action, limits) || isHeld(action)) continue;
        this.#waiting.delete(action);
        this.#inFlight.add(action);
        this.#jobs.count(action, 1);
        this.#states.set(action.id, "in-flight");
        out.push(action);
      }
    }
    return out;
  }

  /** Reports the end of an action that was in flight; false when it was not. */
  finish(id: number, hasSucceeded: boolean): boolean {
    const action = this.#actions.get(id);
    if (!action || !this.#inFlight.delete(action)) return false;
    this.#jobs.count(action, -1);
    this.#conclude(action, hasSucceeded);
    return true;
  }

  /** All actions of the plan. */
  actions(): Iterable<GraphAction> {
    return this.#actions.values();
  }

  /** The action with this id, if it is part of the plan. */
  action(id: number): GraphAction | undefined {
    return this.#actions.get(id);
  }

  /** How far an action has come, if it is part of the plan. */
  state(id: number): ActionState | undefined {
    return this.#states.get(id);
  }

  /** Actions sent and not yet ended. */
  inFlight(): GraphAction[] {
    return [...this.#inFlight];
  }

  progress(): TransitionProgress {
    const total = this.#states.size;
    const isOver = this.#inFlight.size === 0 && ![...this.#waiting].some((action) => this.#isReady(action));
    const isComplete = this.#confirmed === total;
    return { total, confirmed: this.#confirmed, inFlight: this.#inFlight.size, failed: this.#failed, isOver, isComplete };
  }

  #conclude(action: GraphAction, hasSucceeded: boolean): void {
    this.#states.set(action.id, hasSucceeded ? "confirmed" : "failed");
    if (hasSucceeded) this.#confirmed += 1;
    else this.#failed += 1;
  }

  #isReady(action: GraphAction): boolean {
    return action.inputs.every((input) => this.#states.get(input) === "confirmed" || !this.#states.has(input));
  }
}
