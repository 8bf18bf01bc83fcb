import type { SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";

/** How one action bears on another that comes after it. */
export const RELATION = {
  /** A required first makes then required. */
  firstImpliesThen: 1,
  /** A required then makes first required. */
  thenImpliesFirst: 2,
  /** A first that cannot run keeps then from running. */
  unrunnableFirstBlocks: 4,
  /** first is the stop of then's own restart. */
  restart: 8,
  /** Bears on what is required only: it is no edge of the graph. */
  silent: 16,
  /** Like unrunnableFirstBlocks, and a then that cannot run any more is required (so that it shows). */
  asymmetric: 32,
  /** Applies only to actions on the same node. */
  sameNode: 64,
  /** A required first makes then part of the graph. */
  firstImpliesThenGraphed: 128,
} as const;

/** A relation to an action that comes before. */
export interface Input {
  readonly first: Action;
  flags: number;
}

/** One action that may have to be carried out. */
export class Action {
  readonly key: string;
  readonly task: string;
  readonly kind: "rsc_op" | "pseudo_event" | "crm_event";
  readonly resource: Resource | undefined;
  readonly node: SchedulerNode | undefined;
  readonly intervalMs: number;
  /** Nothing needs it so far. */
  isOptional: boolean;
  isRunnable = true;
  /** It is part of the graph although nothing needs it. */
  isAlwaysInGraph = false;
  /** Carried out by being declared done: the node it is about is gone. */
  isPseudo: boolean;
  /** Id of the object, or sentence, that made it so. */
  reason = "";
  /** Its own priority; the resource's counts too. */
  priority = 0;
  readonly attributes = new Map<string, string>();
  readonly inputs: Input[] = [];
  readonly dependents: Action[] = [];
  id = 0;

  constructor(fields: {
    key: string;
    task: string;
    kind: "rsc_op" | "pseudo_event" | "crm_event";
    resource?: Resource | undefined;
    node?: SchedulerNode | undefined;
    intervalMs?: number;
    isOptional: boolean;
  }) {
    this.key = fields.key;
    this.task = fields.task;
    this.kind = fields.kind;
    this.resource = fields.resource;
    this.node = fields.node;
    this.intervalMs = fields.intervalMs ?? 0;
    this.isOptional = fields.isOptional;
    this.isPseudo = fields.kind === "pseudo_event";
  }

  /** True when it will be part of the graph. */
  get isWanted(): boolean {
    return (!this.isOptional || this.isAlwaysInGraph) && this.isRunnable;
  }
}

/** All actions of a plan, in the order they were made. */
export class ActionBook {
  readonly all: Action[] = [];
  readonly #byPlace = new Map<string, Action>();
  readonly #byTask = new Map<string, Action[]>();

  /** Adds an action; the one already there when key and node are the same, required if either is. */
  add(action: Action): Action {
    const place = `${action.kind === "rsc_op" && action.task === "cancel" ? "cancel " : ""}${action.key} ${action.node?.index ?? "-"}`;
    const known = this.#byPlace.get(place);
    if (known) {
      if (!action.isOptional) known.isOptional = false;
      return known;
    }
    this.#byPlace.set(place, action);
    this.all.push(action);
    action.id = this.all.length;
    if (action.resource && action.intervalMs === 0) {
      const list = `${action.resource.id} ${action.task}`;
      const entries = this.#byTask.get(list) ?? [];
      if (entries.length === 0) this.#byTask.set(list, entries);
      entries.push(action);
    }
    return action;
  }

  /** One-shot actions of a resource with this task. */
  of(resource: Resource, task: string): readonly Action[] {
    return this.#byTask.get(`${resource.id} ${task}`) ?? [];
  }
}

/** Puts `first` before `then`. */
export function order(first: Action | undefined, then: Action | undefined, flags = 0): void {
  if (!first || !then || first === then) return;
  if (then.inputs.some((input) => input.first === first && input.flags === flags)) return;
  then.inputs.push({ first, flags });
  first.dependents.push(then);
}
