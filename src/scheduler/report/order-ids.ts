import type { Resource } from "../cluster/resource.ts";
import { isWithin } from "../cluster/resource-state.ts";
import type { Constrained } from "../constrain/constraints.ts";

/** Ids of the order constraints between two resources, or what they are part of. */
export function orderIdsBetween(cluster: Pick<Constrained, "orders">, first: Resource, then: Resource): string[] {
  const covers = (outer: Resource, inner: Resource): boolean => outer === inner || isWithin(inner, outer) || isWithin(outer, inner);
  const found = cluster.orders().filter((order) => covers(order.first, first) && covers(order.then, then));
  return [...new Set(found.map(({ id }) => id))];
}
