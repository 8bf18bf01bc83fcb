import type { SchedulerNode } from "../../src/scheduler/cluster/node.ts";
import type { Resource } from "../../src/scheduler/cluster/resource.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import { INFINITY_SCORE } from "../../src/score/score.ts";
import type { XmlElement } from "../../src/xml/element.ts";

/** What is wrong with a plan whatever the input was. */
export interface Unsoundness {
  readonly kind: string;
  readonly lines: readonly string[];
}

/** More than a plan may take on a busy machine. */
const MAX_SCHEDULE_MS = 10_000;

/** What is wrong with the plan for a document; undefined when nothing is. */
export function unsoundness(cib: XmlElement, nowEpochSeconds: number): Unsoundness | undefined {
  const start = performance.now();
  let result: ScheduleResult;
  try {
    result = schedule(cib, { nowEpochSeconds });
    result.graphXml();
    result.blocked();
  } catch (error) {
    return { kind: "throws", lines: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
  if (performance.now() - start > MAX_SCHEDULE_MS) return { kind: "slow", lines: [`${performance.now() - start} ms`] };
  const stuck = neverReached(result.graph);
  if (stuck.length > 0) return { kind: "stuck", lines: stuck };
  const crowded = crowdedNodes(result);
  if (crowded.length > 0) return { kind: "crowded", lines: crowded };
  const apart = [...splitGroups(result), ...partedPrimitives(result)];
  return apart.length > 0 ? { kind: "apart", lines: apart } : undefined;
}

/** Actions that wait for themselves, or for something that is not in the graph. */
function neverReached({ actions }: ScheduleResult["graph"]): string[] {
  const done = new Set<number>();
  for (let hasGrown = true; hasGrown; ) {
    hasGrown = false;
    for (const { id, inputs } of actions) {
      if (done.has(id) || !inputs.every((input) => done.has(input))) continue;
      done.add(id);
      hasGrown = true;
    }
  }
  return actions.filter(({ id }) => !done.has(id)).map(({ key }) => key);
}

/** Nodes that are to start more instances of a clone, or containers of a bundle, than one may have. */
function crowdedNodes({ cluster }: ScheduleResult): string[] {
  const out: string[] = [];
  for (const collective of cluster.top.flatMap((top) => top.withDescendants())) {
    if (collective.kind !== "clone" && collective.kind !== "bundle") continue;
    const counts = new Map<SchedulerNode, number>();
    let isStarting = false;
    for (const instance of collective.instances) {
      // Where somebody else manages, the cluster does not count.
      if (instance.withDescendants().some((one) => !one.isManaged)) continue;
      // Nor does Pacemaker where members of a group need not be together.
      if (!instance.isColocatedGroup) continue;
      for (const home of instance.homes) {
        counts.set(home, (counts.get(home) ?? 0) + 1);
        isStarting = true;
      }
    }
    if (!isStarting) continue;
    for (const [node, count] of counts) if (count > collective.maxPerNode) out.push(`${count} of ${collective.id} on ${node.name}`);
  }
  return out;
}

/** Groups whose members have to be together and go to several nodes. */
function splitGroups({ cluster }: ScheduleResult): string[] {
  const groups = cluster.top
    .flatMap((top) => top.withDescendants())
    .filter(({ kind, isColocatedGroup }) => kind === "group" && isColocatedGroup);
  return groups
    .filter((group) => group.withDescendants().every(isFree) && !wantsItself(cluster, group) && group.homes.length > 1)
    .map((group) => `${group.id} on ${group.homes.map(({ name }) => name).join(" and ")}`);
}

/** Primitives that have to be where another one is, and go elsewhere. */
function partedPrimitives({ cluster }: ScheduleResult): string[] {
  return cluster.colocations.flatMap(({ id, dependent, primary, score, attribute, dependentRole, primaryRole }) => {
    if (score < INFINITY_SCORE || attribute !== "#uname" || dependentRole !== undefined || primaryRole !== undefined) return [];
    if (dependent.kind !== "primitive" || primary.kind !== "primitive" || ![dependent, primary].every(isFree)) return [];
    if (wantsItself(cluster, dependent.parent) || isFollowing(cluster, primary, dependent)) return [];
    if (!dependent.assigned || dependent.assigned === primary.assigned) return [];
    return [`${id}: ${dependent.id} on ${dependent.assigned.name}, ${primary.id} on ${primary.assigned?.name ?? "no node"}`];
  });
}

/** Wishes of a group and its members about each other contradict that they are together, or are in a circle with that. */
function wantsItself({ colocations }: ScheduleResult["cluster"], group: Resource | undefined): boolean {
  const family = new Set(group?.withDescendants());
  return colocations.some(({ dependent, primary, isExplicit }) => isExplicit && family.has(dependent) && family.has(primary));
}

/** True when one resource is to be with another one in the end. */
function isFollowing({ colocations }: ScheduleResult["cluster"], from: Resource, to: Resource): boolean {
  const reached = new Set([from]);
  for (const one of reached) for (const { dependent, primary } of colocations) if (dependent === one) reached.add(primary);
  return reached.has(to);
}

/** The cluster decides where it goes. */
function isFree({ isManaged, isBlocked }: Resource): boolean {
  return isManaged && !isBlocked;
}
