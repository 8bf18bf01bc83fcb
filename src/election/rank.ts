import { compareBytes } from "../base/names.ts";
import { compareTerms, type Term } from "../model/view.ts";

/** What a node brings to an election. */
export interface Rank {
  readonly node: string;
  /** Term in which its newest configuration was committed. */
  readonly committedTerm: Term;
  readonly adminEpoch: number;
  readonly epoch: number;
  /** It is DC of an installed view already: nothing is gained by moving the role. */
  readonly isDc: boolean;
  readonly uptimeMs: number;
  /** Newest term it has promised. */
  readonly promised: Term;
}

/** Positive when the configuration of `a` is newer than that of `b`. */
export function compareConfigurations(a: Rank, b: Rank): number {
  return compareTerms(a.committedTerm, b.committedTerm) || a.adminEpoch - b.adminEpoch || a.epoch - b.epoch;
}

/** Positive when `a` should be DC rather than `b`: newest configuration, present DC, longest uptime, lowest name. */
export function compareRanks(a: Rank, b: Rank): number {
  const byUptime = Math.floor(a.uptimeMs / 1000) - Math.floor(b.uptimeMs / 1000);
  return compareConfigurations(a, b) || Number(a.isDc) - Number(b.isDc) || byUptime || compareBytes(b.node, a.node);
}

/** The node that should be DC. */
export function bestRank(ranks: readonly Rank[]): Rank | undefined {
  return ranks.reduce<Rank | undefined>((best, rank) => (best === undefined || compareRanks(rank, best) > 0 ? rank : best), undefined);
}
