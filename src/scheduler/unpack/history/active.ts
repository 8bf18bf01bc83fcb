import { INFINITY_SCORE } from "../../../score/score.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import type { Resource } from "../../cluster/resource.ts";
import type { ScoreAdder } from "./score-adder.ts";

/** Notes that a resource, and with it what it is part of, is active on a node. */
export function markActive(resource: Resource, node: SchedulerNode, scores: ScoreAdder, hasFailed = false): void {
  if (resource.activeOn.includes(node)) return;
  resource.activeOn.push(node);
  if (resource.kind === "primitive") {
    node.active.push(resource);
    addPriority(resource, node, hasFailed);
    // What runs on a node in maintenance is left alone.
    if (node.isMaintenance) {
      resource.isManaged = false;
      resource.isInMaintenance = true;
    }
  }
  if (!resource.isManaged) {
    scores.add(resource, node, INFINITY_SCORE, "#unmanaged");
    for (let holder = resource.parent; holder; holder = holder.parent) holder.activeOn.push(node);
    return;
  }
  if (resource.kind === "primitive" && isActiveTooOften(resource)) answerMultiplyActive(resource, scores);
  if (resource.parent) markActive(resource.parent, node, scores);
}

/** Nodes are worth the priorities of what runs on them, hosts those of what runs in their guests. */
function addPriority(resource: Resource, node: SchedulerNode, hasFailed: boolean): void {
  if (resource.priority === 0 || hasFailed) return;
  const worth = resource.priority + (resource.role === "Promoted" ? 1 : 0);
  node.priority = (node.priority ?? 0) + worth;
  for (const host of node.connection?.launcher?.activeOn ?? []) host.priority = (host.priority ?? 0) + worth;
}

function isActiveTooOften(resource: Resource): boolean {
  if (resource.requires === "fencing") return resource.activeOn.length > 1;
  return resource.activeOn.filter((node) => node.isOnline && node.uncleanReason === undefined).length > 1;
}

function answerMultiplyActive(resource: Resource, scores: ScoreAdder): void {
  if (resource.multipleActive === "stop_only") scores.banEverywhere(resource, "#multiple-active");
  if (resource.multipleActive !== "block") return;
  const { parent } = resource;
  const isWhole = (parent?.kind === "group" || parent?.kind === "bundle") && parent.multipleActive === "block";
  for (const one of isWhole ? parent.children : [resource]) {
    one.isManaged = false;
    one.isBlocked = true;
  }
}
