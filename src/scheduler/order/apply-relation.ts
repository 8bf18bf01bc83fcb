import { roleRank } from "../cluster/role.ts";
import { ACTION, type Action } from "../plan/action.ts";
import { RELATION } from "../plan/relation.ts";

/** Which of two related actions changed. */
export const CHANGED = { none: 0, earlier: 1, later: 2 } as const;

/** What a relation is applied with: one kind of it at a time. */
export interface Application {
  /** One flag of RELATION. */
  readonly kind: number;
  /** Flags of the first action as the order sees them. */
  readonly firstFlags: number;
  /** What may be changed by it: whether actions are required, whether they can run. */
  readonly filter: number;
}

/**
 * Applies one kind of relation to two actions, and says which changed. Reasons go to actions of other resources only: a
 * resource does not explain itself. Source: Pacemaker, action relations.
 */
export function applyRelation(first: Action, then: Action, { kind, firstFlags, filter }: Application): number {
  const firstBefore = first.flags;
  const thenBefore = then.flags;
  const mayRequire = (filter & ACTION.optional) !== 0;
  const mayBlock = (filter & ACTION.runnable) !== 0;
  switch (kind) {
    case RELATION.asymmetric:
      applyAsymmetric(first, then);
      break;
    case RELATION.thenImpliesFirst:
      if (then.isOptional) break;
      if (mayRequire && (firstFlags & ACTION.optional) === 0) lose(first, ACTION.optional, then);
      if ((firstFlags & ACTION.migratable) !== 0 && !then.isMigratable) lose(first, ACTION.migratable, then);
      break;
    case RELATION.promotedThenImpliesFirst:
      if (then.resource?.role !== "Promoted" || !mayRequire || then.isOptional) break;
      lose(first, ACTION.optional, then);
      if (!then.isMigratable) lose(first, ACTION.migratable, then);
      break;
    case RELATION.unmigratableThenBlocks:
      if (!mayRequire) break;
      if (!then.isMigratable || !then.isRunnable) lose(first, ACTION.runnable, then);
      if (!then.isOptional) lose(first, ACTION.optional, then);
      break;
    case RELATION.firstElseThen:
      if (!mayRequire || first.isRunnable) break;
      lose(then, ACTION.migratable, first);
      then.clear(ACTION.pseudo);
      break;
    case RELATION.unrunnableFirstBlocks:
      if (!mayBlock || !then.isRunnable || (firstFlags & ACTION.runnable) !== 0) break;
      lose(then, ACTION.runnable, first);
      lose(then, ACTION.migratable, first);
      break;
    case RELATION.firstImpliesThen:
      if (mayRequire && then.isOptional && (firstFlags & ACTION.optional) === 0 && !first.isMigratable) lose(then, ACTION.optional, first);
      break;
    case RELATION.intermediateStop:
      applyIntermediateStop(first, then, mayRequire, mayBlock);
      break;
  }
  return (firstBefore === first.flags ? 0 : CHANGED.earlier) | (thenBefore === then.flags ? 0 : CHANGED.later);
}

/** Takes a flag away because of another action. */
function lose(action: Action, flag: number, cause: Action): void {
  if (!action.has(flag)) return;
  action.clear(flag);
  if (action.resource === cause.resource) return;
  if (action.reason !== undefined) return;
  const { resource, task, node, minimumId } = cause;
  const effect = flag === ACTION.runnable ? "unrunnable" : flag === ACTION.migratable ? "unmigrateable" : "required";
  action.reason = { kind: "action", effect, resource, task, node, minimumId };
}

/** Of an order that holds one way only: what comes after is left alone where it is as it should be. */
function applyAsymmetric(first: Action, then: Action): void {
  const { resource } = then;
  if (!resource || first.isRunnable) return;
  if (then.isOptional) {
    // A bundle as such has no role, whatever its containers have: its stop is always one that might be needed.
    const role = resource.kind === "bundle" ? undefined : resource.roleOf("now");
    if (then.task === "stop" && role === "Stopped") return;
    const isOnlyHere = resource.activeOn.length === 1 && resource.activeOn[0] === then.node;
    if (then.task === "start" && roleRank(role) >= roleRank("Started") && isOnlyHere) return;
  }
  lose(then, ACTION.optional, first);
  lose(then, ACTION.runnable, first);
}

/** A stop in the middle of a restart happens when what follows is required, or cannot happen to the same resource. */
function applyIntermediateStop(first: Action, then: Action, mayRequire: boolean, mayBlock: boolean): void {
  const isRestart = mayRequire && !then.isOptional;
  const isStop = mayBlock && !then.isRunnable && then.resource?.isManaged === true && first.resource === then.resource;
  if (!isRestart && !isStop) return;
  if (first.isRunnable || !then.isOptional) lose(first, ACTION.optional, then);
  if (!then.isMigratable) lose(first, ACTION.migratable, then);
  if (!first.isOptional && !first.isRunnable) lose(then, ACTION.runnable, first);
}
