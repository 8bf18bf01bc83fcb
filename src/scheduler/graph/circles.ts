import type { Resource } from "../cluster/resource.ts";
import type { Action } from "../plan/action.ts";
import { HARMLESS, RELATION } from "../plan/relation.ts";

/** Actions of the graph, each with those that have to be done before it. */
export type Edges = Map<Action, readonly Action[]>;

/** What it took to make a graph that can be completed. */
export interface OpenedCircles {
  /** Resources whose live migration waits for itself. */
  readonly migrations: readonly Resource[];
  /** Orders that are not kept; those of probes do not count. */
  readonly dropped: readonly { readonly first: Action; readonly then: Action }[];
}

/**
 * Takes the least important order out of every circle, so that the graph can be completed: actions that wait for one
 * another would keep the cluster from doing anything for them until the configuration is changed.
 */
export function openCircles(edges: Edges): OpenedCircles {
  const migrations = new Set<Resource>();
  const dropped: { first: Action; then: Action }[] = [];
  const stuck = new StuckActions(edges);
  for (let circle = stuck.circle(); circle; circle = stuck.circle()) {
    for (const { resource, task } of circle) if (resource && task.startsWith("migrate_")) migrations.add(resource);
    const { first, then } = leastImportant(circle);
    edges.set(
      then,
      (edges.get(then) ?? []).filter((input) => input !== first),
    );
    stuck.dropped(first, then);
    if (importance(first, then) !== IMPORTANCE.probe) dropped.push({ first, then });
  }
  return { migrations: [...migrations], dropped };
}

/** What is left when all that can be done is done: where an order is dropped, more can be. */
class StuckActions {
  readonly #edges: ReadonlyMap<Action, readonly Action[]>;
  readonly #stuck: Set<Action>;
  /** For each action, how many it still waits for, and which wait for it; one that is there twice counts twice. */
  readonly #waiting = new Map<Action, number>();
  readonly #followers = new Map<Action, Action[]>();

  constructor(edges: ReadonlyMap<Action, readonly Action[]>) {
    this.#edges = edges;
    this.#stuck = new Set(edges.keys());
    for (const [then, inputs] of edges) {
      const known = inputs.filter((input) => edges.has(input));
      this.#waiting.set(then, known.length);
      for (const first of known) {
        const list = this.#followers.get(first);
        if (list) list.push(then);
        else this.#followers.set(first, [then]);
      }
    }
    this.#release([...this.#stuck].filter((action) => this.#waiting.get(action) === 0));
  }

  #release(ready: Action[]): void {
    for (let next = ready.pop(); next; next = ready.pop()) {
      this.#stuck.delete(next);
      for (const then of this.#followers.get(next) ?? []) if (this.#lessToWaitFor(then, 1)) ready.push(then);
    }
  }

  #lessToWaitFor(then: Action, count: number): boolean {
    const left = (this.#waiting.get(then) ?? 0) - count;
    this.#waiting.set(then, left);
    return left === 0;
  }

  /** Takes note that `then` does not wait for `first` any more. */
  dropped(first: Action, then: Action): void {
    const before = this.#followers.get(first) ?? [];
    const after = before.filter((follower) => follower !== then);
    this.#followers.set(first, after);
    if (after.length < before.length && this.#lessToWaitFor(then, before.length - after.length)) this.#release([then]);
  }

  /** Actions of which each waits for the next, and the last for the first; undefined when there are none. */
  circle(): Action[] | undefined {
    let [at] = this.#stuck;
    const path = new Set<Action>();
    while (at && !path.has(at)) {
      path.add(at);
      at = this.#edges.get(at)?.find((input) => this.#stuck.has(input));
    }
    if (!at) return undefined;
    const walked = [...path];
    return walked.slice(walked.indexOf(at));
  }
}

function leastImportant(circle: readonly Action[]): { first: Action; then: Action } {
  const orders = circle.map((then, at) => ({ then, first: circle[(at + 1) % circle.length] ?? then }));
  return orders.reduce((least, order) => (importance(order.first, order.then) < importance(least.first, least.then) ? order : least));
}

/** How much depends on an order. */
const IMPORTANCE = {
  /** What a probe finds can be dealt with later. */
  probe: 0,
  /** Neither needs the other. */
  optional: 1,
  mandatory: 2,
  /** Between a group or clone and what is in it, or among that. */
  inner: 3,
  /** A stop before the start of the same thing. */
  own: 4,
  /** Before a node is fenced, what runs on it is unknown. */
  fencing: 5,
} as const;

function importance(first: Action, then: Action): number {
  if (first.task === "stonith") return IMPORTANCE.fencing;
  if (first.task === "monitor" && first.intervalMs === 0) return IMPORTANCE.probe;
  if (first.resource && first.resource === then.resource) return IMPORTANCE.own;
  if (first.resource && first.resource.top === then.resource?.top) return IMPORTANCE.inner;
  const flags = then.inputs.reduce((all, input) => (input.first === first ? all | input.flags : all), 0);
  const isOptional = (flags & ~(HARMLESS | RELATION.serialize | RELATION.guestAllowed)) === 0;
  return isOptional ? IMPORTANCE.optional : IMPORTANCE.mandatory;
}
