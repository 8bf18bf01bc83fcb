import { parseBoolean } from "../../cib/document.ts";
import type { SchedulerNode } from "./node.ts";
import type { Resource } from "./resource.ts";

/** The primitives of some resources. */
export function primitivesOf(resources: readonly Resource[]): Resource[] {
  const found: Resource[] = [];
  for (let at = 0; at < resources.length; at += 1) resources[at]?.primitives(found);
  return found;
}

/** The one node a resource is active on, or assigned to; undefined when there is none, or more than one. */
export function singleNode(resource: Resource, time: "now" | "assigned"): SchedulerNode | undefined {
  if (time === "assigned") return resource.home;
  const nodes = resource.children.length === 0 ? resource.activeOn : activeNodes(resource, []);
  return nodes.length === 1 ? nodes[0] : undefined;
}

/** Nodes on which anything of a resource is active. */
function activeNodes(resource: Resource, found: SchedulerNode[]): readonly SchedulerNode[] {
  for (const child of resource.children) activeNodes(child, found);
  if (resource.children.length === 0) for (const node of resource.activeOn) if (!found.includes(node)) found.push(node);
  return found;
}

/** True when anything of it is active on a node that is online, or that could not be asked. */
export function isActive(resource: Resource): boolean {
  return resource.activeOn.some((node) => node.uncleanReason !== undefined || node.isOnline || !resource.isManaged);
}

/** True when `ancestor` contains the resource. */
export function isWithin(resource: Resource, ancestor: Resource): boolean {
  for (let above = resource.parent; above; above = above.parent) if (above === ancestor) return true;
  return false;
}

/** True inside of a bundle. */
export function isBundled(resource: Resource): boolean {
  for (let above = resource.parent; above; above = above.parent) if (above.kind === "bundle") return true;
  return false;
}

/** True when it or anything in it is blocked. */
export function isAnyBlocked(resource: Resource): boolean {
  const { isBlocked, children } = resource;
  return isBlocked || (children.length > 0 && children.some(isAnyBlocked));
}

/** True when it, or what it is part of, tells its instances what happens. */
export function isNotified(resource: Resource): boolean {
  return parseBoolean(resource.meta.get("notify")) === true;
}

/**
 * The node a resource counts as being on now, and on how many it is active, all told and on clean nodes. The source of a
 * migration under way wins; where fencing is not needed the first clean node does.
 */
export function activeNode(resource: Resource): { readonly node: SchedulerNode | undefined; readonly all: number; readonly clean: number } {
  const { activeOn, partialMigrationSource: source } = resource;
  let firstClean: SchedulerNode | undefined;
  let clean = 0;
  for (let at = 0; at < activeOn.length; at += 1) {
    const node = activeOn[at] as SchedulerNode;
    if (!node.isOnline || node.uncleanReason !== undefined) continue;
    firstClean ??= node;
    clean += 1;
  }
  const all = activeOn.length;
  if (source) return { node: activeOn.includes(source) ? source : activeOn[0], all, clean };
  return { node: (resource.requires === "fencing" ? undefined : firstClean) ?? activeOn[0], all, clean };
}
