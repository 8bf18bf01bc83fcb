import type { Action } from "../act/action.ts";
import { HARMLESS, RELATION } from "../order/relation.ts";
import type { Resource } from "../resource.ts";

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
  for (let circle = findCircle(edges); circle; circle = findCircle(edges)) {
    for (const { resource, task } of circle) if (resource && task.startsWith("migrate_")) migrations.add(resource);
    const { first, then } = leastImportant(circle);
    edges.set(
      then,
      (edges.get(then) ?? []).filter((input) => input !== first),
    );
    if (importance(first, then) !== IMPORTANCE.probe) dropped.push({ first, then });
  }
  return { migrations: [...migrations], dropped };
}

/** Actions of which each waits for the next, and the last for the first; undefined when there are none. */
export function findCircle(edges: ReadonlyMap<Action, readonly Action[]>): Action[] | undefined {
  const stuck = stuckActions(edges);
  let [at] = stuck;
  const path = new Set<Action>();
  while (at && !path.has(at)) {
    path.add(at);
    at = edges.get(at)?.find((input) => stuck.has(input));
  }
  if (!at) return undefined;
  const walked = [...path];
  return walked.slice(walked.indexOf(at));
}

/** What is left when all that can be done is done. */
function stuckActions(edges: ReadonlyMap<Action, readonly Action[]>): Set<Action> {
  const waiting = new Map<Action, number>();
  const followers = new Map<Action, Action[]>();
  for (const [then, inputs] of edges) {
    const known = inputs.filter((input) => edges.has(input));
    waiting.set(then, known.length);
    for (const first of known) {
      const list = followers.get(first);
      if (list) list.push(then);
      else followers.set(first, [then]);
    }
  }
  const stuck = new Set(edges.keys());
  const ready = [...stuck].filter((action) => waiting.get(action) === 0);
  for (let next = ready.pop(); next; next = ready.pop()) {
    stuck.delete(next);
    for (const then of followers.get(next) ?? []) {
      const left = (waiting.get(then) ?? 0) - 1;
      waiting.set(then, left);
      if (left === 0) ready.push(then);
    }
  }
  return stuck;
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
