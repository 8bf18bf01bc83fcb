import { type Action, type ActionBook, order, RELATION } from "../act/action.ts";
import type { Assigned } from "../assign/assign.ts";
import type { OrderConstraint } from "../constrain/constraints.ts";
import type { Resource } from "../resource.ts";

const { firstImpliesThen, thenImpliesFirst, unrunnableFirstBlocks, silent } = RELATION;

const INVERSE: Readonly<Record<string, string>> = { start: "stop", stop: "start", promote: "demote", demote: "promote" };

/** Turns ordering constraints into relations between actions. */
export function constraintOrders(cluster: Assigned, book: ActionBook): void {
  for (const constraint of cluster.orders) {
    relate(constraint, book, constraint.first, constraint.firstAction, constraint.then, constraint.thenAction, false);
    if (!constraint.isSymmetrical) continue;
    const firstInverse = INVERSE[constraint.firstAction] ?? "stop";
    const thenInverse = INVERSE[constraint.thenAction] ?? "stop";
    relate(constraint, book, constraint.then, thenInverse, constraint.first, firstInverse, true);
  }
}

function relate(
  constraint: OrderConstraint,
  book: ActionBook,
  first: Resource,
  firstTask: string,
  then: Resource,
  thenTask: string,
  isInverse: boolean,
): void {
  const isMandatory = constraint.kind === "Mandatory";
  const ends = actionsOf(book, first, firstTask, "end");
  const begins = actionsOf(book, then, thenTask, "begin");
  const isBringUp = firstTask === "start" || firstTask === "promote";
  const flags = !isMandatory ? 0 : isInverse ? thenImpliesFirst : firstImpliesThen | (isBringUp ? unrunnableFirstBlocks : 0);
  for (const a of ends) for (const b of begins) order(a, b, first.kind === "group" || then.kind === "group" ? 0 : flags);
  if (first.kind === "group" || then.kind === "group") {
    // Members carry what is required; the group's own actions carry the order.
    for (const a of memberActions(book, first, firstTask)) for (const b of memberActions(book, then, thenTask)) order(a, b, flags | silent);
  }
  if (!isMandatory || isInverse || !isBringUp) return;
  const cannotRun = first.isManaged && first.primitives().every((primitive) => book.of(primitive, firstTask).length === 0);
  if (!cannotRun) return;
  for (const b of memberActions(book, then, thenTask)) {
    b.isRunnable = false;
    b.reason ||= `unrunnable ${first.id} ${firstTask}`;
  }
}

function actionsOf(book: ActionBook, resource: Resource, task: string, side: "begin" | "end"): readonly Action[] {
  if (resource.kind !== "group") return book.of(resource, task);
  const name = side === "begin" ? task : task === "start" ? "running" : task === "stop" ? "stopped" : task;
  return book.of(resource, name);
}

function memberActions(book: ActionBook, resource: Resource, task: string): readonly Action[] {
  return resource.primitives().flatMap((primitive) => book.of(primitive, task));
}
