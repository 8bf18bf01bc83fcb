import type { Assigned } from "../assign/assign.ts";
import type { Resource } from "../resource.ts";
import { Action, type ActionBook, order, RELATION } from "./action.ts";

const { firstImpliesThen, thenImpliesFirst, unrunnableFirstBlocks, silent } = RELATION;

/** Adds the groups' own pseudo actions and the order of their members: start from first to last, stop from last to first. */
export function groupActions(cluster: Assigned, book: ActionBook): void {
  for (const group of cluster.top) if (group.kind === "group") orderGroup(group, book);
}

function orderGroup(group: Resource, book: ActionBook): void {
  const pseudo = (task: string): Action =>
    book.add(new Action({ key: `${group.id}_${task}_0`, task, kind: "pseudo_event", resource: group, isOptional: true }));
  const start = pseudo("start");
  const running = pseudo("running");
  const stop = pseudo("stop");
  const stopped = pseudo("stopped");
  order(stopped, start);
  let previous: Resource | undefined;
  for (const member of group.children) {
    const starts = book.of(member, "start");
    const stops = book.of(member, "stop");
    for (const action of starts) {
      order(start, action, unrunnableFirstBlocks);
      order(action, start, firstImpliesThen | silent);
      order(action, running, firstImpliesThen);
    }
    for (const action of stops) {
      order(stop, action);
      order(action, stop, firstImpliesThen | silent);
      order(action, stopped, firstImpliesThen);
    }
    if (previous) orderMembers(previous, member, book);
    previous = member;
  }
}

function orderMembers(earlier: Resource, later: Resource, book: ActionBook): void {
  for (const first of book.of(earlier, "start"))
    for (const then of book.of(later, "start")) order(first, then, firstImpliesThen | unrunnableFirstBlocks);
  for (const first of book.of(later, "stop")) for (const then of book.of(earlier, "stop")) order(first, then, thenImpliesFirst);
  if (book.of(earlier, "start").length > 0 || !earlier.isManaged) return;
  // What comes before cannot run: neither can what comes after.
  for (const then of book.of(later, "start")) {
    then.isRunnable = false;
    then.reason ||= `unrunnable ${earlier.id} start`;
  }
}
