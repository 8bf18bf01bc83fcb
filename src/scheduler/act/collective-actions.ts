import type { Resource } from "../resource.ts";
import { Action, type ActionBook, order, RELATION } from "./action.ts";
import { cloneMeta } from "./make-action.ts";

const { firstImpliesThen, thenImpliesFirst, unrunnableFirstBlocks, silent } = RELATION;

/** Adds the pseudo actions of groups and clones, and the order of their members. */
export function collectiveActions(resource: Resource, book: ActionBook): void {
  for (const child of resource.children) collectiveActions(child, book);
  if (resource.kind === "group") {
    bracket(resource, book, "start", "running", true);
    bracket(resource, book, "stop", "stopped", false);
    if (resource.isPromotable) orderPromotion(resource, book);
    for (let i = 0; i < resource.children.length; i += 1) orderMember(resource, i, book);
  }
  if (resource.kind === "clone") {
    bracket(resource, book, "start", "running", true);
    bracket(resource, book, "stop", "stopped", false);
    for (const stopped of book.of(resource, "stopped")) for (const start of book.of(resource, "start")) order(stopped, start);
    if (resource.clone?.isPromotable) orderPromotion(resource, book);
  }
}

/** A pseudo action before all members' actions of a task, and one after them. */
function bracket(resource: Resource, book: ActionBook, task: string, completion: string, isUp: boolean): void {
  const begin = pseudo(resource, task, book);
  const end = pseudo(resource, completion, book);
  end.priority = resource.clone ? 1_000_000 : 0;
  if (task !== "promote") order(begin, end, isUp ? unrunnableFirstBlocks : 0);
  for (const child of resource.children) {
    const isNested = child.kind !== "primitive";
    const firsts = book.of(child, task);
    const lasts = isNested ? book.of(child, completion) : firsts;
    for (const action of firsts) {
      order(begin, action, isUp ? unrunnableFirstBlocks : 0);
      order(action, begin, firstImpliesThen | silent);
    }
    for (const action of lasts) order(action, end, firstImpliesThen);
  }
}

function pseudo(resource: Resource, task: string, book: ActionBook): Action {
  const made = book.add(new Action({ key: `${resource.id}_${task}_0`, task, kind: "pseudo_event", resource, isOptional: true }));
  if (made.attributes.size === 0) {
    for (const [name, value] of cloneMeta(resource)) made.attributes.set(`CRM_meta_${name}`, value);
    made.attributes.set("CRM_meta_timeout", "20000");
  }
  return made;
}

function orderMember(group: Resource, index: number, book: ActionBook): void {
  const member = group.children[index];
  if (!member) return;
  for (const stopped of book.of(group, "stopped")) for (const start of book.of(group, "start")) order(stopped, start);
  const earlier = group.children[index - 1];
  if (earlier) {
    for (const first of book.of(earlier, "start"))
      for (const then of book.of(member, "start")) order(first, then, firstImpliesThen | unrunnableFirstBlocks);
    if (book.of(earlier, "start").length === 0 && earlier.isManaged) blockStarts(member, earlier, book);
    for (const first of book.of(earlier, "promote"))
      for (const then of book.of(member, "promote")) order(first, then, firstImpliesThen | unrunnableFirstBlocks);
    for (const first of book.of(member, "demote")) for (const then of book.of(earlier, "demote")) order(first, then, thenImpliesFirst);
  }
  // The nearest earlier member that is up comes down after this one; those that are down come up after it.
  for (let i = index - 1; i >= 0; i -= 1) {
    const before = group.children[i];
    if (!before) continue;
    for (const first of book.of(member, "stop")) {
      if (before.activeOn.length === 0) for (const then of book.of(before, "start")) order(first, then);
      else for (const then of book.of(before, "stop")) order(first, then, thenImpliesFirst);
    }
    if (before.activeOn.length > 0) break;
  }
  // What is restarted because of an earlier member waits for that member's probes.
  for (let i = 0; i < index; i += 1) {
    const before = group.children[i];
    if (!before) continue;
    for (const probe of book.of(before, "monitor")) for (const stop of book.of(member, "stop")) order(probe, stop);
  }
}

function blockStarts(member: Resource, earlier: Resource, book: ActionBook): void {
  for (const then of book.of(member, "start")) {
    then.isRunnable = false;
    then.reason ||= `unrunnable ${earlier.id} start`;
  }
}

function orderPromotion(clone: Resource, book: ActionBook): void {
  bracket(clone, book, "promote", "promoted", true);
  bracket(clone, book, "demote", "demoted", false);
  const of = (task: string): readonly Action[] => book.of(clone, task);
  for (const demoted of of("demoted")) for (const task of ["stop", "start", "promote"]) for (const then of of(task)) order(demoted, then);
  for (const running of of("running")) for (const promote of of("promote")) order(running, promote);
  for (const stopped of of("stopped")) for (const promote of of("promote")) order(stopped, promote);
}
