import { ACTION, type Action, type Relation } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { HARMLESS, RELATION } from "../plan/relation.ts";

/** True when an action is to be part of the graph: needed, possible, and on a node that can carry it out. */
export function isEmitted(plan: Plan, action: Action): boolean {
  if (!action.isRunnable || (action.isOptional && !action.has(ACTION.alwaysInGraph))) return false;
  // Of what is unmanaged only watching goes on.
  const isUnmanaged = action.resource !== undefined && !action.resource.isManaged;
  if (isUnmanaged && action.task !== "monitor" && !action.meta.has("interval")) return false;
  if (action.isPseudo || action.task === "stonith" || action.task === "do_shutdown") return true;
  const { node } = action;
  if (!node) return false;
  if (action.has(ACTION.onDc) || (plan.isGuest(node) && !node.isRemoteReset)) return true;
  return node.isOnline && node.uncleanReason === undefined;
}

/** Decides which relations become edges of the graph. */
export class EdgeFilter {
  readonly #plan: Plan;
  readonly #emitted: ReadonlySet<Action>;

  constructor(plan: Plan, emitted: ReadonlySet<Action>) {
    this.#plan = plan;
    this.#emitted = emitted;
  }

  /** Actions that have to be done before this one, each once, by age. */
  inputs(action: Action): Action[] {
    const flagsByFirst = new Map<Action, number>();
    for (const { first, flags } of action.inputs) flagsByFirst.set(first, (flagsByFirst.get(first) ?? 0) | flags);
    const isPart = (first: Action): boolean => this.#emitted.has(first);
    const out: Action[] = [];
    for (const [first, flags] of flagsByFirst) if (isPart(first) && isEdge(this.#plan, action, { first, flags }, isPart)) out.push(first);
    return out.sort((a, b) => a.id - b.id);
  }
}

/** True when a relation is an edge of the graph, given which actions are part of it. */
export function isEdge(
  plan: Plan,
  action: Action,
  { first, flags }: Pick<Relation, "first" | "flags">,
  isPart: (first: Action) => boolean,
): boolean {
  if (flags === 0) return false;
  const isRunnable = first.isRunnable;
  if (!isRunnable && ((flags & ~HARMLESS) === 0 || (flags & (RELATION.minRunnable | RELATION.unmigratableThenBlocks)) !== 0)) return false;
  if ((flags & RELATION.ifFirstUnmigratable) !== 0 && first.isMigratable) return false;
  if (flags === RELATION.ordered && first.isMigratable && first.key.endsWith("_stop_0")) return false;
  if (flags === RELATION.ifOnSameNodeOrTarget) {
    if (action.resource && action.task === "migrate_to") return first.node === action.resource.assigned;
    return first.node === action.node && !first.isOptional;
  }
  if (flags === RELATION.ifRequiredOnSameNode) return (!first.node || !action.node || first.node === action.node) && !first.isOptional;
  const other = first.resource;
  const isFailedStop = other && other !== action.resource && other.isFailed && !other.isManaged && first.key.endsWith("_stop_0");
  if (isFailedStop && action.resource?.kind === "clone") return false;
  return !first.isOptional || first.has(ACTION.alwaysInGraph) || isPart(first) || isEmitted(plan, first);
}
