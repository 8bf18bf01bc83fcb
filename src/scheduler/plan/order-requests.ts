import type { Resource } from "../cluster/resource.ts";
import { isWithin } from "../cluster/resource-state.ts";
import type { Action } from "./action.ts";
import { RELATION } from "./relation.ts";

/** The operation of a resource, which actions may come to be made for. */
export class Operation {
  readonly resource: Resource;
  readonly task: string;
  readonly key: string;
  /** The actions made for it; undefined until somebody looks them up, when all are made. */
  actions: readonly Action[] | undefined;

  constructor(resource: Resource, task: string, key = resource.keyOf(task)) {
    this.resource = resource;
    this.task = task;
    this.key = key;
  }
}

/** One side of an order: an action, or whatever actions are made for an operation. */
export type OrderSide = Action | Operation;

/** A wish that one action comes before another; it is applied when all actions are made. */
export interface OrderRequest {
  readonly first: OrderSide;
  readonly then: OrderSide;
  readonly flags: number;
}

/** Collects orders. They keep the order in which they were made: applying one may make an action that a later one finds. */
export class OrderRequests {
  readonly all: OrderRequest[] = [];
  /** One object for each operation, so that its actions are looked up once. */
  readonly #operations = new Map<Resource, Operation[]>();

  /** Orders two sides. Where live migration is possible, the orders between its parts follow. */
  add(first: OrderSide, then: OrderSide, flags: number): void {
    this.all.push({ first, then, flags });
    if (first.resource?.isMigratable || then.resource?.isMigratable) this.#addForMigration(first, then);
  }

  /** Orders the operations of two resources. */
  between(first: Resource, firstTask: string, then: Resource, thenTask: string, flags: number): void {
    this.add(this.operation(first, firstTask), this.operation(then, thenTask), flags);
  }

  starts(first: Resource, then: Resource, flags: number): void {
    this.between(first, "start", then, "start", flags);
  }

  stops(first: Resource, then: Resource, flags: number): void {
    this.between(first, "stop", then, "stop", flags);
  }

  /** Orders an action before the operation of a resource. */
  beforeOperation(first: Action, then: Resource, thenTask: string, flags: number): void {
    this.add(first, this.operation(then, thenTask), flags);
  }

  /** Orders an action after the operation of a resource. */
  afterOperation(then: Action, first: Resource, firstTask: string, flags: number): void {
    this.add(this.operation(first, firstTask), then, flags);
  }

  /** The operation of a resource, to be named in several orders. */
  operation(resource: Resource, task: string): Operation {
    let own = this.#operations.get(resource);
    if (!own) this.#operations.set(resource, (own = []));
    for (let at = 0; at < own.length; at += 1) if (own[at]?.task === task) return own[at] as Operation;
    const made = new Operation(resource, task);
    own.push(made);
    return made;
  }

  /** What an order between starts and stops means for the halves of a live migration. */
  #addForMigration(first: OrderSide, then: OrderSide): void {
    const before = first.resource;
    const after = then.resource;
    if (!before || !after || before === after) return;
    if (isWithin(before, after) || isWithin(after, before)) return;
    const { ordered, ifFirstUnmigratable } = RELATION;
    const flags = ordered | (before.isMigratable ? ifFirstUnmigratable : 0);
    if (first.task === "start" && then.task === "start") {
      if (before.isMigratable && after.isMigratable) this.between(before, "migrate_from", after, "migrate_to", ordered);
      if (after.isMigratable) this.between(before, "start", after, "migrate_to", flags);
      return;
    }
    if (!after.isMigratable) return;
    const isContinued = after.partialMigrationTarget !== undefined;
    if (first.task === "stop" && then.task === "stop") {
      this.between(before, "stop", after, "migrate_to", flags);
      if (isContinued) this.between(before, "stop", after, "migrate_from", flags);
    } else if (first.task === "promote" && then.task === "start") this.between(before, "promote", after, "migrate_to", ordered);
    else if (first.task === "demote" && then.task === "stop") {
      this.between(before, "demote", after, "migrate_to", ordered);
      if (isContinued) this.between(before, "demote", after, "migrate_from", ordered);
    }
  }
}
