import type { NodeAccount } from "../../scheduler/explain/node-account.ts";
import { marginOver, type PlacementAccount, placementAccounts } from "../../scheduler/explain/placement-account.ts";
import { counting } from "../../scheduler/explain/score-accounts.ts";
import { willRun } from "../../scheduler/explain/survival.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import { findResource } from "./explained-cib.ts";
import { leastScore } from "./least-score.ts";
import { type MovingScore, type Trials, withPreference } from "./preference-trials.ts";

/**
 * Looks for the least score that moves a resource to its runner-up, or to the node that is wanted. The margin tells it when nothing else is in play; a
 * preference may count more than once, though, by colocations, or be lost. Undefined where there is no margin to be told, for
 * instances (see `movingInstance`), or when the time is up.
 */
export function movingScore(account: PlacementAccount, trials: Trials, wanted?: string): MovingScore | undefined {
  const { resource } = account;
  const other = wanted === undefined ? account.runnerUp : account.nodes.find(({ node }) => node.name === wanted);
  if (!other || other.node.name === account.nextNode || !isOpenToPreference(account, other)) return undefined;
  const margin = marginOver(account, other);
  if (margin === undefined || margin >= INFINITY_SCORE) return undefined;
  const node = other.node.name;
  const wish = { resourceId: resource.id, node };
  const moves = (score: number): boolean => findResource(withPreference(trials, wish, score), resource.id)?.assigned?.name === node;
  const found = leastScore(moves, Math.max(margin, 0) + 1, trials.isTimeUp);
  if (!found) return undefined;
  const { score } = found;
  const told = { resource: resource.id, node, score };
  if (score === undefined) return { ...told, followers: [], isBlocked: false };
  const after = withPreference(trials, wish, score, true);
  const there = findResource(after, resource.id);
  return {
    ...told,
    followers: score === margin + 1 ? [] : followers(account, other, after),
    isBlocked: there === undefined || !willRun(after, there),
  };
}

/** What is not managed or goes nowhere has no score that moves it. */
function isOpenToPreference({ resource, isManaged, nextRole, currentNodes }: PlacementAccount, other: NodeAccount): boolean {
  if (!isManaged || resource.ownClone || resource.ownBundle || resource.isRemoved) return false;
  if (nextRole === "Stopped" && currentNodes.length === 0) return false;
  return other.unavailable === undefined && (other.score ?? -1) >= 0 && (other.score ?? 0) < INFINITY_SCORE;
}

/** Sources that contribute something else to the two places in question than they did, in the order in which they speak. */
function followers({ resource, nodes, nextNode }: PlacementAccount, other: NodeAccount, after: ScheduleResult): string[] {
  const again = findResource(after, resource.id);
  const [then] = again ? placementAccounts(after, again) : [];
  const told = (account: Pick<PlacementAccount, "nodes"> | undefined, node: string | undefined): Map<string, number> => {
    const sums = new Map<string, number>();
    const place = account?.nodes.find((one) => one.node.name === node);
    for (const { source, score } of counting(place?.contributions ?? [])) sums.set(source, (sums.get(source) ?? 0) + score);
    return sums;
  };
  const found = new Set<string>();
  for (const node of [other.node.name, nextNode]) {
    const [before, now] = [told({ nodes }, node), told(then, node)];
    for (const source of [...before.keys(), ...now.keys()]) if (before.get(source) !== now.get(source)) found.add(source);
  }
  return [...found].filter((source) => after.cluster.colocations.some(({ id }) => id === source) || source === "#group-members");
}
