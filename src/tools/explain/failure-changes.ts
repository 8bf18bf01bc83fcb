import { countsAsFailed } from "../../cib/failed-record.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { unavailability } from "../../scheduler/explain/unavailability.ts";
import type { XmlElement } from "../../xml/element.ts";
import { bringOnline, type CibChange, cleanUp, switchOff } from "./cib-changes.ts";

/** Failures of a resource on nodes, forgotten. */
export function failureChanges(cib: XmlElement, one: Resource, nodes: readonly SchedulerNode[]): CibChange[] {
  if (one.kind !== "primitive") return [];
  const name = one.historyName.replace(/:\d+$/, "");
  return nodes.flatMap((node) => {
    const state = cib
      .child("status")
      ?.childrenNamed("node_state")
      .find((candidate) => candidate.get("uname") === node.name);
    const histories = state?.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
    const isFailed = histories.some((history) => history.id?.replace(/:\d+$/, "") === name && history.children.some(countsAsFailed));
    const isCounted = [...node.attributes.keys()].some(
      (key) => key.startsWith(`fail-count-${name}#`) || key.startsWith(`fail-count-${name}:`),
    );
    return isFailed || isCounted ? [cleanUp(name, node.name)] : [];
  });
}

/** What lets a node take resources that takes none. */
export function nodeChanges(cib: XmlElement, node: SchedulerNode): CibChange[] {
  if (unavailability(node) === undefined) return [];
  const changes: CibChange[] = [];
  if (node.isStandby) changes.push(switchOff(cib, node.name, "standby"));
  if (node.isMaintenance) changes.push(switchOff(cib, node.name, "maintenance"));
  const isMember = node.isOnline && !node.isPending && node.uncleanReason === undefined;
  if (!isMember && node.connectionId === undefined) changes.push(bringOnline(node.name));
  // A failure may be what makes the node unclean.
  if (node.isOnline && node.uncleanReason !== undefined) changes.push(...failedOn(cib, node).map((name) => cleanUp(name, node.name)));
  return changes;
}

/** What has failed on a node, by the name its history has without the number of an instance. */
function failedOn(cib: XmlElement, node: SchedulerNode): string[] {
  const state = cib
    .child("status")
    ?.childrenNamed("node_state")
    .find((one) => one.get("uname") === node.name);
  const histories = state?.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
  const failed = histories.filter((history) => history.children.some(countsAsFailed));
  return [...new Set(failed.flatMap(({ id }) => id?.replace(/:\d+$/, "") ?? []))];
}
