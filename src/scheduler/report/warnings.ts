import type { Assigned } from "../assign/assign.ts";

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
