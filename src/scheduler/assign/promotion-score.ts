import { parseScore } from "../../score/score.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import { nodeAttribute, wantsHost } from "../cluster/node-attribute.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Placement } from "./placement.ts";

/** What an instance's agent wished for on a node; undefined when it never did, or its wish does not apply there. */
export function promotionScore(placement: Placement, clone: Resource, instance: Resource, node: SchedulerNode): number | undefined {
  if (instance.children.length > 0) {
    let sum: number | undefined;
    for (const member of instance.children) {
      const score = promotionScore(placement, clone, member, node);
      if (score !== undefined) sum = (sum ?? 0) + score;
    }
    return sum;
  }
  if (!applies(clone, instance, node)) return undefined;
  const text =
    attribute(instance, node, instance.historyName) ?? (instance.isUnique ? undefined : attribute(instance, node, baseName(instance)));
  return text === undefined ? undefined : (parseScore(text) ?? 0);
}

function attribute(instance: Resource, node: SchedulerNode, name: string): string | undefined {
  return nodeAttribute(node, `master-${name}`, wantsHost(instance), instance.isAssigned ? "next" : "now");
}

/** Id of an instance without its number. */
function baseName(instance: Resource): string {
  return instance.id.replace(/:\d+$/, "");
}

/** A wish on a node belongs to the instance that is active or was looked for there; or to any while nothing is known. */
function applies(clone: Resource, instance: Resource, node: SchedulerNode): boolean {
  if (instance.isAllowedOn[node.index] !== 1 || (instance.scores[node.index] ?? 0) < 0) return false;
  if (!instance.isUnique) {
    const alike = clone.children.flatMap((other) => other.primitives().filter((one) => one.agentId === instance.agentId));
    const active = alike.find((one) => one.activeOn.includes(node));
    if (active === instance) return true;
    if (!active && alike.some((one) => one.probedOn.has(node.index))) return true;
  }
  if (instance.activeOn.length === 0 && instance.probedOn.size === 0) return true;
  return instance.probedOn.has(node.index) || instance.activeOn.includes(node);
}
