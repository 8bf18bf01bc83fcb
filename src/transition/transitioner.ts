import type { GraphAction, TransitionGraph } from "../model/transition-graph.ts";

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

  constructor(graph: TransitionGraph) {
    this.#actions = new Map(graph.actions.map((action) => [action.id, action]));
    this.#batchLimit = graph.batchLimit;
    for (const action of graph.actions) this.#states.set(action.id, "waiting");
  }

  /**
   * Actions that may be sent now; they count as in flight afterwards. Pseudo actions are confirmed here and release
   * others at once, except the one that tells nodes of maintenance. `isHeld` says which actions have to wait for something outside of this plan.
   */
  release(isHeld: (action: GraphAction) => boolean): GraphAction[] {
    const out: GraphAction[] = [];
    for (let isMoving = true; isMoving; ) {
      isMoving = false;
      for (const action of this.#actions.values()) {
        if (this.#states.get(action.id) !== "waiting" || !this.#isReady(action)) continue;
        if (action.kind === "pseudo_event" && !action.maintenance) {
          this.#states.set(action.id, "confirmed");
          isMoving = true;
          continue;
        }
        if (this.#batchLimit > 0 && this.progress().inFlight >= this.#batchLimit) continue;
        if (isHeld(action)) continue;
        this.#states.set(action.id, "in-flight");
        out.push(action);
      }
    }
    return out;
  }

  /** Reports the end of an action that was in flight; false when it was not. */
  finish(id: number, hasSucceeded: boolean): boolean {
    if (this.#states.get(id) !== "in-flight") return false;
    this.#states.set(id, hasSucceeded ? "confirmed" : "failed");
    return true;
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
    return [...this.#actions.values()].filter((action) => this.#states.get(action.id) === "in-flight");
  }

  progress(): TransitionProgress {
    let confirmed = 0;
    let inFlight = 0;
    let failed = 0;
    let canFire = false;
    for (const [id, state] of this.#states) {
      if (state === "confirmed") confirmed += 1;
      else if (state === "in-flight") inFlight += 1;
      else if (state === "failed") failed += 1;
      else canFire ||= this.#isReadyId(id);
    }
    const total = this.#states.size;
    return { total, confirmed, inFlight, failed, isOver: inFlight === 0 && !canFire, isComplete: confirmed === total };
  }

  #isReadyId(id: number): boolean {
    const action = this.#actions.get(id);
    return action !== undefined && this.#isReady(action);
  }

  #isReady(action: GraphAction): boolean {
    return action.inputs.every((input) => this.#states.get(input) === "confirmed" || !this.#states.has(input));
  }
}
