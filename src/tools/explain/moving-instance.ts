import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { willRun } from "../../scheduler/explain/survival.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import { findResource } from "./explained-cib.ts";
import { configuredId } from "./goal.ts";
import { leastScore } from "./least-score.ts";
import { type MovingScore, type Trials, withPreference } from "./preference-trials.ts";

/**
 * Looks for the least score of a preference by which a node without an instance of a clone or bundle gets one, the best node
 * that is open, for each of the accounts of instances that are given up for it.
 */
export function movingInstance(accounts: readonly PlacementAccount[], trials: Trials): ReadonlyMap<PlacementAccount, MovingScore> {
  const found = new Map<PlacementAccount, MovingScore>();
  const collectives = new Set(accounts.flatMap(({ resource }) => collectiveOf(resource) ?? []));
  for (const collective of collectives) {
    if (trials.isTimeUp()) break;
    const own = accounts.filter((one) => collectiveOf(one.resource) === collective && one.isManaged && one.nextNode !== undefined);
    const moving = ofCollective(collective, own, trials);
    for (const one of own) if (moving && one.nextNode === moving.from) found.set(one, moving.told);
  }
  return found;
}

function ofCollective(
  collective: Resource,
  accounts: readonly PlacementAccount[],
  trials: Trials,
): { readonly from: string; readonly told: MovingScore } | undefined {
  const places = placesOf(collective);
  const open = accounts.flatMap((account) => {
    const chosen = account.nodes.find(({ node }) => node.name === account.nextNode)?.score ?? 0;
    const free = account.nodes.filter(
      ({ node, score = -1, unavailable }) => unavailable === undefined && score >= 0 && score < INFINITY_SCORE && !places.has(node.name),
    );
    return free.map(({ node, score = 0 }) => ({ node: node.name, margin: chosen - score }));
  });
  const [best] = open.sort((a, b) => a.margin - b.margin);
  if (!best || best.margin >= INFINITY_SCORE) return undefined;
  const { node } = best;
  const wish = { resourceId: configuredId(collective), node };
  const comes = (score: number): boolean => placesOf(findResource(withPreference(trials, wish, score), collective.id)).has(node);
  const found = leastScore(comes, best.margin + 1, trials.isTimeUp);
  if (found?.score === undefined) return undefined;
  const after = withPreference(trials, wish, found.score);
  const again = findResource(after, collective.id);
  const left = placesOf(again);
  const [from, ...others] = [...places].filter((place) => !left.has(place));
  if (from === undefined || others.length > 0) return undefined;
  const there = again?.instances.flatMap((one) => one.primitives()).filter(({ assigned }) => assigned?.name === node) ?? [];
  const isBlocked = there.length === 0 || !there.every((one) => willRun(after, one));
  return { from, told: { resource: wish.resourceId, node, score: found.score, followers: [], isBlocked } };
}

/** The clone or bundle a resource stands for one instance of: what runs inside of a bundle goes where its container does. */
function collectiveOf(resource: Resource): Resource | undefined {
  const bundle = resource.ownBundle;
  if (bundle) return bundle.instances.includes(resource) ? bundle : undefined;
  return resource.ownClone;
}

function placesOf(collective: Resource | undefined): ReadonlySet<string> {
  return new Set(collective?.instances.flatMap((one) => one.home?.name ?? []));
}
