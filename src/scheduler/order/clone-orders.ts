import type { Replica, Resource } from "../cluster/resource.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

const { ordered, firstImpliesThenGraphed, guestAllowed, thenImpliesFirst, thenImpliesFirstGraphed, unrunnableFirstBlocks } = RELATION;

type OrdersOf = (plan: Plan, resource: Resource) => void;

/** Orders inside a clone: its own actions around those of the instances; one by one when it is ordered. */
export function cloneOrders(plan: Plan, clone: Resource, ordersOf: OrdersOf): void {
  const { orders } = plan;
  const isPromotable = clone.clone?.isPromotable === true;
  const isOrdered = clone.clone?.isOrdered === true;
  orders.between(clone, "stopped", clone, "start", ordered);
  orders.between(clone, "start", clone, "running", unrunnableFirstBlocks);
  orders.between(clone, "stop", clone, "stopped", unrunnableFirstBlocks);
  if (isPromotable) {
    orders.between(clone, "demoted", clone, "stop", ordered);
    orders.between(clone, "running", clone, "promote", unrunnableFirstBlocks);
  }
  const instances = isOrdered ? [...clone.children].sort((a, b) => (a.instanceNumber ?? 0) - (b.instanceNumber ?? 0)) : [...clone.children];
  instances.forEach((instance, index) => {
    ordersOf(plan, instance);
    orders.starts(clone, instance, unrunnableFirstBlocks | thenImpliesFirstGraphed);
    orders.between(instance, "start", clone, "running", firstImpliesThenGraphed);
    orders.stops(clone, instance, thenImpliesFirstGraphed);
    orders.between(instance, "stop", clone, "stopped", firstImpliesThenGraphed);
    for (const later of isOrdered ? instances.slice(index + 1) : []) {
      orders.starts(instance, later, ordered);
      orders.stops(later, instance, ordered);
    }
  });
  if (isPromotable) promotionOrders(plan, clone, instances, isOrdered);
}

function promotionOrders(plan: Plan, clone: Resource, instances: readonly Resource[], isOrdered: boolean): void {
  const { orders } = plan;
  roleChangeOrders(plan, clone);
  instances.forEach((instance, index) => {
    const previous = isOrdered ? instances[index - 1] : undefined;
    orders.between(instance, "demote", instance, "promote", ordered);
    orders.between(clone, "promote", instance, "promote", ordered);
    orders.between(instance, "promote", clone, "promoted", ordered);
    if (previous) orders.between(previous, "promote", instance, "promote", ordered);
    orders.between(clone, "demote", instance, "demote", thenImpliesFirstGraphed);
    orders.between(instance, "demote", clone, "demoted", firstImpliesThenGraphed);
    if (previous) orders.between(instance, "demote", previous, "demote", ordered);
  });
}

/** Everything is demoted before anything stops or starts, stopped before it starts, started before it is promoted. */
function roleChangeOrders(plan: Plan, whole: Resource): void {
  const { orders } = plan;
  for (const then of ["start", "promote"]) orders.between(whole, "stopped", whole, then, ordered);
  for (const then of ["stop", "start", "promote"]) orders.between(whole, "demoted", whole, then, ordered);
  orders.between(whole, "running", whole, "promote", ordered);
  orders.between(whole, "demote", whole, "demoted", ordered);
}

/** Orders inside a bundle: its own actions around those of the containers and of what runs inside. */
export function bundleOrders(plan: Plan, bundle: Resource, ordersOf: OrdersOf): void {
  const { orders } = plan;
  for (const replica of bundle.bundle?.replicas ?? []) replicaOrders(plan, bundle, replica, ordersOf);
  const inner = bundle.bundle?.inner;
  if (!inner) return;
  orders.starts(bundle, inner, thenImpliesFirstGraphed);
  orders.between(inner, "running", bundle, "running", firstImpliesThenGraphed);
  orders.stops(bundle, inner, thenImpliesFirstGraphed);
  orders.between(inner, "stopped", bundle, "stopped", firstImpliesThenGraphed);
  ordersOf(plan, inner);
  if (!inner.clone?.isPromotable) return;
  roleChangeOrders(plan, bundle);
  orders.between(bundle, "demote", inner, "demote", thenImpliesFirstGraphed);
  orders.between(inner, "demoted", bundle, "demoted", firstImpliesThenGraphed);
  orders.between(bundle, "promote", inner, "promote", thenImpliesFirstGraphed);
  orders.between(inner, "promoted", bundle, "promoted", firstImpliesThenGraphed);
}

function replicaOrders(plan: Plan, bundle: Resource, replica: Replica, ordersOf: OrdersOf): void {
  const { orders } = plan;
  const { container, address, connection, child } = replica;
  ordersOf(plan, container);
  orders.starts(bundle, container, unrunnableFirstBlocks | thenImpliesFirstGraphed);
  if (child) orders.stops(bundle, child, thenImpliesFirstGraphed);
  orders.stops(bundle, container, thenImpliesFirstGraphed);
  orders.between(container, "start", bundle, "running", firstImpliesThenGraphed);
  orders.between(container, "stop", bundle, "stopped", firstImpliesThenGraphed);
  if (address) {
    ordersOf(plan, address);
    orders.starts(address, container, unrunnableFirstBlocks | guestAllowed);
    orders.stops(container, address, thenImpliesFirst | guestAllowed);
  }
  if (connection) ordersOf(plan, connection);
}
