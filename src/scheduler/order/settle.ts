import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { isNotified, isWithin } from "../cluster/resource-state.ts";
import { ACTION, type Action, COMPLETION, notifyKey, type Relation, taskOf } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { flagsForOrder, placeOf } from "./action-flags.ts";
import { CHANGED } from "./apply-relation.ts";
import { ColocationBlocks } from "./colocation-blocks.ts";
import { QuietGroups } from "./quiet-groups.ts";
import { VariantRelations } from "./variant-relations.ts";

/** Deeper than this, changes wait their turn: chains of any length must not end in a stack that is full. */
const DEPTH_LIMIT = 500;

/** Of an input that another has taken the place of. */
const REPLACED = -2;

const REQUIRE = ACTION.optional;
const BLOCK = ACTION.runnable;

/** Lets relations work on actions until nothing changes any more. */
export class Settlement {
  readonly #plan: Plan;
  readonly #variants: VariantRelations;
  readonly #colocations: ColocationBlocks;
  readonly #quietGroups: QuietGroups;
  readonly #waiting: Action[] = [];
  #depth = 0;
  /** How often a relation was applied so far. */
  appliedCount = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    const again = (action: Action): void => this.settle(action);
    this.#variants = new VariantRelations(plan, again);
    this.#colocations = new ColocationBlocks(plan, again);
    this.#quietGroups = new QuietGroups(plan.book);
  }

  /** Blocks what has to be with resources that cannot come up. */
  blockColocated(): void {
    const { all } = this.#plan.book;
    for (let index = all.length - 1; index >= 0; index -= 1) this.#colocations.blockDependents(all[index] as Action);
  }

  /** Settles every action. */
  settleEach(): void {
    const { all } = this.#plan.book;
    for (let index = all.length - 1; index >= 0; index -= 1) this.#settleWithWaiting(all[index] as Action);
  }

  #settleWithWaiting(action: Action): void {
    this.settle(action);
    for (let next = this.#waiting.pop(); next; next = this.#waiting.pop()) this.settle(next);
  }

  /** Applies all relations to what comes before an action, and goes on with whatever changes by it. */
  settle(then: Action): void {
    if (this.#depth >= DEPTH_LIMIT) {
      this.#waiting.push(then);
      return;
    }
    this.#depth += 1;
    this.#settleOne(then);
    this.#depth -= 1;
  }

  #settleOne(then: Action): void {
    const flagsBefore = then.flags;
    let hasThenChanged = false;
    if (then.requiredRunnableBefore > 0) {
      then.runnableBefore = 0;
      then.clear(ACTION.runnable);
    }
    for (let index = then.inputs.length - 1; index >= 0; index -= 1) {
      const input = then.inputs[index] as Relation;
      if (input.settledAt === REPLACED || this.#isQuiet(input)) continue;
      if ((this.#applyInput(input) & CHANGED.later) !== 0) hasThenChanged = true;
    }
    if (then.requiredRunnableBefore > 0) hasThenChanged = then.flags !== flagsBefore;
    if (!hasThenChanged) return;
    if ((flagsBefore & ACTION.runnable) !== 0 && !then.isRunnable) this.#colocations.blockDependents(then);
    this.settle(then);
    this.#settleDependents(then);
  }

  /** True when a relation cannot change anything, as far as that is certain without asking each time what collectives consist of. */
  #isQuiet(input: Relation): boolean {
    const { first, then, flags } = input;
    if (first.isCollective || then.isCollective) return (flags & NEVER_QUIET) === 0 && this.#quietGroups.holdTogether(input);
    return (flags & ~MERE_ORDER) === 0 || ((first.flags & then.flags & QUIET) === QUIET && (flags & NEVER_QUIET) === 0);
  }

  #settleDependents(action: Action): void {
    for (let index = action.dependents.length - 1; index >= 0; index -= 1) {
      const dependent = action.dependents[index];
      if (dependent) this.settle(dependent.then);
    }
  }

  #applyInput(input: Relation): number {
    const { book } = this.#plan;
    const { first: given, then } = input;
    // Nothing it depends on has changed since it had no effect. What counts has to be counted each time.
    const state = book.stateOf(given, then);
    if (state === input.settledAt && then.requiredRunnableBefore === 0) return CHANGED.none;
    this.appliedCount += 1;
    if ((input.flags & RELATION.ifOnSameNode) !== 0 && areApart(placeOf(given), placeOf(then))) {
      input.flags = 0;
      return CHANGED.none;
    }
    if (given.resource && (input.flags & RELATION.thenCancelsFirst) !== 0 && !then.isOptional) {
      given.set(ACTION.optional);
      if (given.task === "reload-agent") this.#plan.reloading.delete(given.resource);
    }
    const isOther = given.resource && then.resource && given.resource !== then.resource && !isWithin(then.resource, given.resource);
    const first = isOther ? this.#completionOf(given) : given;
    let changed: number = CHANGED.none;
    if (first === given) {
      const firstFlags = flagsForOrder(book, first, then);
      const thenFlags = flagsForOrder(book, then, first);
      if (!isQuietAmong(first, then, firstFlags & thenFlags, input.flags)) changed = this.#applyFlags(input, firstFlags, thenFlags);
    } else if (book.relate(first, then, input.flags)) {
      changed = CHANGED.later;
      input.flags = 0;
    }
    if (first !== given && input.flags === 0) input.settledAt = REPLACED;
    else if (changed === CHANGED.none && book.stateOf(given, then) === state) input.settledAt = state;
    if ((changed & CHANGED.earlier) !== 0) {
      this.#settleDependents(first);
      this.settle(first);
    }
    return changed;
  }

  /** What comes after an action of a collective waits for its completion, and for all to have been told of it. */
  #completionOf(action: Action): Action {
    const { resource } = action;
    if (!resource || resource.kind === "primitive" || action.key.includes("notify") || action.intervalMs > 0) return action;
    const completion = COMPLETION[taskOf(action.task)];
    if (completion === undefined) return action;
    const isTold = isNotified(resource) && (resource.kind === "clone" || resource.ownBundle !== undefined);
    const key = isTold ? notifyKey(resource.id, "confirmed-post", completion) : resource.keyOf(completion);
    const completed = this.#plan.book.newestWithKey(resource, key);
    if (!completed) this.#plan.findings.push({ kind: "no completion", action, key });
    return completed ?? action;
  }

  #applyFlags(input: Relation, firstFlags: number, thenFlags: number): number {
    const { first, then } = input;
    let node: SchedulerNode | undefined = then.node;
    let changed = 0;
    if ((input.flags & RELATION.firstImpliesSameNodeThen) !== 0) {
      // Of the instances of a clone, those on the node of the first action are meant.
      input.flags = (input.flags & ~RELATION.firstImpliesSameNodeThen) | RELATION.firstImpliesThen;
      node = first.node;
    }
    const apply = (kind: number, resource: Resource | undefined, filter: number, flags = firstFlags): void => {
      if (resource) changed |= this.#variants.apply(resource, first, then, node, { kind, firstFlags: flags, filter });
    };
    if ((input.flags & RELATION.firstImpliesThen) !== 0) {
      if (then.resource) apply(RELATION.firstImpliesThen, then.resource, REQUIRE, firstFlags & ACTION.optional);
      else if ((firstFlags & ACTION.optional) === 0 && then.isOptional) {
        then.clear(ACTION.optional);
        changed |= CHANGED.later;
      }
    }
    if ((input.flags & RELATION.intermediateStop) !== 0) apply(RELATION.intermediateStop, then.resource, REQUIRE | BLOCK);
    if ((input.flags & RELATION.thenImpliesFirst) !== 0) {
      const isMoot = (firstFlags & (ACTION.optional | ACTION.migratable)) === ACTION.optional && !hasInstances(first.resource);
      if (first.resource && !isMoot) apply(RELATION.thenImpliesFirst, first.resource, REQUIRE);
      else if ((firstFlags & ACTION.optional) === 0 && first.isRunnable) {
        first.clear(ACTION.runnable);
        changed |= CHANGED.earlier;
      }
    }
    if ((input.flags & RELATION.promotedThenImpliesFirst) !== 0)
      apply(RELATION.promotedThenImpliesFirst, then.resource, REQUIRE, firstFlags & ACTION.optional);
    if ((input.flags & RELATION.minRunnable) !== 0) changed |= countRunnable(then, firstFlags);
    if ((input.flags & RELATION.nestedRemoteProbe) !== 0 && then.resource) {
      const isOfActive = (firstFlags & ACTION.runnable) === 0 && first.resource !== undefined && first.resource.activeOn.length > 0;
      if (isOfActive) input.flags = 0;
      else apply(RELATION.unrunnableFirstBlocks, then.resource, BLOCK);
    }
    if ((input.flags & RELATION.unrunnableFirstBlocks) !== 0) {
      if (then.resource) apply(RELATION.unrunnableFirstBlocks, then.resource, BLOCK);
      else if ((firstFlags & ACTION.runnable) === 0 && then.isRunnable) {
        then.clear(ACTION.runnable);
        changed |= CHANGED.later;
      }
    }
    if ((input.flags & RELATION.unmigratableThenBlocks) !== 0) apply(RELATION.unmigratableThenBlocks, then.resource, REQUIRE);
    if ((input.flags & RELATION.firstElseThen) !== 0) apply(RELATION.firstElseThen, then.resource, REQUIRE);
    if ((input.flags & RELATION.ordered) !== 0 && hasInstances(then.resource)) apply(RELATION.ordered, then.resource, BLOCK);
    if ((input.flags & RELATION.asymmetric) !== 0) apply(RELATION.asymmetric, then.resource, BLOCK);
    if (first.isRunnable && (input.flags & RELATION.firstImpliesThenGraphed) !== 0 && (firstFlags & ACTION.optional) === 0)
      then.set(ACTION.alwaysInGraph);
    if ((input.flags & RELATION.thenImpliesFirstGraphed) !== 0 && (thenFlags & ACTION.optional) === 0) first.set(ACTION.alwaysInGraph);
    return changed | blockAfterBlockedStop(first, then, input.flags);
  }
}

