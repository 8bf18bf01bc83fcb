import { type ScoreSource, ScoreSources } from "../../src/output/explanation/score-sources.ts";
import type { ScoreEntry } from "../../src/scheduler/cluster/ledger.ts";
import type { NodeAccount } from "../../src/scheduler/explain/node-account.ts";
import { type PlacementAccount, placementAccountsOf } from "../../src/scheduler/explain/placement-account.ts";
import { balance } from "../../src/scheduler/explain/score-accounts.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import { INFINITY_SCORE } from "../../src/score/score.ts";
import type { XmlElement } from "../../src/xml/element.ts";

/** How often taking a named object away changed a score as the statement about it says. */
export interface RemovalCounts {
  /** The score came to what the other contributions make. */
  exact: number;
  /** As that, and the score stayed: a contribution of INFINITY covers what was taken away. */
  covered: number;
  /** Contributions that stand for the places of other resources followed, because those moved. */
  followed: number;
  /** Objects that were taken away, each from a copy of its own. */
  removed: number;
}

export const noRemovals = (): RemovalCounts => ({ exact: 0, covered: 0, followed: 0, removed: 0 });

/** Statements of one object. */
interface Claim {
  readonly account: PlacementAccount;
  readonly place: NodeAccount;
  readonly entries: readonly ScoreEntry[];
}

/**
 * Takes each object that is named as the source of a contribution out of a copy of the CIB, schedules again, and tells which
 * scores did not change as they should have by the statement.
 */
export function untrueContributions(cib: XmlElement, result: ScheduleResult, nowEpochSeconds: number, counts: RemovalCounts): string[] {
  const sources = new ScoreSources(cib, nowEpochSeconds);
  const constraints = constraintKinds(cib);
  const claims = new Map<string, Claim[]>();
  for (const account of accountsOf(result))
    for (const place of account.nodes) {
      const byId = new Map<string, ScoreEntry[]>();
      for (const entry of place.contributions) {
        const id = namedObjects(entry, sources.of(entry, account.resource, place.node));
        if (id !== undefined) byId.set(id, [...(byId.get(id) ?? []), entry]);
      }
      for (const [id, entries] of byId) claims.set(id, [...(claims.get(id) ?? []), { account, place, entries }]);
    }
  return [...claims].flatMap(([id, all]) => {
    const changed = cib.clone();
    // Of fail counts there may be several, for operations of one resource.
    const kinds = id.split(", ").map((one) => takeAway(changed, one));
    const kind = kinds.includes(undefined) ? undefined : kinds[0];
    if (kind === undefined) return [`${id}: named, but there is no such object`];
    counts.removed += 1;
    const after = schedule(changed, { nowEpochSeconds, isLedgerKept: true });
    const accounts = new Map(accountsOf(after).map((account) => [account.resource.id, account]));
    const sourcesAfter = new ScoreSources(changed, nowEpochSeconds);
    return all.flatMap((claim) => {
      const problem = judge(claim, accounts.get(claim.account.resource.id), { id, kind, constraints, sourcesAfter }, counts);
      return problem === undefined ? [] : [`${claim.account.resource.id} on ${claim.place.node.name}: without ${id} (${kind}) ${problem}`];
    });
  });
}

/** The rule of a contribution names an object that is its cause as a whole; a member of a group is none. */
function namedObjects(entry: ScoreEntry, { ids }: ScoreSource): string | undefined {
  return entry.source === "#group-members" || ids.length === 0 ? undefined : ids.join(", ");
}

interface Removal {
  readonly id: string;
  readonly kind: string;
  readonly constraints: ReadonlyMap<string, string>;
  readonly sourcesAfter: ScoreSources;
}

