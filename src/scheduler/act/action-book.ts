import type { SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";
import { Action, operationKey } from "./action.ts";

/** All actions of a plan, and the relations between them. Lists are in the order of creation. */
export class ActionBook {
  readonly all: Action[] = [];
  readonly #byResource = new Map<Resource, Action[]>();
  readonly #withoutResource = new Map<string, Action>();
  /** Flags that already relate two actions, by both ids. */
  readonly #related = new Map<number, number>();

  /** Adds an action that is not there yet. */
  add(fields: Omit<ConstructorParameters<typeof Action>[0], "id">): Action {
    const action = new Action({ ...fields, id: this.all.length + 1 });
    this.all.push(action);
    if (!action.resource) this.#withoutResource.set(action.key, action);
    else {
      const own = this.#byResource.get(action.resource);
      if (own) own.push(action);
      else this.#byResource.set(action.resource, [action]);
    }
    return action;
  }

  /** Actions of a resource itself, not of its children. */
  of(resource: Resource): readonly Action[] {
    return this.#byResource.get(resource) ?? [];
  }

  /** The action of no resource with this key. */
  single(key: string): Action | undefined {
    return this.#withoutResource.get(key);
  }

  /** Actions with a key, on a node when one is given; one without a node takes that node. */
  withKey(resource: Resource, key: string, node?: SchedulerNode): Action[] {
    return this.of(resource).filter((action) => {
      if (action.key !== key) return false;
      if (node === undefined) return true;
      action.node ??= node;
      return action.node === node;
    });
  }

  /** Actions with a key that are on this very node already. */
  exactly(resource: Resource, key: string, node: SchedulerNode | undefined): Action[] {
    return node === undefined ? [] : this.of(resource).filter((action) => action.node === node && action.key === key);
  }

  /** One-shot actions with a task; see `withKey`. */
  withTask(resource: Resource, task: string, node?: SchedulerNode): Action[] {
    return this.withKey(resource, operationKey(resource.id, task), node);
  }

  /** The newest action with a task, on a node when one is given. */
  newest(resource: Resource, task: string, node?: SchedulerNode): Action | undefined {
    return this.of(resource).findLast((action) => action.task === task && (node === undefined || action.node === node));
  }

  /** The newest action with a key. */
  newestWithKey(resource: Resource, key: string): Action | undefined {
    return this.of(resource).findLast((action) => action.key === key);
  }

  /**
   * Puts `first` before `then` with the flags of a relation. False when nothing came of it: no flags, one of the actions
   * is missing, both are the same, or they are related by one of these flags already.
   */
  relate(first: Action | undefined, then: Action | undefined, flags: number): boolean {
    if (flags === 0 || !first || !then || first === then) return false;
    const pair = first.id * 4_194_304 + then.id;
    const known = this.#related.get(pair) ?? 0;
    if ((known & flags) !== 0) return false;
    this.#related.set(pair, known | flags);
    then.inputs.push({ first, flags });
    first.dependents.push({ then, flags });
    return true;
  }
}
