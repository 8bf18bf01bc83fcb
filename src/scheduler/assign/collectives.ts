import { mergeSort } from "../../base/merge-sort.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { considerDependents } from "./colocated-scores.ts";
import { instanceOrder } from "./instance-order.ts";
import { assignInstances } from "./instances.ts";
import type { Placement } from "./placement.ts";
import { addPromotionScores, promote } from "./promotion.ts";

/** Assigns the members of a group one after the other; the node of the first one that has any. */
export function assignGroup(
  placement: Placement,
  group: Resource,
  preferred: SchedulerNode | undefined,
  isFinal: boolean,
): SchedulerNode | undefined {
  if (group.isAssigned) return group.assigned;
  if (group.isBeingAssigned) return undefined;
  group.isBeingAssigned = true;
  const [first] = group.children;
  if (first) {
    group.role = first.role;
    placement.note(group, "group");
  }
  let home: SchedulerNode | undefined;
  for (const member of group.children) {
    const node = placement.assign(member, preferred, isFinal);
    home ??= node;
  }
  group.nextRole = first?.nextRole;
  group.isBeingAssigned = false;
  group.isAssigned = true;
  return group.isColocatedGroup ? home : undefined;
}

/** Assigns the instances of a clone, after what the clone wants to be with, and chooses the promoted ones. */
export function assignClone(placement: Placement, clone: Resource, preferred: SchedulerNode | undefined, isFinal: boolean): undefined {
  if (clone.isAssigned || clone.isBeingAssigned || !clone.clone) return undefined;
  clone.isBeingAssigned = true;
  if (clone.clone.isPromotable) addPromotionScores(placement, clone);
  for (const { primary } of placement.lists.thisWith(clone)) placement.assign(primary, preferred, isFinal);
  considerDependents(placement, placement.lists.withThis(clone), clone, undefined);
  placement.note(clone, "clone");
  const ordered = mergeSort(clone.children, instanceOrder(placement));
  clone.children.splice(0, clone.children.length, ...ordered);
  assignInstances(placement, clone, ordered, clone.clone.max, clone.clone.nodeMax);
  if (clone.clone.isPromotable) promote(placement, clone);
  clone.isBeingAssigned = false;
  clone.isAssigned = true;
  return undefined;
}
