import { parseBoolean } from "../../cib/document.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { ACTION, type Action } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { actionFlags, partTask } from "./action-flags.ts";
import { type Application, applyRelation, CHANGED } from "./apply-relation.ts";
import { compatibleInstance, replicaChild } from "./interleave.ts";
import { unassign } from "./unassign.ts";

/** Applies relations in the way of what the resource is: to it alone, to members of a group, to instances. */
export class VariantRelations {
  readonly #plan: Plan;
  readonly #settle: (action: Action) => void;

  constructor(plan: Plan, settle: (action: Action) => void) {
    this.#plan = plan;
    this.#settle = settle;
  }

  /** Applies one kind of relation as the kind of `resource` asks for; says what changed. */
  apply(resource: Resource, first: Action, then: Action, node: SchedulerNode | undefined, application: Application): number {
    if (resource.kind === "primitive") return this.#plain(first, then, application);
    if (!then.resource) return CHANGED.none;
    if (resource.kind === "group") return this.#toGroup(first, then, then.resource, node, application);
    return isInterleaved(first, then)
      ? this.#interleaved(first, then, then.resource, node, application)
      : this.#toInstances(first, then, then.resource, node, application);
  }

  #plain(first: Action, then: Action, application: Application): number {
    const changed = applyRelation(first, then, application);
    if ((changed & CHANGED.later) !== 0 && then.resource?.parent) this.#settle(then);
    return changed;
  }

  #toGroup(first: Action, then: Action, group: Resource, node: SchedulerNode | undefined, application: Application): number {
    let changed = this.#plain(first, then, application);
    for (const own of this.#plan.book.newestOfParts(group, group.children, then.task, node))
      if (own.resource) changed |= this.apply(own.resource, first, own, node, application);
    return changed;
  }

  #toInstances(first: Action, then: Action, whole: Resource, node: SchedulerNode | undefined, application: Application): number {
    const instances = whole.instances;
    // That primitives are in an order does not change them; groups are judged anew at least.
    if (application.kind === RELATION.ordered && instances[0]?.kind === "primitive") return CHANGED.none;
    let changed = this.#plain(first, then, application);
    const parts = this.#plan.book.newestOfParts(whole, instances, then.task, node);
    for (let at = 0; at < parts.length; at += 1) {
      const own = parts[at] as Action;
      const instance = own.resource;
      if (!instance || (actionFlags(this.#plan.book, own, node) & ACTION.runnable) === 0) continue;
      const here = this.apply(instance, first, own, node, application);
      if ((here & CHANGED.later) !== 0) {
        for (let index = own.dependents.length - 1; index >= 0; index -= 1) {
          const dependent = own.dependents[index];
          if (dependent) this.#settle(dependent.then);
        }
      }
      changed |= here;
    }
    return changed;
  }

  /** Each instance goes with the one of the other clone on its node alone. */
  #interleaved(first: Action, then: Action, whole: Resource, node: SchedulerNode | undefined, application: Application): number {
    if (!first.resource) return CHANGED.none;
    const { book, cluster } = this.#plan;
    const firstTask = partTask(first.resource, first);
    const isCurrent = first.key.endsWith("_stopped_0") || first.key.endsWith("_demoted_0");
    let changed = 0;
    for (const instance of whole.instances) {
      const partner = compatibleInstance(cluster, instance, first.resource, isCurrent ? "now" : "assigned");
      if (!partner) {
        const isMandatory = (application.kind & (RELATION.unrunnableFirstBlocks | RELATION.firstImpliesThen)) !== 0;
        if (!isCurrent && isMandatory && unassign(this.#plan, instance)) {
          for (const one of instance.primitives()) this.#plan.unpaired.set(one, first.resource);
          changed |= CHANGED.later;
        }
        continue;
      }
      const before = this.#instanceAction(first, partner, firstTask, node, true);
      const after = before && this.#instanceAction(then, instance, then.task, node, false);
      if (!before || !after) continue;
      if (book.relate(before, after, application.kind)) changed |= CHANGED.earlier | CHANGED.later;
      changed |= this.apply(instance, before, after, node, { ...application, firstFlags: actionFlags(book, before, node) });
    }
    return changed;
  }

  /** The action of an instance; of a replica sometimes that of what runs inside of the container. */
  #instanceAction(action: Action, instance: Resource, task: string, node: SchedulerNode | undefined, isFirst: boolean): Action | undefined {
    const isStop = action.task === "stop" || action.task === "stopped";
    const isRoleChange = ["promote", "promoted", "demote", "demoted"].includes(action.task);
    const inside = (isFirst && !isStop) || (!isFirst && isRoleChange) ? replicaChild(instance) : undefined;
    return this.#plan.book.newest(inside ?? instance, task, inside ? undefined : node);
  }
}

/** True for two clones (or bundles) whose instances go with one another; the one that has to wait decides. */
function isInterleaved(first: Action, then: Action): boolean {
  const a = first.resource;
  const b = then.resource;
  if (!a || !b || a === b || a.kind === "primitive" || a.kind === "group" || b.kind === "primitive" || b.kind === "group") return false;
  const decides = then.key.endsWith("_stop_0") || then.key.endsWith("_demote_0") ? a : b;
  return parseBoolean(decides.meta.get("interleave")) === true;
}
