import type { SchedulerNode } from "../node.ts";
import { nodeAttribute, wantsHost } from "../node-attribute.ts";
import type { Resource } from "../resource.ts";

/**
 * Value of a node attribute as a colocation of the resource sees it: inside containers whose attributes are kept on
 * the host, that of the host.
 */
export function colocationValue(node: SchedulerNode | undefined, attribute: string, resource: Resource): string | undefined {
  // Of most nodes there is no host.
  if (node?.connection?.launcher === undefined) return node?.attributes.get(attribute);
  return nodeAttribute(node, attribute, looksAtHost(node, resource), "next");
}

/** Node attributes are looked up on the host for what runs inside a bundle, and where the resource asks for it. */
function looksAtHost(node: SchedulerNode, resource: Resource): boolean {
  const bundle = resource.ownBundle;
  const inner = bundle?.bundle?.inner;
  if (inner !== undefined && resource.top === inner && node.connection?.ownBundle === bundle) return true;
  return wantsHost(resource);
}

/** True when values are equal without regard to case; two values that are not set are equal. */
export function isSameValue(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase());
}
