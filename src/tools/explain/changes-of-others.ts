import { parseBoolean } from "../../cib/document.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { avoidNode, type CibChange, removeConstraint, setMeta } from "./cib-changes.ts";
import { failureChanges } from "./failure-changes.ts";
import { configuredId } from "./goal.ts";
import { accountsOf, topmost } from "./related-resources.ts";
import { constraintIds, constraintsOf } from "./speaking-constraints.ts";

/** What has to be with one of these speaks for its place, too: its failures and constraints, and that it has to be there. */
export function dependentChanges(result: ScheduleResult, related: readonly Resource[]): CibChange[] {
  const { colocations, cib, nodes } = result.cluster;
  const isRelated = (one: Resource): boolean => related.includes(one);
  const speaking = colocations.filter(({ primary, score }) => isRelated(primary) && score !== 0);
  const dependents = [...new Set(speaking.flatMap(({ dependent }) => dependent.withDescendants()))].filter((one) => !isRelated(one));
  return [
    ...dependents.flatMap((one) => failureChanges(cib, one, nodes)),
    ...constraintIds(result, accountsOf(result, dependents), dependents, false).map(removeConstraint),
    ...constraintsOf(
      result,
      speaking.map(({ id }) => id),
    ).map(removeConstraint),
  ];
}

/**
 * What one of these must not be with on the nodes that are wanted: the constraints that bring that there, or keep it in another role, and that it is kept away.
 */
export function rivalChanges(result: ScheduleResult, related: readonly Resource[], places: readonly SchedulerNode[]): CibChange[] {
  const { colocations, cib } = result.cluster;
  const forbidding = colocations.filter(({ dependent, score }) => related.includes(dependent) && score < 0);
  const vetoing = new Set(
    accountsOf(result, related).flatMap(({ nodes }) =>
      nodes.filter(({ node }) => places.includes(node)).flatMap(({ vetoes }) => vetoes.map(({ source }) => source)),
    ),
  );
  const rivals = [...new Set(forbidding.filter(({ id }) => vetoing.has(id)).flatMap(({ primary }) => primary.withDescendants()))];
  const strangers = rivals.filter((one) => !related.includes(one));
  const tops = [...new Set(strangers.map(topmost))];
  const there = places.filter((node) => strangers.some(({ assigned }) => assigned === node));
  return [
    ...constraintIds(result, accountsOf(result, strangers), strangers, false).map(removeConstraint),
    ...tops.flatMap((top) => there.map(({ name }) => avoidNode(cib, { resourceId: configuredId(top), node: name }))),
  ];
}

/** What lets resources do what they wait with for others that cannot do their part: without an order, or with those managed. */
export function releases(result: ScheduleResult, resources: readonly Resource[]): CibChange[] {
  const waits = accountsOf(result, resources).flatMap(({ obstacles }) => obstacles.flatMap(({ waitsFor }) => waitsFor));
  const roots = [...new Set(waits.map(({ root }) => root.resource))];
  return [
    ...constraintsOf(
      result,
      waits.flatMap(({ orderIds }) => orderIds),
    ).map(removeConstraint),
    ...roots.flatMap(managementChanges),
    ...roots.flatMap((one) => failureChanges(result.cluster.cib, one, result.cluster.nodes)),
  ];
}

/** What lets the cluster manage a resource. */
export function managementChanges(one: Resource): CibChange[] {
  const id = configuredId(one);
  const isUnmanaged = parseBoolean(one.meta.get("is-managed")) === false;
  const isInMaintenance = parseBoolean(one.meta.get("maintenance")) === true;
  return [...(isUnmanaged ? [setMeta(id, "is-managed", "true")] : []), ...(isInMaintenance ? [setMeta(id, "maintenance", "false")] : [])];
}
