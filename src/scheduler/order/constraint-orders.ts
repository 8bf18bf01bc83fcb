import { type Action, type ActionBook, order, RELATION } from "../act/action.ts";
import type { Assigned } from "../assign/assign.ts";
import type { OrderConstraint } from "../constrain/constraints.ts";
import type { SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";

const { firstImpliesThen, thenImpliesFirst, unrunnableFirstBlocks, silent, asymmetric } = RELATION;

const INVERSE: Readonly<Record<string, string>> = { start: "stop", stop: "start", promote: "demote", demote: "promote" };

const COMPLETION: Readonly<Record<string, string>> = { start: "running", stop: "stopped", promote: "promoted", demote: "demoted" };

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
  const isUp = firstTask === "start" || firstTask === "promote";
  const isInterleaved = first.clone !== undefined && then.clone !== undefined && (isUp ? then : first).clone?.isInterleaved === true;
  const flags = !isMandatory
    ? 0
    : isInverse
      ? thenImpliesFirst
      : !constraint.isSymmetrical
        ? asymmetric
        : firstImpliesThen | (isUp ? unrunnableFirstBlocks : 0);
  if (!isInterleaved) {
    relateUnits(book, first, firstTask, then, thenTask, flags);
    return;
  }
  for (const thenInstance of then.children) {
    const node = nodeOf(thenInstance, thenTask);
    const partner = node && first.children.find((instance) => nodesOf(instance, firstTask).includes(node));
    if (partner) relateUnits(book, partner, firstTask, thenInstance, thenTask, flags);
    else if (isMandatory && isUp && !isInverse && node && !thenInstance.primitives().some((p) => !p.isManaged))
      forbid(book, thenInstance, thenTask, first, firstTask);
  }
}

function relateUnits(book: ActionBook, first: Resource, firstTask: string, then: Resource, thenTask: string, flags: number): void {
  const isUp = firstTask === "start" || firstTask === "promote";
  const ends = book.of(first, first.kind === "primitive" ? firstTask : (COMPLETION[firstTask] ?? firstTask));
  const begins = book.of(then, thenTask);
  const isPlain = first.kind === "primitive" && then.kind === "primitive";
  const blocks = flags & (unrunnableFirstBlocks | asymmetric);
  for (const a of ends) for (const b of begins) order(a, b, isPlain ? flags : first.clone ? blocks : 0);
  if (!isPlain && flags !== 0) {
    // Members carry what is required; the collectives' own actions carry the order.
    const memberFlags = first.clone ? flags & ~(unrunnableFirstBlocks | asymmetric) : flags;
    for (const a of memberActions(book, first, firstTask))
      for (const b of memberActions(book, then, thenTask)) order(a, b, memberFlags | silent);
  }
  if (!(flags & (unrunnableFirstBlocks | asymmetric)) || !isUp) return;
  const isAbsent = first.primitives().every((p) => book.of(p, firstTask).length === 0);
  if (isAbsent && first.primitives().some((p) => p.isManaged)) forbid(book, then, thenTask, first, firstTask, (flags & asymmetric) !== 0);
}

/** Keeps an action from running because what has to come before it never will. */
function forbid(book: ActionBook, then: Resource, thenTask: string, first: Resource, firstTask: string, isAsymmetric = false): void {
  for (const action of memberActions(book, then, thenTask)) {
    if (isAsymmetric && action.isOptional) continue;
    action.isRunnable = false;
    action.reason ||= `unrunnable ${first.id} ${firstTask}`;
  }
}

function nodesOf(instance: Resource, task: string): readonly SchedulerNode[] {
  const isDown = task === "stop" || task === "demote";
  if (isDown) return instance.primitives().flatMap((p) => p.activeOn);
  return instance
    .primitives()
    .flatMap((p) => (p.assigned && p.nextRole !== "Stopped" && (task !== "promote" || p.nextRole === "Promoted") ? [p.assigned] : []));
}

function nodeOf(instance: Resource, task: string): SchedulerNode | undefined {
  return nodesOf(instance, task)[0];
}

function memberActions(book: ActionBook, resource: Resource, task: string): readonly Action[] {
  return resource.primitives().flatMap((primitive) => book.of(primitive, task));
}
