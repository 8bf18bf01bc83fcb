import { taskOf } from "../plan/action.ts";

/** What a reason for an action names: another action, or all of a task where no resource is part of it. */
export interface NamedAction {
  /** Undefined for actions that are no resource's: fencing. */
  readonly resource: string | undefined;
  readonly task: string | undefined;
  /** The other action cannot be done, is needed, or rules a live migration out. */
  readonly effect: "unrunnable" | "required" | "unmigrateable";
}

/** The action that the scheduler's reason for another one names; undefined where it names none. */
export function actionInReason(reason: string): NamedAction | undefined {
  const [, effect, first, task] = /^(unrunnable|required|unmigrateable) (\S+)(?: (.*))?$/.exec(reason) ?? [];
  if (first === undefined || (effect !== "unrunnable" && effect !== "required" && effect !== "unmigrateable")) return undefined;
  if (first === "stonith" && task === undefined) return { effect, resource: undefined, task: first };
  return { effect, resource: first, task: task && taskOf(task) };
}

/** How the reason begins for an action that is not carried out because its resource has to be with another one; the id of that follows. */
export const COLOCATED = "colocation with ";

/** The order constraint of which too few come up first, of a set or of instances, by the scheduler's reason; undefined where it names none. */
export function orderOfMissing(reason: string): string | undefined {
  return /(?:^|\s)(?:clone-)?one-or-more:(\S+)/.exec(reason)?.[1];
}
