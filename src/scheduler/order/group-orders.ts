import type { Resource } from "../cluster/resource.ts";
import type { Operation } from "../plan/order-requests.ts";
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

/** A resource with its operations on the way up and on the way down. */
interface Ways {
  readonly resource: Resource;
  readonly start: Operation;
  readonly stop: Operation;
}

/** A group's own, up to where they are completed. */
interface GroupWays extends Ways {
  readonly running: Operation;
  readonly stopped: Operation;
}

/** Orders inside a group: members one after the other, the group's own actions around them. */
export function groupOrders(plan: Plan, group: Resource, ordersOf: (plan: Plan, resource: Resource) => void): void {
  const { orders } = plan;
  const own = { ...waysOf(plan, group), running: orders.operation(group, "running"), stopped: orders.operation(group, "stopped") };
  orders.add(own.stop, own.stopped, unrunnableFirstBlocks);
  orders.add(own.stopped, own.start, ordered);
  orders.add(own.start, own.running, unrunnableFirstBlocks);
  const isPromotable = group.top.clone?.isPromotable === true;
  let previous: Ways | undefined;
  let lastActive: Resource | undefined;
  for (const member of group.children) {
    ordersOf(plan, member);
    const ways = waysOf(plan, member);
    memberOrders(plan, own, ways, { isFirst: previous === undefined, isPromotable });
    if (previous && group.isOrderedGroup) sequenceOrders(plan, previous, ways, isPromotable);
    if (member.activeOn.length > 0) {
      // What is active only in parts comes down in sequence too.
      const isGap = group.isOrderedGroup && previous !== undefined && previous.resource.activeOn.length === 0;
      if (isGap && lastActive) orders.stops(member, lastActive, ordered);
      lastActive = member;
    }
    previous = ways;
  }
}

function waysOf({ orders }: Plan, resource: Resource): Ways {
  return { resource, start: orders.operation(resource, "start"), stop: orders.operation(resource, "stop") };
}

/** A member and the group's own actions. */
function memberOrders(
  plan: Plan,
  own: GroupWays,
  { resource: member, start, stop }: Ways,
  { isFirst, isPromotable }: { readonly isFirst: boolean; readonly isPromotable: boolean },
): void {
  const { orders } = plan;
  const group = own.resource;
  const isFirstInOrder = isFirst && group.isOrderedGroup;
  const down = thenImpliesFirstGraphed | (isFirstInOrder ? ordered : 0);
  const afterDown = isFirstInOrder ? firstImpliesThen : firstImpliesThenGraphed;
  const afterUp = unrunnableFirstBlocks | firstImpliesThen | firstImpliesThenGraphed;
  if (isPromotable) {
    orders.between(group, "demote", member, "demote", down);
    orders.between(member, "demote", group, "demoted", afterDown);
    orders.between(member, "promote", group, "promoted", afterUp);
    orders.between(group, "promote", member, "promote", thenImpliesFirstGraphed);
  }
  orders.add(own.stop, stop, down);
  orders.add(stop, own.stopped, afterDown);
  orders.add(own.start, start, thenImpliesFirstGraphed);
  orders.add(start, own.running, afterUp);
  if (group.isOrderedGroup) return;
  const together = firstImpliesThen | unrunnableFirstBlocks | thenImpliesFirstGraphed;
  orders.add(own.start, start, together);
  if (isPromotable) orders.between(group, "promote", member, "promote", together);
}

/** A member and the one before it. */
function sequenceOrders({ orders }: Plan, before: Ways, { resource: member, start, stop }: Ways, isPromotable: boolean): void {
  const previous = before.resource;
  orders.add(before.start, start, firstImpliesThen | unrunnableFirstBlocks);
  orders.add(stop, before.stop, ordered | intermediateStop);
  // A member may be active below one that is not, for example a new one in the middle.
  if (member.activeOn.length > 0 && previous.activeOn.length === 0)
    orders.add(stop, before.start, thenImpliesFirst | unrunnableFirstBlocks);
  if (!isPromotable) return;
  orders.between(previous, "promote", member, "promote", firstImpliesThen | unrunnableFirstBlocks);
  orders.between(member, "demote", previous, "demote", ordered);
}