function judge(
  { account, place, entries }: Claim,
  after: PlacementAccount | undefined,
  { id, kind, constraints, sourcesAfter }: Removal,
  counts: RemovalCounts,
): string | undefined {
  const there = after?.nodes.find(({ node }) => node.name === place.node.name);
  // A record that is gone may leave nothing of an instance that the configuration does not have.
  if (!after || !there) {
    counts.followed += 1;
    return undefined;
  }
  const rest = place.contributions.filter((entry) => !entries.includes(entry));
  const expected = rest.length === 0 && there.score === undefined ? undefined : (balance(rest) ?? 0);
  // A node that is not in the table, and one that its own state closes, are closed alike.
  if (there.score === expected || (there.score === undefined && (expected ?? 0) <= -INFINITY_SCORE)) {
    if (place.score === expected) counts.covered += 1;
    else counts.exact += 1;
    return undefined;
  }
  const still = there.contributions.filter((entry) => namedObjects(entry, sourcesAfter.of(entry, after.resource, there.node)) === id);
  if (still.length > 0 && kind !== "node") return `it is still named: ${told(still)}`;
  // A constraint may also be what lets a node in: of an asymmetric cluster, or by exclusive discovery.
  const isClosed =
    (kind === "rsc_location" || kind === "rsc_ticket" || kind === "node-health-strategy") &&
    ((!account.cluster.options.isSymmetric && (there.score === undefined || kind === "rsc_ticket")) ||
      there.vetoes.some(({ source }) => source === "#exclusive-discovery"));
  // A failure that would expire does so where it is not counted: the record of it says nothing then.
  const isExpired = kind.startsWith("fail-count-") && account.resource.meta.has("failure-timeout");
  // A place that is given without regard to all that was said before.
  const isGiven = there.contributions[0]?.effect === "set" && place.contributions[0]?.effect !== "set";
  // What speaks in one role alone follows the role.
  const isOtherRole = kind === "target-role" && account.nextRole !== after.nextRole;
  const before = told(rest.filter((entry) => !isFollowing(entry, constraints)));
  const now = told(there.contributions.filter((entry) => !isFollowing(entry, constraints)));
  // Without a record other things are known about where a resource is active.
  if (isClosed || isExpired || isGiven || isOtherRole || kind === "lrm_rsc_op" || before === now) {
    counts.followed += 1;
    return undefined;
  }
  return `the score is ${there.score}, not ${expected}: ${before} became ${now}`;
}

/** True for what depends on where other resources and instances are, and on what those want. */
function isFollowing({ source, effect }: ScoreEntry, constraints: ReadonlyMap<string, string>): boolean {
  return effect === "set" || constraints.get(source) === "rsc_colocation" || FOLLOWING.has(source);
}

const FOLLOWING: ReadonlySet<string> = new Set([
  "#group-members",
  "#instances",
  "#removed",
  "#unavailable",
  "#clone-max",
  "#clone",
  "#utilization",
  "#promotion-score",
  "#replica-remote-with-host-remote",
  "#ip-with-container",
  "#resource-with-container",
  "#bundle",
]);

/** Of each constraint, and each set in one, what kind of constraint it is. */
function constraintKinds(cib: XmlElement): Map<string, string> {
  const constraints = cib.descend("configuration", "constraints")?.children ?? [];
  return new Map(constraints.flatMap((one) => [...one.walk()].flatMap(({ id }) => (id === undefined ? [] : [[id, one.name] as const]))));
}

function told(entries: readonly ScoreEntry[]): string {
  return entries.map(({ effect, score, source }) => `${effect} ${score} ${source}`).join(", ") || "nothing";
}

/**
 * Takes an object away, or what in it speaks; returns what kind of object it was. Records have the same id in the histories
 * of several nodes: all of them go.
 */
function takeAway(cib: XmlElement, id: string): string | undefined {
  let kind: string | undefined;
  for (const holder of [...cib.walk()])
    for (const child of [...holder.children]) {
      if (child.id !== id || NAMESAKES.has(child.name)) continue;
      const name = child.name === "nvpair" ? child.get("name") : undefined;
      const silent = SILENT.get(name ?? "");
      // A node has to stay: only its own score goes.
      if (child.name === "node") child.set("score", undefined);
      else if (silent !== undefined) child.set("value", silent);
      else holder.remove(child);
      kind = name ?? child.name;
    }
  return kind;
}

/** What has the id of a node, and is none. */
const NAMESAKES: ReadonlySet<string> = new Set(["node_state", "transient_attributes", "lrm", "lrm_resource", "primitive"]);

/** Values by which pairs say nothing. Without the pair what is set elsewhere would take its place. */
const SILENT: ReadonlyMap<string, string> = new Map([
  ["target-role", "Started"],
  ["resource-stickiness", "0"],
]);

function accountsOf(result: ScheduleResult): PlacementAccount[] {
  return placementAccountsOf(
    result,
    result.cluster.top.flatMap((top) => top.primitives()),
  );
}
