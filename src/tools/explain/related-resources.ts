import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { type PlacementAccount, placementAccountsOf } from "../../scheduler/explain/placement-account.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import type { XmlElement } from "../../xml/element.ts";
import { configuredId } from "./goal.ts";

/** How far colocations and orders are followed from the resource. */
const DEPTH_MAX = 4;

/** The resource, what it is part of, its parts, and what they have to be with or come after, in turn. */
export function relatedResources({ cluster }: ScheduleResult, resource: Resource): Resource[] {
  const found = new Set<Resource>();
  const visit = (one: Resource, depth: number): void => {
    const top = topmost(one);
    // Of a clone one instance stands for the others: each of them has something of its own that speaks against it.
    const whole = top.kind === "group" ? top.children : top.clone ? top.withDescendants() : [];
    const family = [...new Set([...one.withDescendants(), top, ...whole])];
    for (const member of family) found.add(member);
    if (depth === DEPTH_MAX) return;
    const next = [
      ...cluster.colocations.filter(({ dependent, score }) => family.includes(dependent) && score > 0).map(({ primary }) => primary),
      ...cluster
        .orders()
        .filter(({ then, kind }) => family.includes(then) && kind === "Mandatory")
        .map(({ first }) => first),
    ];
    for (const other of next) if (!found.has(other)) visit(other, depth + 1);
  };
  visit(resource, 0);
  return [...found];
}

/** Outermost of what a resource is part of, or itself. */
export function topmost(resource: Resource): Resource {
  return parentsOf(resource).at(-1) ?? resource;
}

/** What a resource is part of, from inside out. */
export function parentsOf(resource: Resource): Resource[] {
  const parents: Resource[] = [];
  for (let holder = resource.parent; holder; holder = holder.parent) parents.push(holder);
  return parents;
}

/** Nodes on which one of these is active. */
export function homesOf({ cluster }: ScheduleResult, resources: readonly Resource[]): SchedulerNode[] {
  const active = new Set(resources.flatMap((one) => one.withDescendants()).flatMap((one) => one.activeOn));
  return cluster.nodes.filter((node) => active.has(node));
}

/** False for what the cluster makes itself: parts of bundles, and the connections to guests. */
export function isConfigured(cib: XmlElement, one: Resource): boolean {
  const id = configuredId(one);
  return [...(cib.descend("configuration", "resources")?.walk() ?? [])].some((xml) => xml.id === id);
}

/** The accounts of those of them that are primitives. */
export function accountsOf(result: ScheduleResult, related: readonly Resource[]): PlacementAccount[] {
  return placementAccountsOf(
    result,
    related.filter((one) => one.kind === "primitive"),
  );
}
