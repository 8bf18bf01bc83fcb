import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import type { PromotionAccount } from "../../scheduler/explain/promotion-account.ts";
import { formatScore, INFINITY_SCORE } from "../../score/score.ts";
import { entrySource, sourceText } from "./entry-source.ts";
import { NOTHING, type Phrase, phrase, plain } from "./phrase.ts";
import type { ScoreSources } from "./score-sources.ts";

/** How the score of an instance for the promoted role compares with that of the others; empty when there is nothing to compare. */
export function rankText({ score, isPromoted, rival, instance, max, isFull, isNodeFull, quorumPolicy }: PromotionAccount): string {
  if (score < 0) return "it cannot be promoted";
  if (!isPromoted && max === 0) return "promoted-max is 0";
  if (isNodeFull) return "as many are promoted on its node as promoted-node-max allows";
  if (!rival) return quorumPolicy === undefined ? "" : `no quorum, and no-quorum-policy is ${quorumPolicy}`;
  const other = `${placed(rival)} (${formatScore(rival.promotionScore)})`;
  if (rival.promotionScore === score) return tieText(instance, rival, isPromoted, other);
  if (!isPromoted) return `${other} goes before it${isFull ? `, and promoted-max is ${max}` : ""}`;
  if (rival.promotionScore > score) return "";
  return `ahead of the next one, ${other}, by ${score >= INFINITY_SCORE ? "INFINITY" : score - rival.promotionScore}`;
}

/** Of what is worth the same, what has the role goes before what has not. */
function tieText(instance: Resource, rival: Resource, isPromoted: boolean, other: string): string {
  const has = (one: Resource): boolean => one.roleOf("now") === "Promoted";
  const isByRole = isPromoted ? has(instance) && !has(rival) : has(rival) && !has(instance);
  if (!isByRole) return `${other} is worth the same: the order of the instances decided`;
  return `${other} is worth the same: ${isPromoted ? "that it is promoted now" : "that the other one is promoted now"} decided`;
}

/** An instance with its place. */
function placed({ id, home }: Resource): string {
  return home ? `${id} on ${home.name}` : id;
}

/** Why an instance that has the promoted role loses it; nothing when that is not known. */
export function whyDemoted(account: PlacementAccount, sources: ScoreSources): Phrase {
  const { promotion, nodes, nextNode, resource } = account;
  if (!promotion || promotion.isPromoted) return NOTHING;
  if (promotion.score >= 0) return plain(rankText(promotion));
  const chosen = nodes.find(({ node }) => node.name === nextNode);
  const against = promotion.contributions.filter(({ score }) => score < 0);
  const strongest = against.filter(({ score }) => score === Math.min(...against.map((one) => one.score)));
  const [words] = chosen ? strongest.map((entry) => sourceText(entrySource(entry, resource, chosen, sources))) : [];
  return phrase`its promotion score is ${formatScore(promotion.score)}${words === undefined ? "" : phrase` (${words})`}`;
}
