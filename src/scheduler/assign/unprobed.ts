import type { SchedulerNode } from "../node.ts";
import { PROBE_MODE, type Resource } from "../resource.ts";

/** Resource and node pairs that are not probed: `ID INDEX`. Source: Pacemaker Explained, "resource-discovery". */
export function unprobedPairs(top: readonly Resource[], nodes: readonly SchedulerNode[]): Set<string> {
  const out = new Set<string>();
  for (const resource of top.flatMap((one) => one.primitives())) {
    const isExclusive = resource.isExclusive || resource.top.isExclusive;
    for (const node of nodes) if (isExcluded(resource, node, isExclusive)) out.add(`${resource.id} ${node.index}`);
  }
  return out;
}

function isExcluded(resource: Resource, node: SchedulerNode, isExclusive: boolean): boolean {
  const mode = resource.isAllowedOn[node.index] === 1 ? resource.probeModeOn[node.index] : undefined;
  if (isExclusive) return mode !== PROBE_MODE.exclusive;
  // Inside the container of a bundle is what the bundle puts there, and nothing else.
  return mode === PROBE_MODE.never || (node.isBundleNode === true && mode !== PROBE_MODE.exclusive);
}
