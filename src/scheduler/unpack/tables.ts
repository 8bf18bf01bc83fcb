import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import type { SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";
import type { History } from "./history.ts";

/** Fills the score tables as far as definition and history go. */
export function fillTables(top: readonly Resource[], nodes: readonly SchedulerNode[], history: History, isSymmetric: boolean): void {
  const add = (resource: Resource, node: SchedulerNode, score: number): void => {
    resource.allowOn(node);
    resource.scores[node.index] = addScores(resource.scores[node.index] ?? 0, score);
  };
  for (const resource of top.flatMap((one) => one.withDescendants())) {
    if (isSymmetric) resource.isAllowedOn.fill(1);
    if (resource.isRemoved) for (const node of nodes) add(resource, node, -INFINITY_SCORE);
    if (resource.targetRole === "Stopped" || resource.isStoppedByFailure) resource.nextRole = "Stopped";
    else if (resource.targetRole === "Unpromoted" && resource.isPromotable) resource.nextRole = "Unpromoted";
    if (resource.kind !== "primitive") continue;
    for (const node of resource.activeOn) {
      for (let holder = resource.parent; holder; holder = holder.parent) if (!holder.activeOn.includes(node)) holder.activeOn.push(node);
      if (resource.isPinned) add(resource, node, INFINITY_SCORE);
    }
  }
  for (const { resource, node } of history.bans) {
    const banned = resource.isUnique ? [resource] : resource.top.withDescendants();
    for (const one of banned) for (const target of node ? [node] : nodes) add(one, target, -INFINITY_SCORE);
  }
}
