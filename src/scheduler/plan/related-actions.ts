import type { Action, Relation } from "./action.ts";
import { PairFlags } from "./pair-flags.ts";

/** Up to so many relations of an action are looked through one by one. */
const SHORT = 16;

/** Tells whether two actions are related already. Mostly one of them has few relations, and these are all there is to look at. */
export class RelatedActions {
  /** All actions there are. */
  readonly #actions: readonly Action[];
  /** Flags of all pairs, by both ids; kept from when two actions are to be related that have many relations each. */
  #table: PairFlags | undefined;

  constructor(actions: readonly Action[]) {
    this.#actions = actions;
  }

  /** False when `first` is related to `then` by one of the flags already; else it is to be related by these now. */
  add(first: Action, then: Action, flags: number): boolean {
    if (this.#table) return this.#table.add(first.id, then.id, flags);
    const { dependents } = first;
    const { inputs } = then;
    const fewer = dependents.length < inputs.length ? dependents : inputs;
    if (fewer.length > SHORT) {
      this.#table = tableOf(this.#actions);
      return this.#table.add(first.id, then.id, flags);
    }
    for (let at = 0; at < fewer.length; at += 1) {
      const relation = fewer[at] as Relation;
      if (relation.first === first && relation.then === then && (relation.madeFlags & flags) !== 0) return false;
    }
    return true;
  }
}

function tableOf(actions: readonly Action[]): PairFlags {
  let count = 0;
  for (const { inputs } of actions) count += inputs.length;
  const table = new PairFlags(2 * count);
  for (const { inputs } of actions) for (const { first, then, madeFlags } of inputs) table.add(first.id, then.id, madeFlags);
  return table;
}
