/** How votes are counted. Source: votequorum(5) for the names of the options. */
export interface QuorumOptions {
  /** In a cluster of exactly two nodes one vote is enough. */
  readonly isTwoNode: boolean;
  /** No quorum after a start until all configured nodes have been members together once. */
  readonly isWaitForAll: boolean;
}

/** What the count is made from; one vote per configured node. */
export interface QuorumFacts {
  readonly configured: readonly string[];
  readonly members: readonly string[];
  /** All configured nodes have been members of one view since this node started. */
  readonly hasSeenAll: boolean;
  readonly options: QuorumOptions;
}

/** True when the members may start resources. */
export function hasQuorum(facts: QuorumFacts): boolean {
  const votes = facts.members.filter((name) => facts.configured.includes(name)).length;
  if (facts.options.isWaitForAll && !facts.hasSeenAll) return votes === facts.configured.length;
  if (facts.options.isTwoNode && facts.configured.length === 2) return votes >= 1;
  return votes * 2 > facts.configured.length;
}

/** Why a view may commit configuration, or why it may not. */
export type CommitRight =
  | { readonly isAllowed: true; readonly reason: "majority" | "others-down" }
  | { readonly isAllowed: false; readonly reason: string };

/**
 * A view may commit configuration with a majority of the configured nodes. In a cluster of two one node may, when the
 * other is proven down: fenced, left cleanly, confirmed by the operator, or, with fencing switched off, lost. In larger
 * clusters that would not be safe: the others could come back as a majority that never heard of the change.
 */
export function commitRight(facts: QuorumFacts, provenDown: ReadonlySet<string>): CommitRight {
  const votes = facts.members.filter((name) => facts.configured.includes(name)).length;
  if (votes * 2 > facts.configured.length) return { isAllowed: true, reason: "majority" };
  if (facts.options.isWaitForAll && !facts.hasSeenAll) {
    return { isAllowed: false, reason: "not all configured nodes have been seen since the start (wait_for_all)" };
  }
  if (!(facts.options.isTwoNode && facts.configured.length === 2))
    return { isAllowed: false, reason: "no majority of the configured nodes" };
  const unknown = facts.configured.filter((name) => !facts.members.includes(name) && !provenDown.has(name));
  if (unknown.length === 0) return { isAllowed: true, reason: "others-down" };
  return { isAllowed: false, reason: `no majority, and ${unknown.join(", ")} not proven down` };
}
