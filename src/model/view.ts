import { compareBytes } from "../base/names.ts";

/** A term: a round number and the one node that may be DC in it, so there is at most one DC per term. */
export interface Term {
  readonly round: number;
  readonly candidate: string;
}

/** The term before any election. */
export const NO_TERM: Term = { round: 0, candidate: "" };

/** A member of a view: one incarnation of a node's cluster daemon. */
export interface ViewMember {
  readonly node: string;
  /** Differs between two runs of the node's daemon. */
  readonly incarnation: string;
}

/** An agreed membership: the DC is the term's candidate. */
export interface View {
  readonly term: Term;
  readonly members: readonly ViewMember[];
}

/** Names of the members of a view. */
export function memberNames(view: View): string[] {
  return view.members.map((member) => member.node);
}

/** Orders terms: by round, then by candidate. */
export function compareTerms(a: Term, b: Term): number {
  return a.round - b.round || compareBytes(a.candidate, b.candidate);
}

/** True when both views have the same members in the same incarnations. */
export function haveSameMembers(a: readonly ViewMember[], b: readonly ViewMember[]): boolean {
  return (
    a.length === b.length && a.every((member) => b.some((other) => other.node === member.node && other.incarnation === member.incarnation))
  );
}

/** Short form for logs: `7.alice`. */
export function formatTerm(term: Term): string {
  return `${term.round}.${term.candidate}`;
}
