import type { Assigned } from "../assign/assign.ts";
import type { Action } from "../plan/action.ts";

/** Sentences about what the cluster cannot do as it is configured. */
export function warningsOf(cluster: Assigned): string[] {
  const out: string[] = [];
  const { options, resources, hasFenceDevice } = cluster;
  if (options.isFencingEnabled && !hasFenceDevice && resources.top.length > 0) {
    out.push("Resource start-up disabled since no fencing resources have been defined: configure some, or set fencing-enabled=false");
  }
  for (const node of cluster.nodes) {
    if (node.uncleanReason !== undefined && !options.isFencingEnabled)
      out.push(`node ${node.name} is unclean (${node.uncleanReason}) and fencing is disabled`);
  }
  return out;
}

/** Which order is not kept, since it is part of a circle. */
export function unkeptOrderText({ first, then }: { readonly first: Action; readonly then: Action }): string {
  const named = ({ key, node }: Action): string => (node ? `${key} on ${node.name}` : key);
  return `${named(then)} is not ordered after ${named(first)}, which waits for it`;
}
