import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { ActionReason } from "./action-reason.ts";

/** What is known of an action so far, as bits. */
export const ACTION = {
  /** Nothing needs it so far. */
  optional: 1,
  /** Nothing keeps it from being carried out. */
  runnable: 2,
  /** Carried out by being declared done. */
  pseudo: 4,
  /** Part of a live migration, as long as that stays possible. */
  migratable: 8,
  /** Part of the graph even when optional. */
  alwaysInGraph: 16,
  /** Carried out by the coordinator, whatever node it is about. */
  onDc: 32,
  /** A recurring operation that has to be set up again with new parameters. */
  reschedule: 64,
  /** The stop of what an interrupted migration left behind. */
  migrationAbort: 128,
} as const;

/** A relation of an action to one that comes before it. */
export interface Relation {
  readonly first: Action;
  readonly then: Action;
  /** Those of RELATION that still count. */
  flags: number;
  /** Those it was made with. */
  readonly madeFlags: number;
  /** What `ActionBook.stateOf` gave when it was last applied without effect; -1 for never. */
  settledAt: number;
}

/** What has to be certain before an action: nothing, that the partition has quorum, or that lost nodes are fenced. */
export type Needs = "nothing" | "quorum" | "fencing";

/** Counts changes of actions, so that what was computed from them can be known to be still true. */
export interface ChangeCounter {
  changes: number;
}

/** Reads what is configured for actions. */
export interface ActionConfiguration {
  /** Meta-attributes for what was made; the caller may change the result. */
  meta(made: ActionFields): Map<string, string>;
  /** Parameters of the operation alone on a node. */
  parameters(made: ActionFields, node: SchedulerNode): ReadonlyMap<string, string>;
}

/** What an action is made with. */
export interface ActionFields {
  readonly key: string;
  readonly task: string;
  readonly resource: Resource | undefined;
  readonly node: SchedulerNode | undefined;
  readonly intervalMs: number;
  readonly isOptional: boolean;
  /** Undefined for an action of which nothing is configured. */
  readonly configuration: ActionConfiguration | undefined;
}

/** One action that may have to be carried out. */
export class Action implements ChangeCounter {
  readonly id: number;
  /** It is of a group, clone or bundle. */
  readonly isCollective: boolean;
  /** Its own changes. */
  changes = 0;
  /** Changes of all actions that this one's effect on others depends on: of its own alone, or of a collective's and its parts'. */
  readonly scope: ChangeCounter;
  /** Changes of the actions of all that the outermost resource this one is part of holds. */
  readonly #whole: ChangeCounter;
  /** `RESOURCE_TASK_INTERVALMS`, or what a pseudo action or one of a node is called. */
  readonly key: string;
  task: string;
  /** What a cancel cancels. */
  cancelledTask: string | undefined;
  readonly resource: Resource | undefined;
  node: SchedulerNode | undefined;
  readonly intervalMs: number;
  #flags: number;
  needs: Needs = "nothing";
  /** Why it has to be, or cannot be; the first cause stays unless a stronger one is forced. */
  reason: ActionReason | undefined;
  /** Of one that tells that a minimum of others is done: the order, or the set of one, that asks for it. */
  minimumId: string | undefined;
  /** Its own priority; the resource's counts too. */
  priority = 0;
  /** As it was made: what is configured for it goes by that. */
  readonly #made: ActionFields;
  #meta: Map<string, string> | undefined;
  #parameters: ReadonlyMap<string, string> | undefined;
  /** It takes the parameters of its operation. */
  takesParameters = false;
  /** Relations to what comes before it. */
  readonly inputs: Relation[] = [];
  /** Relations to what comes after it. */
  readonly dependents: Relation[] = [];
  /** How many of its inputs have to be runnable for it to be; 0 for no such rule. */
  requiredRunnableBefore = 0;
  runnableBefore = 0;

  constructor(id: number, fields: ActionFields, whole: ChangeCounter) {
    this.id = id;
    this.#whole = whole;
    this.isCollective = fields.resource !== undefined && fields.resource.kind !== "primitive";
    this.scope = this.isCollective ? whole : this;
    this.key = fields.key;
    this.task = fields.task;
    this.resource = fields.resource;
    this.node = fields.node;
    this.intervalMs = fields.intervalMs;
    this.#made = fields;
    this.#flags = ACTION.runnable | (fields.isOptional ? ACTION.optional : 0) | (fields.task === "lrm_delete" ? ACTION.onDc : 0);
  }

  /** Meta-attributes, names without `CRM_meta_`. */
  get meta(): Map<string, string> {
    this.#meta ??= this.#made.configuration?.meta(this.#made) ?? new Map();
    return this.#meta;
  }

  /** Parameters of this operation alone, if it takes them and has a node. */
  get parameters(): ReadonlyMap<string, string> | undefined {
    if (this.takesParameters && this.node) this.#parameters ??= this.#made.configuration?.parameters(this.#made, this.node);
    return this.#parameters;
  }

  /** Bits of ACTION. */
  get flags(): number {
    return this.#flags;
  }

  get isOptional(): boolean {
    return (this.#flags & ACTION.optional) !== 0;
  }

  get isRunnable(): boolean {
    return (this.#flags & ACTION.runnable) !== 0;
  }

  get isPseudo(): boolean {
    return (this.#flags & ACTION.pseudo) !== 0;
  }

  get isMigratable(): boolean {
    return (this.#flags & ACTION.migratable) !== 0;
  }

  has(flag: number): boolean {
    return (this.#flags & flag) !== 0;
  }

  set(flags: number): void {
    this.#become(this.#flags | flags);
  }

  clear(flags: number): void {
    this.#become(this.#flags & ~flags);
  }

  #become(flags: number): void {
    if (flags === this.#flags) return;
    this.#flags = flags;
    this.noteChange();
  }

  /** To be called whenever anything changes that others go by. */
  noteChange(): void {
    this.changes += 1;
    this.#whole.changes += 1;
  }

  /** Gives a reason; one that is there already stays unless `isForced`. */
  explain(reason: ActionReason | undefined, isForced = false): void {
    if (this.reason === undefined || isForced) this.reason = reason;
  }
}

/** Key of a notification: type is pre, post, confirmed-pre or confirmed-post. */
export function notifyKey(resourceId: string, type: string, task: string): string {
  return `${resourceId}_${type}_notify_${task}_0`;
}

/** True for what raises the role of a resource. */
export function isUpTask(task: string): boolean {
  return task === "start" || task === "promote" || task === "migrate_from";
}

/** The pseudo action that tells a task is done by all members, by the task. */
export const COMPLETION: Readonly<Record<string, string>> = {
  start: "running",
  stop: "stopped",
  promote: "promoted",
  demote: "demoted",
  notify: "notified",
};

const BEGINNING: Readonly<Record<string, string>> = {
  running: "start",
  stopped: "stop",
  promoted: "promote",
  demoted: "demote",
  notified: "notify",
};

/** The task whose completion this is; the task itself when it is none. */
export function taskOf(completionOrTask: string): string {
  return BEGINNING[completionOrTask] ?? completionOrTask;
}