const QUIET = ACTION.optional | ACTION.runnable;

/** Relations that bear on actions that nothing needs and nothing hinders too, or that are to be looked at once in any case. */
const NEVER_QUIET =
  RELATION.unmigratableThenBlocks |
  RELATION.minRunnable |
  RELATION.nestedRemoteProbe |
  RELATION.firstImpliesSameNodeThen |
  RELATION.ifOnSameNode;

/** Relations of a group's action that bear on those of its members. */
const OF_MEMBERS = RELATION.thenImpliesFirst | RELATION.promotedThenImpliesFirst | RELATION.intermediateStop;

/** Relations that only say in which order actions are, which is all the same until the graph is made. */
const MERE_ORDER =
  RELATION.ordered |
  RELATION.ifFirstUnmigratable |
  RELATION.serialize |
  RELATION.ifOnSameNodeOrTarget |
  RELATION.ifRequiredOnSameNode |
  RELATION.guestAllowed;

/** True when a relation cannot change anything: both actions could be carried out, and neither is needed. */
function isQuietAmong(first: Action, then: Action, bothFlags: number, relation: number): boolean {
  if ((first.flags & then.flags & bothFlags & QUIET) !== QUIET || (relation & NEVER_QUIET) !== 0) return false;
  const a = first.resource?.kind ?? "primitive";
  const b = then.resource?.kind ?? "primitive";
  if (b !== "primitive" && b !== "group") return false;
  return (a === "primitive" && b === "primitive") || (relation & OF_MEMBERS) === 0;
}

