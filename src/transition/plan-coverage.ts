import type { GraphAction, TransitionGraph } from "../model/transition-graph.ts";
import type { Transitioner } from "./transitioner.ts";

/**
 * Whether a plan asks for nothing but what the present one does already: then that goes on, and nothing is begun anew. Agents that
 * write an attribute with each monitor would otherwise keep a plan from ever coming to its end, as each of its
 * successors begins with the same announcements. Both plans have to be made for the same configuration: orders are not compared.
 */
export function isCovered(graph: TransitionGraph, present: Transitioner): boolean {
  const { isOver, failed } = present.progress();
  // What waits for something that failed never begins.
  if (isOver || failed > 0) return false;
  const wanted = new Map(graph.actions.filter(isReal).map((action) => [nameOf(action), action]));
  for (const action of present.actions()) {
    if (!isReal(action)) continue;
    const name = nameOf(action);
    const successor = wanted.get(name);
    const state = present.state(action.id);
    wanted.delete(name);
    if (successor === undefined) {
      // Who has to be told of what happened is told; a plan made afterwards knows nothing of it.
      if (state === "waiting" && !isNotification(action, "post")) return false;
    } else if ((state === "confirmed" && !isNotification(action, "pre")) || !isSame(action, successor)) return false;
  }
  return wanted.size === 0;
}

function isReal(action: GraphAction): boolean {
  return action.kind !== "pseudo_event" || action.maintenance !== undefined;
}

function isNotification(action: GraphAction, type: "pre" | "post"): boolean {
  return action.operation === "notify" && action.attributes.get("CRM_meta_notify_type") === type;
}

function nameOf({ kind, operation, key, node, attributes }: GraphAction): string {
  return [kind, operation, key, node, attributes.get("CRM_meta_clone")].join(" ");
}

function isSame(one: GraphAction, other: GraphAction): boolean {
  if (one.attributes.size !== other.attributes.size || one.maintenance !== undefined) return false;
  for (const [name, value] of one.attributes) if (other.attributes.get(name) !== value) return false;
  return true;
}
