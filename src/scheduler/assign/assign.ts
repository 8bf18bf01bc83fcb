import { mergeSort } from "../../base/merge-sort.ts";
import type { ScoreLedger } from "../cluster/ledger.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Constrained } from "../constrain/constraints.ts";
import { assignBundle } from "./bundle.ts";
import { assignClone, assignGroup } from "./collectives.ts";
import { scoresWithPrimaries } from "./colocated-scores.ts";
import { applyCriteria } from "./criteria.ts";
import { LongRows } from "./long-rows.ts";
import { orderedByUse } from "./node-order.ts";
import { Placement, type PlacementRecords } from "./placement.ts";
import { assignPrimitive } from "./primitive.ts";
import type { ScoreLine } from "./score-line.ts";
import type { UtilizationLine } from "./utilization-line.ts";

/** Third phase: every resource has its node, or none. */
export interface Assigned extends Constrained {
  readonly scoreLines: () => readonly ScoreLine[];
  readonly utilizationLines: () => readonly UtilizationLine[];
}

/** Gives each resource its score for each node, as far as it depends on no other resource. */
export function prepare(constrained: Constrained, records: PlacementRecords): Placement {
  const { ledger } = records;
  const placement: Placement = new Placement(constrained, records, (resource, preferred, isFinal) =>
    assignResource(placement, resource, preferred, isFinal),
  );
  if (ledger) openTables(ledger, constrained);
  applyCriteria(placement);
  return placement;
}

/** Chooses a node for each resource: connections to remote nodes first, then the rest in order. */
export function assign(placement: Placement): Assigned {
  const { options, top, nodes } = placement.cluster;
  // What was found out since then may have made nodes unclean.
  for (const node of nodes) placement.noteAvailability(node);
  const ordered = options.placementStrategy === "default" ? top : byWishes(placement, top);
  placement.scoreNotes.takeCapacities("Original");
  for (const resource of ordered) if (resource.isRemoteConnection) placement.assign(resource, resource.partialMigrationTarget, true);
  const rows = new LongRows(placement);
  for (const resource of ordered) {
    if (resource.isRemoteConnection) continue;
    rows.shorten(resource);
    placement.assign(resource, undefined, true);
  }
  placement.scoreNotes.takeCapacities("Remaining");
  for (const resource of ordered) settleRoles(resource);
  const { cluster } = placement;
  const { scoreNotes } = placement;
  return { ...cluster, top: ordered, scoreLines: () => scoreNotes.lines(), utilizationLines: () => scoreNotes.utilization() };
}

/** What is in the tables by now comes from the nodes themselves, and from what bundles make of them. */
function openTables(ledger: ScoreLedger, { top, nodes }: Constrained): void {
  for (const resource of top.flatMap((one) => one.withDescendants())) {
    for (const node of nodes) ledger.opened(resource, node);
    ledger.changed(resource, "#placement-rule");
  }
}

function assignResource(
  placement: Placement,
  resource: Resource,
  preferred: SchedulerNode | undefined,
  isFinal: boolean,
): SchedulerNode | undefined {
  switch (resource.kind) {
    case "primitive":
      return assignPrimitive(placement, resource, preferred, isFinal);
    case "group":
      return assignGroup(placement, resource, preferred, isFinal);
    case "clone":
      return assignClone(placement, resource, preferred, isFinal);
    case "bundle":
      return assignBundle(placement, resource, preferred, isFinal);
  }
}

/** With utilization in play those that wish for their place most come first. */
function byWishes(placement: Placement, top: readonly Resource[]): Resource[] {
  const nodes = orderedByUse(placement.cluster.nodes, placement.cluster.options.placementStrategy);
  const wishes = new Map<Resource, Int32Array>();
  const wishOf = (resource: Resource): Int32Array => {
    const known = wishes.get(resource);
    if (known) return known;
    const { values, isAllowed } = scoresWithPrimaries(placement, resource);
    const made = values.map((value, at) => (isAllowed[at] === 1 ? value : NOT_ALLOWED));
    wishes.set(resource, made);
    return made;
  };
  const scoreOn = (resource: Resource, node: SchedulerNode | undefined): number =>
    node ? (wishOf(resource)[node.index] ?? NOT_ALLOWED) : NOT_ALLOWED;
  return mergeSort(top, (a, b) => {
    if (a.placementPriority !== b.placementPriority) return b.placementPriority - a.placementPriority;
    const byCurrent = scoreOn(b, b.currentNode) - scoreOn(a, a.currentNode);
    if (byCurrent !== 0) return byCurrent;
    for (const node of nodes) {
      const order = scoreOn(b, node) - scoreOn(a, node);
      if (order !== 0) return order;
    }
    return 0;
  });
}

const NOT_ALLOWED = -1_000_000;

/** What has a place and no other role comes up; what has none is down. */
function settleRoles(resource: Resource): void {
  const { children } = resource;
  for (let at = 0; at < children.length; at += 1) settleRoles(children[at] as Resource);
  if (resource.kind === "primitive") resource.nextRole ??= resource.assigned ? "Started" : "Stopped";
}
