import { type PlacementAccount, placementAccounts } from "../../scheduler/explain/placement-account.ts";
import { counting } from "../../scheduler/explain/score-accounts.ts";
import { type ScheduleResult, schedule } from "../../scheduler/schedule.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import { preferNode } from "./cib-changes.ts";
import { findResource } from "./explained-cib.ts";

/** The least score of a preference for the runner-up that moves a resource there, as it showed by scheduling with it. */
export interface MovingScore {
  /** Undefined when no finite score moves it. */
  readonly score: number | undefined;
  /** Sources of contributions that are others with it: what depends on the resource speaks too, or what it depends on moves. */
  readonly followers: readonly string[];
}

/** How much may be tried for one resource: a halving search over all finite scores. */
const TRIALS_MAX = 40;

const GREATEST = INFINITY_SCORE - 1;

/**
 * Looks for the least score that moves a resource to its runner-up. The margin tells it when nothing else is in play; a
 * preference may count more than once, though, by colocations, or be lost. Undefined where there is no margin to be told,
 * for instances, which stand for each other, or when the time is up.
 */
export function movingScore(
  cib: XmlElement,
  account: PlacementAccount,
  nowEpochSeconds: number,
  isTimeUp: () => boolean,
): MovingScore | undefined {
  const { resource, runnerUp, margin } = account;
  if (!runnerUp || margin === undefined || !isOpenToPreference(account)) return undefined;
  const node = runnerUp.node.name;
  let trials = 0;
  const played = (score: number, isLedgerKept: boolean): ScheduleResult => {
    trials += 1;
    const copy = cib.clone();
    preferNode(cib, { resourceId: resource.id, node }, String(score)).apply(copy);
    return schedule(copy, { nowEpochSeconds, isLedgerKept, areScoresKept: false });
  };
  const moves = (score: number): boolean => findResource(played(score, false), resource.id)?.assigned?.name === node;
  let enough = Math.min(Math.max(margin, 0) + 1, GREATEST);
  let tooLittle = 0;
  if (!moves(enough)) {
    tooLittle = enough;
    enough = GREATEST;
    if (!moves(enough)) return { score: undefined, followers: [] };
  } else if (enough - 1 > tooLittle) {
    if (moves(enough - 1)) enough -= 1;
    else tooLittle = enough - 1;
  }
  for (; enough - tooLittle > 1; ) {
    if (trials >= TRIALS_MAX || isTimeUp()) return undefined;
    // Small scores are the usual ones: what is looked for is more often near the lower end.
    const middle = enough - tooLittle > 10_000 ? tooLittle * 10 + 1 : (enough + tooLittle) >> 1;
    if (moves(middle)) enough = middle;
    else tooLittle = middle;
  }
  return { score: enough, followers: enough === margin + 1 ? [] : followers(account, played(enough, true)) };
}

/** What is blocked goes nowhere by a preference alone. */
function isOpenToPreference(account: PlacementAccount): boolean {
  const { resource, isManaged, margin = 0, runnerUp, nextRole, currentNodes, obstacles } = account;
  if (obstacles.length > 0 || !isManaged || resource.ownClone || resource.ownBundle || resource.isRemoved) return false;
  if (nextRole === "Stopped" && currentNodes.length === 0) return false;
  return margin < INFINITY_SCORE && (runnerUp?.score ?? 0) < INFINITY_SCORE;
}

/** Sources that contribute something else to the two places in question than they did, in the order in which they speak. */
function followers({ resource, nodes, nextNode, runnerUp }: PlacementAccount, after: ScheduleResult): string[] {
  const again = findResource(after, resource.id);
  const [then] = again ? placementAccounts(after, again) : [];
  const told = (account: Pick<PlacementAccount, "nodes"> | undefined, node: string | undefined): Map<string, number> => {
    const sums = new Map<string, number>();
    const place = account?.nodes.find((one) => one.node.name === node);
    for (const { source, score } of counting(place?.contributions ?? [])) sums.set(source, (sums.get(source) ?? 0) + score);
    return sums;
  };
  const found = new Set<string>();
  for (const node of [runnerUp?.node.name, nextNode]) {
    const [before, now] = [told({ nodes }, node), told(then, node)];
    for (const source of [...before.keys(), ...now.keys()]) if (before.get(source) !== now.get(source)) found.add(source);
  }
  return [...found].filter((source) => after.cluster.colocations.some(({ id }) => id === source) || source === "#group-members");
}
