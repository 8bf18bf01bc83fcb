import { type Action, type ActionBook, RELATION } from "../act/action.ts";

const { firstImpliesThen, thenImpliesFirst, unrunnableFirstBlocks, restart, asymmetric } = RELATION;

/**
 * Lets the relations work until nothing changes: what is required makes other things required, what cannot run keeps
 * others from running. Required only grows and runnable only shrinks, so this ends; the bound is a safety net.
 */
export function settle(book: ActionBook): void {
  const bound = 2 * book.all.length + 10;
  for (let pass = 0; pass < bound; pass += 1) {
    let hasChanged = judgeClones(book);
    for (const then of book.all) for (const { first, flags } of then.inputs) hasChanged = applyRelation(first, then, flags) || hasChanged;
    if (!hasChanged) return;
  }
}

const UP = new Map([
  ["start", "start"],
  ["running", "start"],
  ["promote", "promote"],
  ["promoted", "promote"],
]);

/** A clone cannot come up only when none of its instances can. */
function judgeClones(book: ActionBook): boolean {
  let hasChanged = false;
  for (const action of book.all) {
    if (!action.resource?.clone || !action.isRunnable) continue;
    const task = UP.get(action.task);
    if (task === undefined) continue;
    const own = action.resource.primitives().flatMap((primitive) => [...book.of(primitive, task)]);
    if (own.some((one) => one.isRunnable) || !action.resource.isManaged) continue;
    if (own.length === 0 && action.resource.primitives().some((p) => !p.isManaged)) continue;
    action.isRunnable = false;
    hasChanged = true;
  }
  return hasChanged;
}

function applyRelation(first: Action, then: Action, flags: number): boolean {
  let hasChanged = false;
  const require = (action: Action, cause: Action): void => {
    if (!action.isOptional) return;
    action.isOptional = false;
    if (action.resource && cause.resource && action.resource !== cause.resource)
      action.reason ||= `required ${cause.resource.id} ${cause.task}`;
    hasChanged = true;
  };
  const block = (action: Action, cause: Action): void => {
    if (!action.isRunnable) return;
    action.isRunnable = false;
    if (action.resource !== cause.resource && cause.resource) action.reason ||= `unrunnable ${cause.resource.id} ${cause.task}`;
    hasChanged = true;
  };
  if (flags & firstImpliesThen && !first.isOptional) require(then, first);
  if (flags & thenImpliesFirst && !then.isOptional) require(first, then);
  if (flags & unrunnableFirstBlocks && !first.isRunnable && !(first.task === "stop" && first.isOptional)) block(then, first);
  if (flags & asymmetric && !first.isRunnable && !then.isOptional) block(then, first);
  if (flags & restart) {
    // A start that has to happen again, or cannot be kept up, needs the stop before it.
    if (!then.isOptional || !then.isRunnable) {
      if (first.isOptional && !then.isRunnable) first.reason ||= then.reason;
      require(first, then);
    }
  }
  return hasChanged;
}
