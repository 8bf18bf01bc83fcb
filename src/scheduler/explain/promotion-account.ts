import type { ScoreEntry } from "../cluster/ledger.ts";
import type { Resource } from "../cluster/resource.ts";
import type { ScheduleResult } from "../report/schedule-result.ts";
import { counting, type ScoreAccounts } from "./score-accounts.ts";

/** How an instance of a promotable clone stands in the ranking by which the promoted role is given. */
export interface PromotionAccount {
  readonly instance: Resource;
  /** It is going to be promoted, or stays so. */
  readonly isPromoted: boolean;
  readonly score: number;
  /** What the score is made of. */
  readonly contributions: readonly ScoreEntry[];
  /** Of one that is promoted, the next that is not and could be; of another one, the last that is promoted before it. */
  readonly rival: Resource | undefined;
  /** How many may be promoted, and whether so many are. */
  readonly max: number;
  readonly isFull: boolean;
  /** Others are promoted on its node, as many as may be. */
  readonly isNodeFull: boolean;
  /** The no-quorum-policy by which it is not promoted without quorum. */
  readonly quorumPolicy: "demote" | "freeze" | undefined;
}

/** How the instance that a resource is, or is in, stands; undefined where nothing was ranked. */
export function promotionOf(
  accounts: ScoreAccounts,
  resource: Resource,
  { options }: ScheduleResult["cluster"],
): PromotionAccount | undefined {
  let instance: Resource | undefined = resource;
  while (instance && instance.parent?.clone === undefined) instance = instance.parent;
  const parts = instance && accounts.promotionInParts(instance);
  if (!instance || !parts) return undefined;
  const settings = instance.parent?.clone;
  const isPromoted = isToBePromoted(instance);
  const rank = accounts.promotionRank(instance) ?? 0;
  const ranked = (instance.parent?.children ?? []).filter((one) => accounts.promotionRank(one) !== undefined);
  ranked.sort((a, b) => (accounts.promotionRank(a) ?? 0) - (accounts.promotionRank(b) ?? 0));
  const others = ranked.filter((one) => one !== instance && isToBePromoted(one) !== isPromoted);
  const after = (one: Resource): boolean => (accounts.promotionRank(one) ?? 0) > rank;
  const rival = isPromoted
    ? others.find((one) => after(one) && one.isManaged && one.promotionScore >= 0)
    : others.findLast((one) => !after(one));
  const here = others.filter((one) => !isPromoted && one.home === instance.home);
  const promotedCount = ranked.filter(isToBePromoted).length;
  return {
    instance,
    isPromoted,
    score: instance.promotionScore,
    contributions: counting(parts),
    rival,
    max: settings?.promotedMax ?? 0,
    isNodeFull: !isPromoted && here.length > 0 && here.length >= (settings?.promotedNodeMax ?? 0),
    isFull: promotedCount >= (settings?.promotedMax ?? 0),
    quorumPolicy: isPromoted || options.hasQuorum ? undefined : quorumPolicyFor(instance, options.noQuorumPolicy),
  };
}

/** With freeze what is promoted may stay so. */
function quorumPolicyFor(instance: Resource, policy: string): PromotionAccount["quorumPolicy"] {
  if (policy === "demote") return "demote";
  return policy === "freeze" && instance.roleOf("now") !== "Promoted" ? "freeze" : undefined;
}

/** True when something of it is promoted by the plan, or stays so. */
export function isToBePromoted(instance: Resource): boolean {
  return instance.primitives().some(({ nextRole }) => nextRole === "Promoted");
}
