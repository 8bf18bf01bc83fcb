import { mergeSort } from "../../base/merge-sort.ts";
import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import { hasHost, isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { roleRank } from "../cluster/role.ts";
import { addWishes, type ScoreTable } from "./add-wishes.ts";
import { applyColocation } from "./apply-colocation.ts";
import { instanceOrder } from "./instance-order.ts";
import type { Placement } from "./placement.ts";
import { promotionScore } from "./promotion-score.ts";

/** Lets the agents' promotion scores count for where instances go, and in which order. */
export function addPromotionScores(placement: Placement, clone: Resource): void {
  for (const instance of clone.children) {
    for (const node of placement.cluster.nodes) {
      if (instance.isAllowedOn[node.index] !== 1 || !isAvailable(node)) continue;
      const score = promotionScore(placement, clone, instance, node) ?? 0;
      if (score > 0) placement.add(instance, node, score, "#promotion-score");
      if (score > instance.placementPriority) instance.placementPriority = score;
    }
  }
}

/** Chooses which instances of a promotable clone are promoted. Source: Pacemaker Explained, "Promotable clones". */
export function promote(placement: Placement, clone: Resource): void {
  const settings = clone.clone;
  if (!settings) return;
  clone.instanceCountOn.fill(0);
  for (const instance of clone.children) rankInstance(placement, clone, instance);
  placement.gathering.add(clone);
  rankByNode(placement, clone);
  const byPlace = instanceOrder(placement);
  const ordered = mergeSort(clone.children, (a, b) => comparePromotion(a, b) || byPlace(a, b));
  placement.gathering.delete(clone);
  clone.children.splice(0, clone.children.length, ...ordered);
  const { options } = placement.cluster;
  let promoted = 0;
  for (const instance of ordered) {
    const home = instance.home;
    placement.scoreNotes.takePromotion(instance, home);
    if (home) placement.ledger?.ranked(instance, home);
    const mayPromote = instance.promotionScore >= 0 && (promoted < settings.promotedMax || !clone.isManaged);
    const node = mayPromote ? promotableOn(clone, instance, settings.promotedNodeMax) : undefined;
    const isFrozen = instance.primitives()[0]?.role !== "Promoted" && !options.hasQuorum && options.noQuorumPolicy === "freeze";
    if (!node || isFrozen) {
      stayUnpromoted(instance);
      continue;
    }
    clone.instanceCountOn[node.index] = (clone.instanceCountOn[node.index] ?? 0) + 1;
    for (const one of instance.withDescendants()) one.nextRole ??= "Promoted";
    promoted += 1;
  }
}

function stayUnpromoted(instance: Resource): void {
  for (const one of instance.withDescendants()) one.nextRole = one.homes.length === 0 ? "Stopped" : "Unpromoted";
}

/** What an instance itself brings: its agent's wish, location constraints for the role, colocations of the role. */
function rankInstance(placement: Placement, clone: Resource, instance: Resource): void {
  if (instance.roleOf("now") === "Started")
    for (const one of instance.withDescendants()) if (one.role === "Started") one.role = "Unpromoted";
  const { home } = instance;
  if (!home) return;
  const { ledger } = placement;
  const next = instance.roleOf("next");
  if (next === undefined || next === "Started") {
    instance.placementPriority = promotionScore(placement, clone, instance, home) ?? -1;
    ledger?.wished(instance, home, instance.placementPriority, "#agent");
  } else if (next !== "Promoted") {
    instance.placementPriority = -INFINITY_SCORE;
    ledger?.wished(instance, home, -INFINITY_SCORE, "#target-role");
  } else ledger?.wished(instance, home, INFINITY_SCORE, "#promoted-already");
  for (const holder of [instance, clone]) {
    for (const { id, role, wishes } of placement.locationsOf(holder)) {
      if (role !== "Promoted") continue;
      for (const { nodeIndex, score } of wishes) {
        if (nodeIndex !== home.index) continue;
        instance.placementPriority = addScores(instance.placementPriority, score);
        ledger?.wished(instance, home, score, id);
      }
    }
  }
  for (const colocation of placement.lists.thisWith(instance)) {
    const added = applyColocation(placement, instance, colocation.primary, colocation);
    ledger?.wished(instance, home, added, colocation.id);
  }
  instance.promotionScore = next === "Promoted" ? INFINITY_SCORE : instance.placementPriority;
}

/** Brings in what the clone's nodes are worth and what wants to be with the promoted instance. */
function rankByNode(placement: Placement, clone: Resource): void {
  placement.promoting.add(clone);
  for (const instance of clone.children) {
    const { home } = instance;
    if (home && instance.promotionScore >= 0 && clone.isAllowedOn[home.index] === 1)
      placement.add(clone, home, instance.promotionScore, "#promotion-score");
  }
  const gathering = { staysNonNegative: true, keepsAvailable: true };
  for (const colocation of placement.lists.withThis(clone)) {
    if (colocation.primaryRole !== "Promoted" || !placement.hasInfluence(colocation)) continue;
    const table: ScoreTable = { values: clone.scores.slice(), isAllowed: clone.isAllowedOn };
    addWishes(placement.available, placement.chains.of(colocation, "dependent", clone), table, gathering);
    clone.setScores(table.values);
    placement.ledger?.changed(clone, colocation.id);
  }
  for (const id of placement.cluster.unpromotable.get(clone) ?? []) placement.banEverywhere(clone, id);
  for (const instance of clone.children) {
    const { home } = instance;
    if (!instance.isManaged && instance.nextRole === "Promoted") instance.promotionScore = INFINITY_SCORE;
    else if (!home) instance.promotionScore = -INFINITY_SCORE;
    else if (instance.promotionScore >= 0) instance.promotionScore = clone.scores[home.index] ?? 0;
  }
}

function comparePromotion(a: Resource, b: Resource): number {
  return b.promotionScore - a.promotionScore || roleRank(b.roleOf("now")) - roleRank(a.roleOf("now"));
}

/** The node an instance may be promoted on. */
function promotableOn(clone: Resource, instance: Resource, perNode: number): SchedulerNode | undefined {
  if (instance.children.some((child) => !promotableOn(clone, child, perNode))) return undefined;
  const { home } = instance;
  if (!home) return undefined;
  if (!instance.isManaged) {
    if (instance.roleOf("now") !== "Promoted") return undefined;
  } else if (instance.placementPriority < 0 || !isAvailable(home) || !hasHost(home)) return undefined;
  if (clone.isAllowedOn[home.index] !== 1) return undefined;
  return (clone.instanceCountOn[home.index] ?? 0) >= perNode && instance.isManaged ? undefined : home;
}
