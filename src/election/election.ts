import { compareTerms, formatTerm, haveSameMembers, type Term, type View, type ViewMember } from "../model/view.ts";
import { bestRank, compareConfigurations, type Rank } from "./rank.ts";

/** Times of the agreement, in ms. */
export interface ElectionTimes {
  /** A proposal that not every member has accepted by then is given up. */
  readonly acceptMs: number;
  /** How long a member waits for the proposal of the node that should make it. */
  readonly proposalMs: number;
  /** How long a member that did not answer is left out. */
  readonly suspicionMs: number;
}

/** Messages between nodes about views. */
export type ElectionMessage =
  | { readonly type: "propose"; readonly term: Term; readonly members: readonly ViewMember[]; readonly rank: Rank }
  | { readonly type: "accept"; readonly term: Term }
  | { readonly type: "reject"; readonly term: Term; readonly promised: Term; readonly reason: string };

/** What has to happen outside of the core, in this order. */
export type ElectionEffect =
  /** On disk before anything after it happens. */
  | { readonly kind: "persist-promise"; readonly term: Term }
  | { readonly kind: "send"; readonly to: string; readonly message: ElectionMessage }
  /** Every member accepted: this node is DC of the view. */
  | { readonly kind: "elected"; readonly view: View }
  /** This node accepted somebody's proposal; commands of older terms are refused from now on. */
  | { readonly kind: "accepted"; readonly term: Term; readonly members: readonly ViewMember[] }
  | { readonly kind: "suspect"; readonly node: string; readonly reason: string }
  | { readonly kind: "log"; readonly text: string };

/** What this node knows at the moment it is asked. */
export interface ElectionFacts {
  readonly nowMs: number;
  /** The group this node belongs to (see membership/hearing), with ranks; itself included. */
  readonly group: readonly (Rank & { readonly incarnation: string })[];
  /** The view in force here, undefined when there is none. */
  readonly view: View | undefined;
}

interface Proposal {
  readonly term: Term;
  readonly members: readonly ViewMember[];
  readonly waiting: Set<string>;
  readonly sinceMs: number;
}

/**
 * Agreement on views. The best ranked node of a group proposes a term of its own with the group as members; a member
 * promises the term on disk and accepts; when all have accepted the candidate is DC. A promise is never taken back,
 * so a term has one DC, and what an older DC still sends is refused.
 */
export class Election {
  readonly #self: string;
  readonly #times: ElectionTimes;
  #promised: Term;
  #highestRound = 0;
  #proposal: Proposal | undefined;
  #waitingForSinceMs: number | undefined;
  #waitingFor: string | undefined;
  #retryAtMs = 0;
  #accepted: { readonly members: readonly ViewMember[]; readonly sinceMs: number } | undefined;

  constructor(self: string, promised: Term, times: ElectionTimes) {
    this.#self = self;
    this.#promised = promised;
    this.#times = times;
    this.#highestRound = promised.round;
  }

  /** Newest term this node has promised. */
  get promised(): Term {
    return this.#promised;
  }

