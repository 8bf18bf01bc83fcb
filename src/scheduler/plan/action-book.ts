import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { Action, type ActionFields, type ChangeCounter } from "./action.ts";
import { RelatedActions } from "./related-actions.ts";

/** The actions of a resource. */
interface OwnActions {
  readonly actions: Action[];
  /** Changes of all actions of the outermost resource that this one is part of, and of all that one holds. */
  readonly whole: ChangeCounter;
}

const NONE: readonly Action[] = [];

interface PartActions {
  /** Number of all actions when these were looked up. */
  readonly size: number;
  readonly parts: readonly Resource[];
  readonly actions: readonly Action[];
}

/** All actions of a plan, and the relations between them. Lists are in the order of creation. */
export class ActionBook {
  readonly all: Action[] = [];
  /** Grows whenever a resource loses its place after all. */
  readonly places: ChangeCounter = { changes: 0 };
  readonly #byResource = new Map<Resource, OwnActions>();
  readonly #parts = new Map<Resource, Map<string, PartActions>>();
  readonly #memory = new Map<Action, { readonly changes: number[]; readonly values: number[] }>();
  readonly #withoutResource = new Map<string, Action>();
  readonly #related = new RelatedActions(this.all);

  /** Adds an action that is not there yet. */
  add(fields: ActionFields): Action {
    const own = fields.resource && this.#ownOf(fields.resource);
    const action = new Action(this.all.length + 1, fields, own ? own.whole : { changes: 0 });
    this.all.push(action);
    action.noteChange();
    if (own) own.actions.push(action);
    else this.#withoutResource.set(action.key, action);
    return action;
  }

  #ownOf(resource: Resource): OwnActions {
    let own = this.#byResource.get(resource);
    if (!own) {
      own = { actions: [], whole: resource.parent ? this.#ownOf(resource.parent).whole : { changes: 0 } };
      this.#byResource.set(resource, own);
    }
    return own;
  }

  /**
   * Stands for all that applying a relation of two actions depends on: grows when anything changes about them, about the
   * actions of the whole they are part of where one is a collective's, or about where resources are.
   */
  stateOf(first: Action, then: Action): number {
    return first.scope.changes + then.scope.changes + this.places.changes;
  }

  /** Actions of a resource itself, not of its children. */
  of(resource: Resource): readonly Action[] {
    return this.#byResource.get(resource)?.actions ?? NONE;
  }

  /** The action of no resource with this key. */
  single(key: string): Action | undefined {
    return this.#withoutResource.get(key);
  }

  /** Actions with a key, on a node when one is given; one without a node takes that node. */
  withKey(resource: Resource, key: string, node?: SchedulerNode): Action[] {
    const own = this.of(resource);
    const found: Action[] = [];
    for (let index = 0; index < own.length; index += 1) {
      const action = own[index] as Action;
      if (action.key !== key) continue;
      if (node !== undefined && !action.node) this.#settleOn(action, node);
      if (node === undefined || action.node === node) found.push(action);
    }
    return found;
  }

  /** The first of the actions with a key; see `withKey`. */
  firstWithKey(resource: Resource, key: string, node: SchedulerNode | undefined): Action | undefined {
    let first: Action | undefined;
    const own = this.of(resource);
    for (let index = 0; index < own.length; index += 1) {
      const action = own[index] as Action;
      if (action.key !== key) continue;
      if (node !== undefined && !action.node) this.#settleOn(action, node);
      if (node === undefined || action.node === node) first ??= action;
    }
    return first;
  }

  #settleOn(action: Action, node: SchedulerNode): void {
    action.node = node;
    action.noteChange();
  }

  /** Actions with a key that are on this very node already. */
  exactly(resource: Resource, key: string, node: SchedulerNode | undefined): Action[] {
    const found: Action[] = [];
    if (node === undefined) return found;
    const own = this.of(resource);
    for (let index = 0; index < own.length; index += 1) {
      const action = own[index] as Action;
      if (action.node === node && action.key === key) found.push(action);
    }
    return found;
  }

  /** One-shot actions with a task; see `withKey`. */
  withTask(resource: Resource, task: string, node?: SchedulerNode): Action[] {
    return this.withKey(resource, resource.keyOf(task), node);
  }

  /** The newest action with a task, on a node when one is given. */
  newest(resource: Resource, task: string, node?: SchedulerNode): Action | undefined {
    const own = this.of(resource);
    for (let index = own.length - 1; index >= 0; index -= 1) {
      const action = own[index] as Action;
      if (action.task === task && (node === undefined || action.node === node)) return action;
    }
    return undefined;
  }

  /** The newest action of each part of a collective for a task, on a node when one is given; parts without are left out. */
  newestOfParts(collective: Resource, parts: readonly Resource[], task: string, node?: SchedulerNode): readonly Action[] {
    const actions = this.#actionsOfParts(collective, parts, task);
    if (actions.length === 0) return actions;
    const out: Action[] = [];
    let last: Resource | undefined;
    for (let index = 0; index < actions.length; index += 1) {
      const action = actions[index] as Action;
      if (action.resource === last || (node !== undefined && action.node !== node)) continue;
      last = action.resource;
      out.push(action);
    }
    return out;
  }

  #actionsOfParts(collective: Resource, parts: readonly Resource[], task: string): readonly Action[] {
    let known = this.#parts.get(collective);
    if (!known) this.#parts.set(collective, (known = new Map()));
    const kept = known.get(task);
    if (kept && kept.size === this.all.length && kept.parts === parts) return kept.actions;
    const actions: Action[] = [];
    for (let at = 0; at < parts.length; at += 1) {
      const own = this.of(parts[at] as Resource);
      for (let index = own.length - 1; index >= 0; index -= 1) {
        const action = own[index] as Action;
        if (action.task === task) actions.push(action);
      }
    }
    known.set(task, { size: this.all.length, parts, actions });
    return actions;
  }

  /** What was computed for an action and node, while none of the actions it depends on has changed since. */
  remembered(action: Action, node: SchedulerNode | undefined): number | undefined {
    const kept = this.#memory.get(action);
    const at = node ? node.index + 1 : 0;
    return kept?.changes[at] === action.scope.changes ? kept.values[at] : undefined;
  }

  /** Keeps what was computed for an action and node, and returns it. */
  remember(action: Action, node: SchedulerNode | undefined, value: number): number {
    let kept = this.#memory.get(action);
    if (!kept) this.#memory.set(action, (kept = { changes: [], values: [] }));
    const at = node ? node.index + 1 : 0;
    kept.changes[at] = action.scope.changes;
    kept.values[at] = value;
    return value;
  }

  /** The newest action with a key. */
  newestWithKey(resource: Resource, key: string): Action | undefined {
    const own = this.of(resource);
    for (let index = own.length - 1; index >= 0; index -= 1) if (own[index]?.key === key) return own[index];
    return undefined;
  }

  /**
   * Puts `first` before `then` with the flags of a relation. False when nothing came of it: no flags, one of the actions
   * is missing, both are the same, or they are related by one of these flags already.
   */
  relate(first: Action | undefined, then: Action | undefined, flags: number): boolean {
    if (flags === 0 || !first || !then || first === then) return false;
    if (!this.#related.add(first, then, flags)) return false;
    const relation = { first, then, flags, madeFlags: flags, settledAt: -1 };
    then.inputs.push(relation);
    first.dependents.push(relation);
    return true;
  }
}
