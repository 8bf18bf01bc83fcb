import { INFINITY_SCORE } from "../../score/score.ts";
import type { ScoreEntry } from "../cluster/ledger.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { balance, counting, type ScoreAccounts } from "./score-accounts.ts";
import { unavailability } from "./unavailability.ts";

/** A node as a place for a resource. */
export interface NodeAccount {
  readonly node: SchedulerNode;
  /** Undefined for a node that is not in the resource's table: nothing lets it run there. */
  readonly score: number | undefined;
  /** What the score is made of, in order; entries of zero are left out. */
  readonly contributions: readonly ScoreEntry[];
  /** Those of them that forbid the node. */
  readonly vetoes: readonly ScoreEntry[];
  /** When the resource is kept from the node because a group's members live together: the member that decided it. */
  readonly keptOffBy: GroupCause | undefined;
  /** When the clone or bundle it is an instance of may not be there: what that is worth there, and by what. */
  readonly closedToAll: { readonly collective: Resource; readonly score: number; readonly entries: readonly ScoreEntry[] } | undefined;
  /** How many resources it had when the place was given. */
  readonly resourceCount: number | undefined;
  /** Why the node takes nothing at all; undefined for an available one. */
  readonly unavailable: string | undefined;
}

/** The member of a group that keeps another one from a node, by what is said against it there, or because it lives elsewhere. */
export interface GroupCause {
  readonly member: Resource;
  readonly veto: ScoreEntry | undefined;
}

/** What a node is worth to a resource, and by what. */
export function nodeAccount(accounts: ScoreAccounts, resource: Resource, node: SchedulerNode): NodeAccount {
  const entries = accounts.atPlacement(resource, node.index);
  const vetoes = counting(entries).filter((entry) => entry.score <= -INFINITY_SCORE);
  return {
    node,
    score: balance(entries),
    contributions: counting(entries),
    resourceCount: accounts.countAtPlacement(resource, node.index),
    vetoes,
    keptOffBy: vetoes.some(({ source }) => source === "#group-members") ? groupCause(accounts, resource, node) : undefined,
    closedToAll: vetoes.some(({ source }) => source === "#clone") ? closedToAll(accounts, resource, node) : undefined,
    unavailable: unavailability(node),
  };
}

function closedToAll(accounts: ScoreAccounts, resource: Resource, node: SchedulerNode): NodeAccount["closedToAll"] {
  const collective = resource.ownClone ?? resource.ownBundle;
  const entries = collective ? accounts.of(collective, node.index) : [];
  const score = balance(entries);
  return collective && score !== undefined && score < 0 ? { collective, score, entries: counting(entries) } : undefined;
}

function groupCause(accounts: ScoreAccounts, resource: Resource, node: SchedulerNode): GroupCause | undefined {
  const members = resource.parent?.children ?? [];
  const others = members.filter((member) => member !== resource);
  for (const member of others) {
    const [veto] = counting(accounts.atPlacement(member, node.index)).filter(
      ({ score, source }) => score <= -INFINITY_SCORE && source !== "#group-members",
    );
    if (veto) return { member, veto };
  }
  // Later members follow this one, and not the other way round.
  const earlier = members.slice(0, members.indexOf(resource));
  const elsewhere = earlier.find(({ assigned }) => assigned !== undefined && assigned !== node);
  return elsewhere && { member: elsewhere, veto: undefined };
}

/** Best places first: nodes that take something, those with higher scores. */
export function byRank(a: NodeAccount, b: NodeAccount): number {
  const worth = ({ score, unavailable }: NodeAccount): number =>
    unavailable === undefined ? (score ?? -INFINITY_SCORE) : -2 * INFINITY_SCORE;
  return worth(b) - worth(a) || (b.score ?? -INFINITY_SCORE) - (a.score ?? -INFINITY_SCORE) || a.node.index - b.node.index;
}