  /** Looks at the facts and proposes, waits or gives up; call after every change and at the deadline. */
  review(facts: ElectionFacts): ElectionEffect[] {
    const members = facts.group.map(({ node, incarnation }) => ({ node, incarnation }));
    const leader = bestRank(facts.group)?.node ?? this.#self;
    const { view } = facts;
    // A member that promised a newer term refuses this view's orders: the view has to be made anew.
    const isOvertaken = facts.group.some((rank) => view !== undefined && compareTerms(rank.promised, view.term) > 0);
    for (const rank of facts.group) this.#highestRound = Math.max(this.#highestRound, rank.promised.round);
    const isSettled = view !== undefined && !isOvertaken && haveSameMembers(view.members, members);
    const out: ElectionEffect[] = [];
    if (isSettled) {
      this.#retryAtMs = 0;
      this.#proposal = undefined;
      this.#waitingFor = undefined;
      this.#accepted = undefined;
      return out;
    }
    if (this.#accepted) {
      const isOverdue = facts.nowMs - this.#accepted.sinceMs >= this.#times.proposalMs;
      // The candidate collects the other answers now and will install the view.
      if (!isOverdue && haveSameMembers(this.#accepted.members, members)) return out;
      if (isOverdue) this.#accepted = undefined;
    }
    if (this.#proposal) {
      if (haveSameMembers(this.#proposal.members, members)) {
        if (facts.nowMs - this.#proposal.sinceMs < this.#times.acceptMs) return out;
        for (const node of this.#proposal.waiting)
          out.push({ kind: "suspect", node, reason: `no answer to proposal ${formatTerm(this.#proposal.term)}` });
        this.#proposal = undefined;
        return out;
      }
      this.#proposal = undefined;
    }
    if (leader === this.#self) {
      this.#waitingFor = undefined;
      if (facts.nowMs < this.#retryAtMs) return out;
      this.#propose(members, facts, out);
      return out;
    }
    if (facts.nowMs >= this.#retryAtMs) this.#retryAtMs = 0;
    if (this.#waitingFor !== leader) {
      this.#waitingFor = leader;
      this.#waitingForSinceMs = facts.nowMs;
    } else if (facts.nowMs - (this.#waitingForSinceMs ?? facts.nowMs) >= this.#times.proposalMs) {
      this.#waitingFor = undefined;
      out.push({ kind: "suspect", node: leader, reason: "it should propose a view and does not" });
    }
    return out;
  }

  /** Handles a message of a peer. `facts` as for review. */
  receive(from: string, message: ElectionMessage, facts: ElectionFacts): ElectionEffect[] {
    switch (message.type) {
      case "propose":
        return this.#receiveProposal(from, message, facts);
      case "accept":
        return this.#receiveAccept(from, message.term);
      case "reject":
        return this.#receiveReject(from, message, facts);
    }
  }

  /** Time by which review has to be called again, undefined when nothing is pending. */
  deadlineMs(): number | undefined {
    if (this.#proposal) return this.#proposal.sinceMs + this.#times.acceptMs;
    if (this.#accepted) return this.#accepted.sinceMs + this.#times.proposalMs;
    if (this.#waitingFor !== undefined) return (this.#waitingForSinceMs ?? 0) + this.#times.proposalMs;
    return this.#retryAtMs > 0 ? this.#retryAtMs : undefined;
  }

  #propose(members: readonly ViewMember[], facts: ElectionFacts, out: ElectionEffect[]): void {
    const rank = facts.group.find((candidate) => candidate.node === this.#self);
    if (!rank) return;
    this.#highestRound = Math.max(this.#highestRound, this.#promised.round) + 1;
    const term: Term = { round: this.#highestRound, candidate: this.#self };
    this.#promised = term;
    this.#retryAtMs = 0;
    const others = members.filter((member) => member.node !== this.#self);
    out.push({ kind: "log", text: `proposing view ${formatTerm(term)}: ${members.map((member) => member.node).join(" ")}` });
    out.push({ kind: "persist-promise", term });
    if (others.length === 0) {
      out.push({ kind: "elected", view: { term, members } });
      return;
    }
    this.#proposal = { term, members, waiting: new Set(others.map((member) => member.node)), sinceMs: facts.nowMs };
    for (const { node } of others) out.push({ kind: "send", to: node, message: { type: "propose", term, members, rank } });
  }

  #receiveProposal(from: string, message: Extract<ElectionMessage, { type: "propose" }>, facts: ElectionFacts): ElectionEffect[] {
    this.#highestRound = Math.max(this.#highestRound, message.term.round);
    const reason = this.#objection(from, message, facts);
    if (reason !== undefined) {
      return [{ kind: "send", to: from, message: { type: "reject", term: message.term, promised: this.#promised, reason } }];
    }
    this.#promised = message.term;
    this.#proposal = undefined;
    this.#waitingFor = undefined;
    this.#accepted = { members: message.members, sinceMs: facts.nowMs };
    return [
      { kind: "persist-promise", term: message.term },
      { kind: "accepted", term: message.term, members: message.members },
      { kind: "send", to: from, message: { type: "accept", term: message.term } },
    ];
  }

  #objection(from: string, message: Extract<ElectionMessage, { type: "propose" }>, facts: ElectionFacts): string | undefined {
    if (message.term.candidate !== from) return "the term is not the sender's own";
    if (compareTerms(message.term, this.#promised) <= 0) return `term ${formatTerm(this.#promised)} was promised already`;
    const own = facts.group.find((rank) => rank.node === this.#self);
    const place = message.members.find((member) => member.node === this.#self);
    if (!own || place?.incarnation !== own.incarnation) return "the proposal does not name this incarnation of me";
    for (const member of message.members) {
      const known = facts.group.find((rank) => rank.node === member.node);
      if (known?.incarnation !== member.incarnation) return `I do not hear ${member.node} in that incarnation`;
    }
    if (compareConfigurations(own, message.rank) > 0) return "my configuration is newer";
    return undefined;
  }

  #receiveAccept(from: string, term: Term): ElectionEffect[] {
    const proposal = this.#proposal;
    if (!proposal || compareTerms(proposal.term, term) !== 0) return [];
    proposal.waiting.delete(from);
    if (proposal.waiting.size > 0) return [];
    this.#proposal = undefined;
    return [{ kind: "elected", view: { term, members: proposal.members } }];
  }

  #receiveReject(from: string, message: Extract<ElectionMessage, { type: "reject" }>, facts: ElectionFacts): ElectionEffect[] {
    this.#highestRound = Math.max(this.#highestRound, message.promised.round);
    if (!this.#proposal || compareTerms(this.#proposal.term, message.term) !== 0) return [];
    this.#proposal = undefined;
    this.#retryAtMs = facts.nowMs + 100;
    return [{ kind: "log", text: `${from} rejects view ${formatTerm(message.term)}: ${message.reason}` }];
  }
}
