import type { Resource } from "../../src/scheduler/cluster/resource.ts";
import { type PlacementAccount, placementAccountsOf } from "../../src/scheduler/explain/placement-account.ts";
import { willRun } from "../../src/scheduler/explain/survival.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import { INFINITY_SCORE } from "../../src/score/score.ts";
import { instanceThere, movingInstance } from "../../src/tools/explain/moving-instance.ts";
import { movingRole } from "../../src/tools/explain/moving-role.ts";
import { movingScore } from "../../src/tools/explain/moving-score.ts";
import type { MovingScore } from "../../src/tools/explain/preference-trials.ts";
import { element, type XmlElement } from "../../src/xml/element.ts";

/** Most statements of each kind that are played for a case. */
const MARGINS_MAX = 4;

/** How many preferences were played. */
export interface MarginCounts {
  resources: number;
  instances: number;
  roles: number;
}

/** A statement about a preference, and whether a plan has made it come true. */
interface Claim {
  readonly account: PlacementAccount;
  readonly told: MovingScore;
  readonly role: "Promoted" | undefined;
  readonly isMoved: (after: readonly Resource[]) => boolean;
  readonly isThere: (one: Resource) => boolean;
}

/** A preference moves a resource, an instance or the promoted role with the score that is told, and does not with one less. */
export function untrueMargins(cib: XmlElement, result: ScheduleResult, nowEpochSeconds: number, counts: MarginCounts): string[] {
  const trials = { cib, nowEpochSeconds, isTimeUp: () => false };
  const accounts = placementAccountsOf(result, primitivesOf(result));
  const resources = first(accounts, (account) => resourceClaim(account, movingScore(account, trials)));
  const instances = [...movingInstance(accounts, trials)].slice(0, MARGINS_MAX).map(([account, told]) => instanceClaim(account, told));
  const others = first(accounts, (account) => {
    const wanted = lastOpenNode(account);
    return wanted === undefined ? undefined : resourceClaim(account, movingScore(account, trials, wanted));
  });
  const collectives = result.cluster.top.filter((top) => (top.clone || top.bundle) && top.isManaged);
  const anywhere = collectives.slice(0, MARGINS_MAX).flatMap((one) => shareClaim(one, accounts, trials) ?? []);
  const roles = first(accounts, (account) => roleClaim(account, movingRole(account, trials)));
  counts.resources += resources.length + others.length;
  counts.instances += instances.length + anywhere.length;
  counts.roles += roles.length;
  return [...resources, ...others, ...instances, ...anywhere, ...roles].flatMap((claim) => problems(cib, nowEpochSeconds, claim));
}

/** The first claims that there are. */
function first(accounts: readonly PlacementAccount[], claim: (account: PlacementAccount) => Claim | undefined): Claim[] {
  const found: Claim[] = [];
  for (const account of accounts) {
    const one = claim(account);
    if (one && found.push(one) === MARGINS_MAX) break;
  }
  return found;
}

function resourceClaim(account: PlacementAccount, told: MovingScore | undefined): Claim | undefined {
  const isThere = ({ id, assigned }: Resource): boolean => id === account.resource.id && assigned?.name === told?.node;
  return told && { account, told, role: undefined, isThere, isMoved: (after) => after.some(isThere) };
}

/** The worst node that is open and neither the chosen one nor the runner-up. */
function lastOpenNode({ nodes, nextNode, runnerUp }: PlacementAccount): string | undefined {
  const open = nodes.filter(({ unavailable, score = -1 }) => unavailable === undefined && score >= 0);
  return open.findLast((one) => one !== runnerUp && one.node.name !== nextNode)?.node.name;
}

/** That a node without an instance gets one; which of them is given up for it is not told. */
function shareClaim(collective: Resource, all: readonly PlacementAccount[], trials: Parameters<typeof movingScore>[1]): Claim | undefined {
  const parts = new Set(collective.instances.flatMap((one) => one.primitives()));
  const accounts = all.filter(({ resource }) => parts.has(resource));
  const [account] = accounts;
  const node = account && lastOpenNode(account);
  if (!account || node === undefined) return undefined;
  const told = instanceThere(collective, accounts, node, trials);
  const names = new Set([...parts].map(nameOf));
  const isThere = (one: Resource): boolean => names.has(nameOf(one)) && one.assigned?.name === node;
  return told && { account, told, role: undefined, isThere, isMoved: (after) => after.some(isThere) };
}

function instanceClaim(account: PlacementAccount, told: MovingScore): Claim {
  const name = nameOf(account.resource);
  const isThere = (one: Resource): boolean => nameOf(one) === name && one.assigned?.name === told.node;
  const isLeft = (one: Resource): boolean => nameOf(one) === name && one.assigned?.name === account.nextNode;
  return { account, told, role: undefined, isThere, isMoved: (after) => after.some(isThere) && !after.some(isLeft) };
}

function roleClaim(account: PlacementAccount, told: MovingScore | undefined): Claim | undefined {
  const name = nameOf(account.resource);
  const isPromoted = (one: Resource, node: string | undefined): boolean =>
    nameOf(one) === name && one.nextRole === "Promoted" && one.assigned?.name === node;
  const isThere = (one: Resource): boolean => isPromoted(one, told?.node);
  const isMoved = (after: readonly Resource[]): boolean => after.some(isThere) && !after.some((one) => isPromoted(one, account.nextNode));
  return told && { account, told, role: "Promoted", isThere, isMoved };
}

/** An instance without its number, a part of a bundle without that of its replica. */
const nameOf = ({ id, ownBundle }: Resource): string => (ownBundle ? id.replace(/[:-]\d+$/, "") : id.replace(/:\d+$/, ""));

function problems(cib: XmlElement, nowEpochSeconds: number, { account, told, role, isMoved, isThere }: Claim): string[] {
  const { score, node } = told;
  const played = (amount: number): ScheduleResult => {
    const changed = cib.clone();
    const preference = { id: "sceptic", rsc: told.resource, node, score: String(amount), role };
    changed.childOrCreate("configuration").childOrCreate("constraints").children.push(element("rsc_location", preference));
    return schedule(changed, { nowEpochSeconds });
  };
  const isMovedBy = (amount: number): boolean => isMoved(primitivesOf(played(amount)));
  const who = `${account.resource.id}: ${role ?? ""} ${told.resource} for ${node} with ${score}`;
  if (score === undefined) return isMovedBy(INFINITY_SCORE - 1) ? [`${who}: there is a finite score that moves it`] : [];
  if (!isMovedBy(score) || isMovedBy(score - 1)) return [`${who}: that is not the least score that moves it`];
  const after = played(score);
  const comesUp = primitivesOf(after)
    .filter(isThere)
    .every((one) => willRun(after, one) && (role === undefined || after.obstacles(one).length === 0));
  return comesUp === !told.isBlocked ? [] : [`${who}: blocked there: ${told.isBlocked}, comes up: ${comesUp}`];
}

function primitivesOf({ cluster }: ScheduleResult): Resource[] {
  return cluster.top.flatMap((top) => top.primitives());
}
