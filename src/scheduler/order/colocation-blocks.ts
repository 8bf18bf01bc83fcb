import { INFINITY_SCORE } from "../../score/score.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Colocation } from "../constrain/colocation.ts";
import { ACTION, type Action } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";

/** Keeps what has to be with a resource from coming up when that one cannot. */
export class ColocationBlocks {
  readonly #plan: Plan;
  readonly #settle: (action: Action) => void;
  readonly #byPrimary = new Map<Resource, Colocation[]>();

  constructor(plan: Plan, settle: (action: Action) => void) {
    this.#plan = plan;
    this.#settle = settle;
    for (const colocation of plan.cluster.colocations) {
      if (colocation.score < INFINITY_SCORE) continue;
      const known = this.#byPrimary.get(colocation.primary);
      if (known) known.push(colocation);
      else this.#byPrimary.set(colocation.primary, [colocation]);
    }
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
    for (const { dependent, dependentRole, primaryRole } of this.#withThis(whole)) {
      if (task === "promote" && primaryRole !== "Promoted") continue;
      this.#block(dependent, dependentRole === "Promoted" ? "promote" : "start", resource);
    }
  }

  /** Colocations with a resource; with a group whose members are together also the configured ones with its members. */
  #withThis(whole: Resource): readonly Colocation[] {
    const own = this.#byPrimary.get(whole) ?? [];
    if (whole.kind !== "group" || !whole.isColocatedGroup) return own;
    const withMembers = whole.children.flatMap((member) => this.#byPrimary.get(member) ?? []);
    return [...own, ...withMembers.filter((colocation) => colocation.isExplicit)];
  }

  #block(dependent: Resource, task: string, cause: Resource): void {
    for (const action of [...this.#plan.book.of(dependent)].reverse()) {
      if (!action.isRunnable || action.task !== task) continue;
      action.clear(ACTION.runnable);
      action.explain(`colocation with ${cause.id}`);
      this.blockDependents(action);
      this.#settle(action);
    }
    for (const child of dependent.children) this.#block(child, task, cause);
  }
}
