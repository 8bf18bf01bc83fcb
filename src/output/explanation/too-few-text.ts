import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { minimumInstances } from "../../scheduler/order/constraint-orders.ts";
import { nameOf, type Phrase, phrase } from "./phrase.ts";

/** That too few come up of what has to be there first by an order constraint; of a clone how many do, and how many are needed. */
export function tooFewText(order: string, { cluster }: PlacementAccount): Phrase {
  const words = phrase`too few come up of what has to be there first by ${nameOf(order)}`;
  const xml = cluster.cib.descend("configuration", "constraints")?.children.find(({ id }) => id === order);
  const constraint = cluster.orders().find(({ id }) => id === order);
  const first = constraint?.first;
  const needed = xml && first ? minimumInstances(first, xml) : 0;
  if (!first || needed === 0) return words;
  const isPromotion = constraint?.firstAction === "promote";
  const isPromoted = (one: Resource): boolean => one.primitives().some(({ nextRole }) => nextRole === "Promoted");
  const count = first.instances.filter((one) => one.homes.length > 0 && (!isPromotion || isPromoted(one))).length;
  // Those that have a place may be blocked there.
  if (count >= needed) return words;
  const is = count === 1 ? "is" : "are";
  const has = count === 1 ? "has" : "have";
  const found = `${count} ${count === 1 ? "instance" : "instances"} of ${first.id} ${isPromotion ? `${is} to be promoted` : `${has} a place`}`;
  return phrase`${words} (${found}, and ${needed} ${needed === 1 ? "is" : "are"} needed)`;
}
