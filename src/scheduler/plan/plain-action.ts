import type { SchedulerNode } from "../cluster/node.ts";
import { ACTION, type Action } from "./action.ts";
import type { Plan } from "./plan.ts";

/** An action that is of no resource, made when it is not there yet. */
export function plainAction(plan: Plan, key: string, task: string, node: SchedulerNode | undefined, isOptional: boolean): Action {
  const known = plan.book.single(key);
  if (known && !isOptional) known.clear(ACTION.optional);
  return known ?? plan.book.add({ key, task, resource: undefined, node, intervalMs: 0, isOptional, configuration: undefined });
}

/** A pseudo action of no resource, optional at first. */
export function plainPseudo(plan: Plan, name: string): Action {
  const known = plan.book.single(name);
  if (known) return known;
  const made = plainAction(plan, name, name, undefined, true);
  made.set(ACTION.pseudo | ACTION.runnable);
  return made;
}
