import { addScores, INFINITY_SCORE, parseScore } from "../../score/score.ts";
import type { Constrained } from "../constrain/constraints.ts";
import { isAvailable, type SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";
import type { ScoreLine } from "./score-line.ts";

/** Chooses which instances of a promotable clone are promoted. */
export function promote(cluster: Constrained, clone: Resource, scoreLines: ScoreLine[]): void {
  const settings = clone.clone;
  if (!settings) return;
  const wishes = new Map(clone.children.map((instance) => [instance, promotionWish(cluster, clone, instance)]));
  const onNode = new Map<SchedulerNode, number>();
  for (const [instance, wish] of wishes) {
    const { assigned } = instance;
    if (assigned && wish >= 0) onNode.set(assigned, addScores(onNode.get(assigned) ?? clone.scoreOn(assigned.index), wish));
  }
  for (const [instance, wish] of wishes) {
    const { assigned } = instance;
    const isKept = !instance.primitives().every((p) => p.isManaged) && isPromoted(instance);
    if (!assigned) instance.promotionScore = -INFINITY_SCORE;
    else if (isKept) instance.promotionScore = INFINITY_SCORE;
    else if (wish >= 0 && cluster.unpromotable.has(clone)) instance.promotionScore = -INFINITY_SCORE;
    else instance.promotionScore = wish < 0 ? wish : (onNode.get(assigned) ?? wish);
  }
  const ordered = [...clone.children].sort(
    (a, b) =>
      b.promotionScore - a.promotionScore ||
      Number(isPromoted(b)) - Number(isPromoted(a)) ||
      (a.instanceNumber ?? 0) - (b.instanceNumber ?? 0),
  );
  const perNode = new Map<SchedulerNode, number>();
  let promoted = 0;
  for (const instance of ordered) {
    const node = instance.assigned;
    if (!instance.isRemoved)
      scoreLines.push({ kind: "promotion", resource: instance.id, node: node?.name ?? "", score: instance.promotionScore });
    if (!node || promoted >= settings.promotedMax || instance.promotionScore < 0 || !isAvailable(node)) continue;
    if ((perNode.get(node) ?? 0) >= settings.promotedNodeMax) continue;
    if (!instance.isManaged && !isPromoted(instance)) continue;
    perNode.set(node, (perNode.get(node) ?? 0) + 1);
    promoted += 1;
    for (const member of instance.primitives()) if (member.nextRole !== "Stopped") member.nextRole = "Promoted";
    instance.nextRole = "Promoted";
  }
}

function isPromoted(instance: Resource): boolean {
  return instance.primitives().some((primitive) => primitive.role === "Promoted");
}

function promotionWish(cluster: Constrained, clone: Resource, instance: Resource): number {
  const node = instance.assigned;
  if (!node) return -INFINITY_SCORE;
  if (clone.targetRole === "Unpromoted" || clone.targetRole === "Stopped") return -INFINITY_SCORE;
  let score = nodePromotionScore(instance, node);
  for (const { resource, nodeIndex, score: wish, role } of cluster.roleLocations) {
    if (nodeIndex === node.index && role === "Promoted" && (resource === clone || resource === instance)) score = addScores(score, wish);
  }
  for (const colocation of cluster.colocations) {
    if (colocation.dependentRole !== "Promoted" || colocation.dependent !== clone) continue;
    const { primary } = colocation;
    const units = primary.clone ? primary.children : [primary];
    const homes = units.filter(
      (unit) => unit.assigned && (colocation.primaryRole === undefined || unit.nextRole === colocation.primaryRole),
    );
    const value = node.attributes.get(colocation.attribute);
    const isSame = homes.some((unit) => unit.assigned?.attributes.get(colocation.attribute) === value);
    if (isSame) score = addScores(score, colocation.score);
    else if (colocation.score >= INFINITY_SCORE) score = -INFINITY_SCORE;
  }
  return score;
}

/** What the agent wished for with the promotion score it set on the node; -1 when it never did. */
export function nodePromotionScore(instance: Resource, node: SchedulerNode): number {
  let sum = 0;
  let isSet = false;
  for (const primitive of instance.primitives()) {
    for (const name of new Set([primitive.historyName, primitive.agentId, primitive.id.replace(/:\d+$/, "")])) {
      const value = node.attributes.get(`master-${name}`);
      const score = value === undefined ? undefined : parseScore(value);
      if (score === undefined) continue;
      sum = addScores(sum, score);
      isSet = true;
      break;
    }
  }
  return isSet ? sum : -1;
}