/** True for a clone or bundle: a relation makes others between the instances of two of them, and has their actions judged anew. */
function hasInstances(resource: Resource | undefined): boolean {
  return resource?.kind === "clone" || resource?.kind === "bundle";
}

function areApart(a: SchedulerNode | undefined, b: SchedulerNode | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

/** Counts one more input that can run, and lets an action run when there are enough. */
function countRunnable(then: Action, firstFlags: number): number {
  if (then.resource || (firstFlags & ACTION.runnable) === 0) return CHANGED.none;
  then.runnableBefore += 1;
  if (then.runnableBefore < then.requiredRunnableBefore || then.isRunnable) return CHANGED.none;
  then.set(ACTION.runnable);
  return CHANGED.later;
}

/** Nothing that has to follow the stop of a blocked resource can be. */
function blockAfterBlockedStop(first: Action, then: Action, flags: number): number {
  const { resource } = first;
  const follows = (flags & (RELATION.firstImpliesThen | RELATION.thenImpliesFirst | RELATION.intermediateStop)) !== 0;
  if (!follows || !resource?.isBlocked || resource.isManaged || first.isRunnable || first.task !== "stop" || !then.isRunnable)
    return CHANGED.none;
  then.clear(ACTION.runnable);
  return CHANGED.later;
}
