import type { Action } from "../act/action.ts";
import type { Resource } from "../resource.ts";
import { isWithin } from "../resource-state.ts";
import { RELATION } from "./relation.ts";

/** One side of an order: an action, or the operation of a resource that may come to be. */
export interface OrderSide {
  readonly resource: Resource | undefined;
  readonly action: Action | undefined;
  readonly key: string;
  readonly task: string;
}

/** A wish that one action comes before another; it is applied when all actions are made. */
export interface OrderRequest {
  readonly first: OrderSide;
  readonly then: OrderSide;
  readonly flags: number;
  /** Id of the constraint behind it, or what made it. */
  readonly source: string;
}

/** A side that is the operation of a resource. */
export function operation(resource: Resource, task: string): OrderSide {
  return { resource, action: undefined, key: resource.keyOf(task), task };
}

/** A side that is an action. */
export function madeAction(action: Action): OrderSide {
  return { resource: action.resource, action, key: action.key, task: action.task };
}

/** Collects orders. They keep the order in which they were made: applying one may make an action that a later one finds. */
export class OrderRequests {
  readonly all: OrderRequest[] = [];

  /** Orders two sides. Where live migration is possible, the orders between its parts follow. */
  add(first: OrderSide, then: OrderSide, flags: number, source = ""): void {
    this.all.push({ first, then, flags, source });
    this.#addForMigration(first, then, source);
  }

  /** Orders the operations of two resources. */
  between(first: Resource, firstTask: string, then: Resource, thenTask: string, flags: number, source = ""): void {
    this.add(operation(first, firstTask), operation(then, thenTask), flags, source);
  }

  starts(first: Resource, then: Resource, flags: number): void {
    this.between(first, "start", then, "start", flags);
  }

  stops(first: Resource, then: Resource, flags: number): void {
    this.between(first, "stop", then, "stop", flags);
  }

  /** What an order between starts and stops means for the halves of a live migration. */
  #addForMigration(first: OrderSide, then: OrderSide, source: string): void {
    const before = first.resource;
    const after = then.resource;
    if (!before || !after || before === after || isWithin(before, after) || isWithin(after, before)) return;
    if (!before.isMigratable && !after.isMigratable) return;
    const { ordered, ifFirstUnmigratable } = RELATION;
    const flags = ordered | (before.isMigratable ? ifFirstUnmigratable : 0);
    const add = (firstTask: string, thenTask: string, relation: number): void =>
      this.between(before, firstTask, after, thenTask, relation, source);
    if (first.task === "start" && then.task === "start") {
      if (before.isMigratable && after.isMigratable) add("migrate_from", "migrate_to", ordered);
      if (after.isMigratable) add("start", "migrate_to", flags);
      return;
    }
    if (!after.isMigratable) return;
    const isContinued = after.partialMigrationTarget !== undefined;
    if (first.task === "stop" && then.task === "stop") {
      add("stop", "migrate_to", flags);
      if (isContinued) add("stop", "migrate_from", flags);
    } else if (first.task === "promote" && then.task === "start") add("promote", "migrate_to", ordered);
    else if (first.task === "demote" && then.task === "stop") {
      add("demote", "migrate_to", ordered);
      if (isContinued) add("demote", "migrate_from", ordered);
    }
  }
}
