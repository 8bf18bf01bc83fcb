import { compareBytes } from "../../base/names.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import { isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { isAnyBlocked, singleNode } from "../cluster/resource-state.ts";

/**
 * The instance of a clone (or container of a bundle) that an instance of another goes with: the one on its node, else one
 * on the best of the nodes it may use. Blocked instances do not count.
 */
export function compatibleInstance(
  nodes: readonly SchedulerNode[],
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
  const [preferred] = byPreference(
    nodes.filter((node) => candidates.has(node)),
    instance,
  );
  return preferred && candidates.get(preferred);
}

function byPreference(nodes: readonly SchedulerNode[], instance: Resource): SchedulerNode[] {
  const score = (node: SchedulerNode): number => (isAvailable(node) ? (instance.scores[node.index] ?? 0) : -INFINITY_SCORE);
  return nodes
    .filter((node) => instance.isAllowedOn[node.index] === 1)
    .sort((a, b) => score(b) - score(a) || a.assignedCount - b.assignedCount || compareBytes(a.name, b.name));
}

/** What runs inside of a container that is a replica of a bundle. */
export function replicaChild(container: Resource): Resource | undefined {
  for (let above = container.parent; above; above = above.parent) {
    const replica = above.bundle?.replicas.find((candidate) => candidate.container === container);
    if (replica) return replica.child;
  }
  return undefined;
}
