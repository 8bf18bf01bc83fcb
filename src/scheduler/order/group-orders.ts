import type { Resource } from "../cluster/resource.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

const {
  ordered,
  firstImpliesThen,
  firstImpliesThenGraphed,
  intermediateStop,
  thenImpliesFirst,
  thenImpliesFirstGraphed,
  unrunnableFirstBlocks,
} = RELATION;

/** Orders inside a group: members one after the other, the group's own actions around them. */
export function groupOrders(plan: Plan, group: Resource, ordersOf: (plan: Plan, resource: Resource) => void): void {
  const { orders } = plan;
  orders.between(group, "stop", group, "stopped", unrunnableFirstBlocks);
  orders.between(group, "stopped", group, "start", ordered);
  orders.between(group, "start", group, "running", unrunnableFirstBlocks);
  const isPromotable = group.top.clone?.isPromotable === true;
  let previous: Resource | undefined;
  let lastActive: Resource | undefined;
  for (const member of group.children) {
    ordersOf(plan, member);
    memberOrders(plan, group, member, previous, isPromotable);
    if (previous && group.isOrderedGroup) sequenceOrders(plan, previous, member, isPromotable);
    if (member.activeOn.length > 0) {
      // What is active only in parts comes down in sequence too.
      const isGap = group.isOrderedGroup && previous !== undefined && previous.activeOn.length === 0;
      if (isGap && lastActive) orders.stops(member, lastActive, ordered);
      lastActive = member;
    }
    previous = member;
  }
}

/** A member and the group's own actions. */
function memberOrders(plan: Plan, group: Resource, member: Resource, previous: Resource | undefined, isPromotable: boolean): void {
  const { orders } = plan;
  const isFirstInOrder = previous === undefined && group.isOrderedGroup;
  const down = thenImpliesFirstGraphed | (isFirstInOrder ? ordered : 0);
  const afterDown = isFirstInOrder ? firstImpliesThen : firstImpliesThenGraphed;
  const afterUp = unrunnableFirstBlocks | firstImpliesThen | firstImpliesThenGraphed;
  if (isPromotable) {
    orders.between(group, "demote", member, "demote", down);
    orders.between(member, "demote", group, "demoted", afterDown);
    orders.between(member, "promote", group, "promoted", afterUp);
    orders.between(group, "promote", member, "promote", thenImpliesFirstGraphed);
  }
  orders.stops(group, member, down);
  orders.between(member, "stop", group, "stopped", afterDown);
  orders.starts(group, member, thenImpliesFirstGraphed);
  orders.between(member, "start", group, "running", afterUp);
  if (group.isOrderedGroup) return;
  const together = firstImpliesThen | unrunnableFirstBlocks | thenImpliesFirstGraphed;
  orders.starts(group, member, together);
  if (isPromotable) orders.between(group, "promote", member, "promote", together);
}

/** A member and the one before it. */
function sequenceOrders(plan: Plan, previous: Resource, member: Resource, isPromotable: boolean): void {
  const { orders } = plan;
  orders.starts(previous, member, firstImpliesThen | unrunnableFirstBlocks);
  orders.stops(member, previous, ordered | intermediateStop);
  // A member may be active below one that is not, for example a new one in the middle.
  if (member.activeOn.length > 0 && previous.activeOn.length === 0)
    orders.between(member, "stop", previous, "start", thenImpliesFirst | unrunnableFirstBlocks);
  if (!isPromotable) return;
  orders.between(previous, "promote", member, "promote", firstImpliesThen | unrunnableFirstBlocks);
  orders.between(member, "demote", previous, "demote", ordered);
}
