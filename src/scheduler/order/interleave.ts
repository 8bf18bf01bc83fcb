import { orderedNodes } from "../assign/node-order.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { ClusterOptions } from "../cluster/options.ts";
import type { Resource } from "../cluster/resource.ts";
import { isAnyBlocked, singleNode } from "../cluster/resource-state.ts";

/**
 * The instance of a clone (or container of a bundle) that an instance of another goes with: the one on its node, else one
 * on the best of the nodes it may use. Blocked instances do not count.
 */
export function compatibleInstance(
  { nodes, options }: { readonly nodes: readonly SchedulerNode[]; readonly options: ClusterOptions },
  instance: Resource,
  whole: Resource,
  time: "now" | "assigned",
): Resource | undefined {
  const own = singleNode(instance, time);
  if (own) return whole.instances.find((candidate) => singleNode(candidate, time) === own && !isAnyBlocked(candidate));
  const candidates = new Map<SchedulerNode, Resource>();
  for (const candidate of whole.instances) {
    const node = singleNode(candidate, time);
    if (node && !candidates.has(node) && !isAnyBlocked(candidate)) candidates.set(node, candidate);
  }
  if (candidates.size === 0) return undefined;
  const { placementStrategy } = options;
  // Where capacities decide there may be no order: which node is first depends on all that are compared.
  const compared = placementStrategy === "balanced" ? nodes : nodes.filter((node) => candidates.has(node));
  const preferred = orderedNodes(compared, instance, undefined, placementStrategy).find((node) => candidates.has(node));
  return preferred && candidates.get(preferred);
}

/** What runs inside of a container that is a replica of a bundle. */
export function replicaChild(container: Resource): Resource | undefined {
  for (let above = container.parent; above; above = above.parent) {
    const replica = above.bundle?.replicas.find((candidate) => candidate.container === container);
    if (replica) return replica.child;
  }
  return undefined;
}
