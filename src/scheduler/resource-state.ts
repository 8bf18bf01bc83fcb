import { parseBoolean } from "../cib/document.ts";
import type { SchedulerNode } from "./node.ts";
import type { Resource, Role } from "./resource.ts";

const RANK: Readonly<Record<Role, number>> = { Stopped: 1, Started: 2, Unpromoted: 3, Promoted: 4 };

/** Place of a role from nothing to most; 0 for one that is not decided. */
export function rank(role: Role | undefined): number {
  return role === undefined ? 0 : RANK[role];
}

/** The primitives of some resources. */
export function primitivesOf(resources: readonly Resource[]): Resource[] {
  const found: Resource[] = [];
  for (let at = 0; at < resources.length; at += 1) resources[at]?.primitives(found);
  return found;
}

/** Highest role of a resource or of anything in it, now or after the plan. */
export function highestRole(resource: Resource, time: "now" | "next"): Role | undefined {
  if (resource.children.length === 0) return time === "now" ? resource.role : resource.nextRole;
  let highest: Role | undefined;
  for (const child of resource.children) {
    const role = highestRole(child, time);
    if (rank(role) > rank(highest)) highest = role;
  }
  return highest;
}

/** Nodes of a resource or of anything in it, now or as assigned. */
export function nodesOf(resource: Resource, time: "now" | "assigned", into: SchedulerNode[] = []): SchedulerNode[] {
  for (const child of resource.children) nodesOf(child, time, into);
  if (resource.children.length > 0) return into;
  const own = time === "now" ? resource.activeOn : resource.assigned ? [resource.assigned] : [];
  for (const node of own) if (!into.includes(node)) into.push(node);
  return into;
}

/** The node of a resource when there is exactly one. */
export function singleNode(resource: Resource, time: "now" | "assigned"): SchedulerNode | undefined {
  if (resource.children.length === 0) {
    if (time === "assigned") return resource.assigned;
    return resource.activeOn.length === 1 ? resource.activeOn[0] : undefined;
  }
  const nodes = nodesOf(resource, time);
  return nodes.length === 1 ? nodes[0] : undefined;
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

/** The outermost resource this one is part of, up to a bundle but not the bundle itself. */
export function topOf(resource: Resource): Resource {
  let top = resource;
  while (top.parent && top.parent.kind !== "bundle") top = top.parent;
  return top;
}

/** True inside of a bundle. */
export function isBundled(resource: Resource): boolean {
  for (let above = resource.parent; above; above = above.parent) if (above.kind === "bundle") return true;
  return false;
}

/** True unless it is an instance, or part of one, that cannot be told from the others. */
export function isUnique(resource: Resource): boolean {
  for (let holder: Resource | undefined = resource; holder; holder = holder.parent) if (holder.clone) return holder.clone.isUnique;
  return true;
}

/** True when it or anything in it is blocked. */
export function isAnyBlocked(resource: Resource): boolean {
  return resource.isBlocked || resource.children.some(isAnyBlocked);
}

/** True when it, or what it is part of, tells its instances what happens. */
export function isNotified(resource: Resource): boolean {
  return parseBoolean(resource.meta.get("notify")) === true;
}

/** Instances an action on a clone or bundle stands for: containers in the case of a bundle. */
export function instancesOf(resource: Resource): readonly Resource[] {
  return resource.instances;
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
