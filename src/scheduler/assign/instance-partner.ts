import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Role } from "../cluster/role.ts";
import { orderedNodes } from "./node-order.ts";
import type { NodeValues } from "./node-values.ts";
import type { Placement } from "./placement.ts";

/** The instance of a clone or bundle that shares a node with a resource: its node if it has one, else its best. */
export function findPartner(
  placement: Placement,
  resource: Resource,
  collective: Resource,
  role: Role | undefined,
  attribute?: string,
): Resource | undefined {
  const { nodes, options } = placement.cluster;
  const on = (node: SchedulerNode | undefined): Resource | undefined => {
    const place = collective.kind === "bundle" ? hostOf(node) : node;
    return place && collective.instances.find((instance) => isPartner(placement.values, instance, place, role, attribute));
  };
  const { home } = resource;
  if (home) return on(home);
  for (const node of orderedNodes(nodes, resource, undefined, options.placementStrategy)) {
    const found = on(node);
    if (found) return found;
  }
  return undefined;
}

/** Where a container runs, for the node it is; the node itself otherwise. */
function hostOf(node: SchedulerNode | undefined): SchedulerNode | undefined {
  return node?.isBundleNode === true ? node.connection?.launcher?.assigned : node;
}

function isPartner(
  values: NodeValues,
  instance: Resource,
  node: SchedulerNode,
  role: Role | undefined,
  attribute: string | undefined,
): boolean {
  if (role !== undefined && instance.roleOf("next") !== role) return false;
  const { home } = instance;
  if (!home || instance.someBelow((one) => one.isBlocked)) return false;
  if (attribute === undefined) return home === node;
  return values.on(home, instance, attribute) === values.on(node, instance, attribute);
}
