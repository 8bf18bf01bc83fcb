import { INFINITY_SCORE } from "../../score/score.ts";
import { ColocationLists } from "../assign/colocation-lists.ts";
import type { Resource } from "../cluster/resource.ts";
import { ACTION, type Action } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";

const NONE: ReadonlySet<Resource> = new Set();

/** Keeps what has to be with a resource from coming up when that one cannot. */
export class ColocationBlocks {
  readonly #plan: Plan;
  readonly #settle: (action: Action) => void;
  #lists: ColocationLists | undefined;

  constructor(plan: Plan, settle: (action: Action) => void) {
    this.#plan = plan;
    this.#settle = settle;
  }

  /** Blocks the mandatory dependents of a resource whose start or promotion cannot run in any part of it. */
  blockDependents(action: Action): void {
    const { task, resource } = action;
    if (action.isRunnable || !resource || (task !== "start" && task !== "promote")) return;
    const top = resource.top;
    const whole = top.parent ?? top;
    for (const child of whole.children) {
      const own = this.#plan.book.newest(child, task);
      if (!own || own.isRunnable) return;
    }
    // The most important come first: what is blocked has the first cause there is for a reason.
    this.#lists ??= new ColocationLists(this.#plan.cluster.colocations, NONE);
    for (const { score, dependent, dependentRole, primaryRole } of this.#lists.withThis(whole)) {
      if (score < INFINITY_SCORE || (task === "promote" && primaryRole !== "Promoted")) continue;
      this.#block(dependent, dependentRole === "Promoted" ? "promote" : "start", resource);
    }
  }

  #block(dependent: Resource, task: string, cause: Resource): void {
    for (const action of [...this.#plan.book.of(dependent)].reverse()) {
      if (!action.isRunnable || action.task !== task) continue;
      action.clear(ACTION.runnable);
      action.explain({ kind: "colocation", primary: cause });
      this.blockDependents(action);
      this.#settle(action);
    }
    for (const child of dependent.children) this.#block(child, task, cause);
  }
}
