import { type Property, resourceActions, type Scheduled } from "./property.ts";

/** Tasks that change what a resource does; to look at it, and to stop looking, is allowed. */
const CHANGES = new Set(["start", "stop", "promote", "demote", "migrate_to", "migrate_from", "reload", "reload-agent"]);

/** Nothing is done to what somebody else manages. */
export const unmanagedUntouched: Property = {
  name: "unmanaged-untouched",
  problems: ({ result, graph }: Scheduled) => {
    const primitives = result.cluster.top.flatMap((top) => top.primitives());
    const unmanaged = new Set(primitives.filter((one) => !one.isManaged).map((one) => one.id));
    const managed = new Set(primitives.filter((one) => one.isManaged).map((one) => one.id));
    const touched = resourceActions(graph).filter(
      ({ task, resourceId }) => CHANGES.has(task) && unmanaged.has(resourceId) && !managed.has(resourceId),
    );
    return touched.map(({ key, node }) => `${key} on ${node}`);
  },
};
