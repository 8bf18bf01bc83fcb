import { canFence, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Unpacked } from "../unpack/unpack.ts";

/** True when anything is managed: otherwise no node is fenced. */
export function isAnyManaged(top: readonly Resource[]): boolean {
  return top.some((resource) => resource.someBelow((one) => one.isManaged));
}

/** True for an unclean node that can be fenced, in a cluster in which anything is managed. For guests other rules hold. */
export function needsFencing(
  cluster: Pick<Unpacked, "options" | "hasFenceDevice" | "nodes">,
  node: SchedulerNode,
  hasManaged: boolean,
): boolean {
  return hasManaged && node.uncleanReason !== undefined && canFence(cluster, node);
}
