import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { findResource } from "./explained-cib.ts";
import { configuredId } from "./goal.ts";
import { leastScore } from "./least-score.ts";
import { type MovingScore, type Trials, withPreference } from "./preference-trials.ts";

/**
 * Looks for the least score of a preference that gives the promoted role to the best instance that has it not, in place of this one. What runs inside of a
 * bundle is told apart by the nodes that its containers make: it is one of those that has to be preferred. Undefined where nothing is promoted, no other one
 * may be, or the time is up before the score is known.
 */
export function movingRole({ promotion }: PlacementAccount, trials: Trials): MovingScore | undefined {
  const clone = promotion?.instance.parent;
  if (!promotion?.isPromoted || !promotion.instance.isManaged || !clone) return undefined;
  const rival = rivalElsewhere(promotion.instance, clone);
  const node = rival?.home;
  if (!rival || !node || trials.isTimeUp()) return undefined;
  const margin = promotion.score - rival.promotionScore;
  if (margin < 0) return undefined;
  const wish = { resourceId: configuredId(clone.ownBundle ?? clone), node: node.name, role: "Promoted" as const };
  const { instance } = promotion;
  const isMoved = (result: ScheduleResult): boolean => {
    const instances = findResource(result, clone.id)?.children ?? [];
    return promotedOn(instances).has(node.name) && !promotedOn(instances).has(instance.home?.name ?? "");
  };
  const found = leastScore((score) => isMoved(withPreference(trials, wish, score)), margin + 1, trials.isTimeUp);
  if (!found) return undefined;
  const told = { resource: wish.resourceId, node: wish.node, followers: [] };
  if (found.score === undefined) return { ...told, score: undefined, isBlocked: false };
  const after = withPreference(trials, wish, found.score);
  const there = (findResource(after, clone.id)?.children ?? []).filter(({ home }) => home?.name === node.name);
  const isBlocked = there.some((one) => one.primitives().some((part) => after.obstacles(part).length > 0));
  return { ...told, score: found.score, isBlocked };
}

/** The best instance on another node that could be promoted: those on the same one no preference tells apart. */
function rivalElsewhere(instance: Resource, clone: Resource): Resource | undefined {
  const isPromoted = (one: Resource): boolean => one.primitives().some(({ nextRole }) => nextRole === "Promoted");
  const here = instance.home;
  const others = clone.children.filter(
    (one) => one.home && one.home !== here && one.isManaged && one.promotionScore >= 0 && !isPromoted(one),
  );
  return others.sort((a, b) => b.promotionScore - a.promotionScore)[0];
}

function promotedOn(instances: readonly Resource[]): ReadonlySet<string> {
  const promoted = instances.filter((one) => one.primitives().some(({ nextRole }) => nextRole === "Promoted"));
  return new Set(promoted.flatMap(({ home }) => home?.name ?? []));
}
