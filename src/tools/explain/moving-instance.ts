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
    const moving = givenUpFor(bestPlace(collective, own), collective, trials);
    for (const one of own) if (moving && one.nextNode === moving.from) found.set(one, moving.told);
  }
  return found;
}

/**
 * Looks for the least score of a preference by which a node gets an instance, whichever that is. Undefined where the node is not open to any, or the time is up
 * before the score is known.
 */
export function instanceThere(
  collective: Resource,
  accounts: readonly PlacementAccount[],
  node: string,
  trials: Trials,
): MovingScore | undefined {
  return trials.isTimeUp() ? undefined : comingTo(bestPlace(collective, accounts, node), collective, trials)?.told;
}

/** A node without an instance that could have one, and by how much it is behind. */
interface Place {
  readonly node: string;
  readonly margin: number;
}

/** The best one, else the one that is named; undefined when it is not open, or no finite score makes up for what it is behind. */
function bestPlace(collective: Resource, accounts: readonly PlacementAccount[], wanted?: string): Place | undefined {
  const places = placesOf(collective);
  const open = accounts.flatMap((account) => {
    const chosen = account.nodes.find(({ node }) => node.name === account.nextNode)?.score ?? 0;
    const free = account.nodes.filter(
      ({ node, score = -1, unavailable }) =>
        unavailable === undefined &&
        score >= 0 &&
        score < INFINITY_SCORE &&
        !places.has(node.name) &&
        (wanted === undefined || node.name === wanted),
    );
    return free.map(({ node, score = 0 }) => ({ node: node.name, margin: chosen - score }));
  });
  const [best] = open.sort((a, b) => a.margin - b.margin);
  return best && best.margin < INFINITY_SCORE ? best : undefined;
}

/** The least score by which an instance comes to a node, with the plan that has it there. */
function comingTo(
  place: Place | undefined,
  collective: Resource,
  trials: Trials,
): { readonly told: MovingScore; readonly places: ReadonlySet<string> } | undefined {
  if (!place) return undefined;
  const { node, margin } = place;
  const wish = { resourceId: configuredId(collective), node };
  const comes = (score: number): boolean => placesOf(findResource(withPreference(trials, wish, score), collective.id)).has(node);
  const found = leastScore(comes, margin + 1, trials.isTimeUp);
  if (!found) return undefined;
  const told = { resource: wish.resourceId, node, score: found.score, followers: [], isBlocked: false };
  if (found.score === undefined) return { told, places: new Set() };
  const after = withPreference(trials, wish, found.score);
  const again = findResource(after, collective.id);
  const there = again?.instances.flatMap((one) => one.primitives()).filter(({ assigned }) => assigned?.name === node) ?? [];
  const isBlocked = there.length === 0 || !there.every((one) => willRun(after, one));
  return { told: { ...told, isBlocked }, places: placesOf(again) };
}

/** The place that alone loses its instance for that. */
function givenUpFor(
  place: Place | undefined,
  collective: Resource,
  trials: Trials,
): { readonly from: string; readonly told: MovingScore } | undefined {
  const coming = comingTo(place, collective, trials);
  if (coming?.told.score === undefined) return undefined;
  const [from, ...others] = [...placesOf(collective)].filter((one) => !coming.places.has(one));
  return from === undefined || others.length > 0 ? undefined : { from, told: coming.told };
}

/** The clone or bundle a resource stands for one instance of: what runs inside of a bundle goes where its container does. */
function collectiveOf(resource: Resource): Resource | undefined {
  const bundle = resource.ownBundle;
  if (bundle) return bundle.instances.includes(resource) ? bundle : undefined;
  return resource.ownClone;
}

function placesOf(collective: Resource | undefined): ReadonlySet<string> {
  return new Set(collective?.instances.flatMap(({ homes }) => homes.map(({ name }) => name)));
}
