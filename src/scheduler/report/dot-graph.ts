import type { Graph } from "../graph/graph.ts";
import type { Action } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { actionName } from "./blocked.ts";

/** What a picture of the graph shows besides what will be done. */
export interface DotView {
  /** Actions that are not needed, or of unmanaged resources, and orders between any. */
  readonly showsAll: boolean;
  /** Ids of actions after their names. */
  readonly showsIds: boolean;
}

/**
 * A transition graph in the language of dot(1): bold green for what will be done, orange letters for pseudo-actions, dashed
 * red for what is wanted and impossible; of all there is, dashed blue for what is not needed, and purple letters for what is
 * unmanaged. Orders that nothing waits for are dashed. Source: crm_simulate of Pacemaker 3.0.2, `--save-dotfile`.
 */
export function dotGraph(plan: Plan, graph: Graph, view: DotView): string {
  const inputsOf = new Map(graph.synapses.map(({ action, inputs }) => [action, new Set(inputs)]));
  const newestFirst = [...plan.book.all].reverse();
  const drawn = new Set(newestFirst.filter((action) => inputsOf.has(action) || view.showsAll || isImpossible(action)));
  const nameOf = (action: Action): string => `"${actionName(action)}${view.showsIds ? ` (${action.id})` : ""}"`;
  const nodes = [...drawn].map((action) => `${nameOf(action)} [ ${looks(action, inputsOf.has(action))}]`);
  const edges = newestFirst.flatMap((action) => {
    const waitedFor = inputsOf.get(action);
    return relationsOf(action).flatMap(([first, flags]) => {
      const isWaitedFor = waitedFor?.has(first) === true;
      if (!isWaitedFor && (flags === 0 || (waitedFor && isElsewhere(action, first, flags)))) return [];
      const isShown = isWaitedFor || (drawn.has(action) && drawn.has(first) && flags !== RELATION.ifOnSameNodeOrTarget);
      return isShown || view.showsAll ? [`${nameOf(first)} -> ${nameOf(action)} [ style = ${isWaitedFor ? "bold" : "dashed"}]`] : [];
    });
  });
  return ` digraph "g" {\n${[...nodes, ...edges].map((line) => `${line}\n`).join("")}}\n`;
}

function isImpossible(action: Action): boolean {
  return !action.isOptional && action.resource?.isManaged !== false;
}

function looks(action: Action, isDone: boolean): string {
  const font = action.isPseudo ? "orange" : "black";
  if (isDone) return `style=bold color="green" fontcolor="${font}"`;
  if (action.resource?.isManaged === false) return `style=dashed color="red" fontcolor="purple"`;
  return `style=dashed color="${action.isOptional ? "blue" : "red"}" fontcolor="${font}"`;
}

/** What comes before an action, each once with all flags, by age. */
function relationsOf(action: Action): (readonly [Action, number])[] {
  const flagsByFirst = new Map<Action, number>();
  for (const { first, flags } of action.inputs) flagsByFirst.set(first, (flagsByFirst.get(first) ?? 0) | flags);
  return [...flagsByFirst].sort(([a], [b]) => a.id - b.id);
}

/** True for an order that is none, since it is about one node only. */
function isElsewhere(action: Action, first: Action, flags: number): boolean {
  if (flags === RELATION.ifOnSameNodeOrTarget) {
    if (action.resource && action.task === "migrate_to") return first.node !== action.resource.assigned;
    return first.node !== action.node || first.isOptional;
  }
  if (flags !== RELATION.ifRequiredOnSameNode) return false;
  return (first.node !== undefined && action.node !== undefined && first.node !== action.node) || first.isOptional;
}
