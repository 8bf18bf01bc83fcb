import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import { findResource } from "./explained-cib.ts";
import { configuredId } from "./goal.ts";
import { leastScore } from "./least-score.ts";
import { type MovingScore, type Trials, withPreference } from "./preference-trials.ts";

/**
 * Looks for the least score of a preference that gives the promoted role to the best instance that has it not, in place of this one. Undefined where nothing is
 * promoted, or no other one may be.
 */
export function movingRole({ promotion }: PlacementAccount, trials: Trials): MovingScore | undefined {
  const clone = promotion?.instance.parent;
  const node = promotion?.rival?.home;
  if (!promotion?.isPromoted || !promotion.instance.isManaged || !promotion.rival || !clone || !node || trials.isTimeUp()) return undefined;
  const margin = promotion.score - promotion.rival.promotionScore;
  if (promotion.score >= INFINITY_SCORE || margin < 0) return undefined;
  const host = node.isBundleNode ? node.connection?.launcher?.assigned : node;
  if (!host) return undefined;
  const wish = { resourceId: configuredId(clone.ownBundle ?? clone), node: host.name, role: "Promoted" as const };
  const { instance } = promotion;
  const isMoved = (result: ScheduleResult): boolean => {
    const instances = findResource(result, clone.id)?.children ?? [];
    return promotedOn(instances).has(node.name) && !promotedOn(instances).has(instance.home?.name ?? "");
  };
  const found = leastScore((score) => isMoved(withPreference(trials, wish, score)), margin + 1, trials.isTimeUp);
  if (found?.score === undefined) return undefined;
  const after = withPreference(trials, wish, found.score);
  const there = (findResource(after, clone.id)?.children ?? []).filter(({ home }) => home?.name === node.name);
  const isBlocked = there.some((one) => one.primitives().some((part) => after.obstacles(part).length > 0));
  return { resource: wish.resourceId, node: wish.node, score: found.score, followers: [], isBlocked };
}

function promotedOn(instances: readonly Resource[]): ReadonlySet<string> {
  const promoted = instances.filter((one) => one.primitives().some(({ nextRole }) => nextRole === "Promoted"));
  return new Set(promoted.flatMap(({ home }) => home?.name ?? []));
}
