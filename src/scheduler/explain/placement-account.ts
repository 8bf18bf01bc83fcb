import { OPERATION_STATUS } from "../../model/exit-code.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { FailedOperation } from "../cluster/failed-operation.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Role } from "../cluster/role.ts";
import type { Redefinition } from "../plan/plan.ts";
import type { Obstacle } from "../report/obstacles.ts";
import { orderIdsBetween } from "../report/order-ids.ts";
import type { ScheduleResult } from "../report/schedule-result.ts";
import type { Decision } from "../report/summary.ts";
import { byRank, type NodeAccount, nodeAccount } from "./node-account.ts";
import { type PromotionAccount, promotionOf } from "./promotion-account.ts";
import { ScoreAccounts } from "./score-accounts.ts";

/** What another resource, or a node, has to do with what is decided for a resource. */
export interface Origin {
  /** The constraints, or the group, that order the two; empty where one lives in the other. */
  readonly orderIds: readonly string[];
  /** The account of the resource where that begins, without its own origin; undefined when nothing is decided for it. */
  readonly account: PlacementAccount | undefined;
  /** It is the one that the reason names, and not one that it depends on in turn. */
  readonly isDirect: boolean;
  /** A node has to be unfenced first. */
  readonly unfencing: { readonly node: string; readonly reason: string } | undefined;
}

/** Why a primitive, or one instance of it, is where it is going to be. */
export interface PlacementAccount {
  readonly resource: Resource;
  readonly isManaged: boolean;
  readonly cluster: Pick<ScheduleResult["cluster"], "options" | "hasFenceDevice" | "nodes" | "cib" | "orders">;
  /** The clone that has no instance to come before it where it would be, and the constraints that say so. */
  readonly unpaired: { readonly first: Resource; readonly orderIds: readonly string[] } | undefined;
  /** What the plan does with it; of what runs in several places more than one. */
  readonly decisions: readonly Decision[];
  /** Where what is decided begins, when the reason for that is another resource's action. */
  readonly origin: Origin | undefined;
  /** It has stopped, and only counts as active where it is said to be. */
  readonly isOnlyCounted: boolean;
  /** Whether a stop of it is planned that can be carried out. */
  readonly isStopped: boolean;
  /** Where it is stopped by the plan. */
  readonly stoppedOn: readonly string[];
  /** Whether a start of it is planned: where it is active already, one that is under way or has to be repeated. */
  readonly isStarted: boolean;
  /** That what runs has another definition than what is configured, in the first place that shows it. */
  readonly redefinition: Redefinition | undefined;
  /** Failed operations of it, and of what lives in it, that the history tells of. */
  readonly failures: readonly FailedOperation[];
  /** Of a connection: failed operations on its node that could not be asked for. */
  readonly unreached: readonly FailedOperation[];
  /** Guest nodes inside of it that have to be fenced by its recovery, and why. */
  readonly guestFencing: readonly { readonly node: SchedulerNode; readonly reason: string }[];
  /** The colocation that leaves it without a place, whatever its scores. */
  readonly unplacedBy: string | undefined;
  readonly currentNodes: readonly string[];
  readonly currentRole: Role;
  readonly nextNode: string | undefined;
  readonly nextRole: Role;
  /** Best places first. */
  readonly nodes: readonly NodeAccount[];
  /** The best other place that is open. */
  readonly runnerUp: NodeAccount | undefined;
  /** How far the chosen place is before the runner-up; undefined without both. */
  readonly margin: number | undefined;
  readonly promotion: PromotionAccount | undefined;
  readonly obstacles: readonly Obstacle[];
  /** Of the resources at which the waiting of the obstacles begins those that have no place or are not managed, without accounts of their own roots. */
  readonly roots: readonly PlacementAccount[];
}

/** The accounts of all primitives in a resource. The result needs its ledger. */
export function placementAccounts(result: ScheduleResult, resource: Resource): PlacementAccount[] {
  return placementAccountsOf(result, resource.primitives());
}

/** The accounts of these primitives, for which the ledger is read once. */
export function placementAccountsOf(result: ScheduleResult, primitives: readonly Resource[]): PlacementAccount[] {
  const accounts = new ScoreAccounts(result.ledger);
  const decided = new Map<string, Decision[]>();
  for (const decision of result.decisions) decided.set(decision.subject, [...(decided.get(decision.subject) ?? []), decision]);
  const planned = new Map<string, string[]>();
  for (const { key, node } of result.graph.actions) planned.set(key, [...(planned.get(key) ?? []), ...(node === undefined ? [] : [node])]);
  const scene = { result, accounts, decided, planned };
  return primitives.map((primitive) => accountOf(scene, primitive));
}

/** What accounts are made from. */
interface Scene {
  readonly result: ScheduleResult;
  readonly accounts: ScoreAccounts;
  readonly decided: ReadonlyMap<string, readonly Decision[]>;
  /** By the keys of planned actions the nodes that they are on. */
  readonly planned: ReadonlyMap<string, readonly string[]>;
}

function accountOf(scene: Scene, resource: Resource, areRootsToldToo = true): PlacementAccount {
  const { result, accounts, decided, planned } = scene;
  const obstacles = result.obstacles(resource);
  const nodes = result.cluster.nodes.map((node) => nodeAccount(accounts, resource, node)).sort(byRank);
  const chosen = nodes.find(({ node }) => node === resource.assigned);
  const runnerUp = nodes.find((one) => one !== chosen && one.unavailable === undefined && (one.score ?? -1) >= 0);
  return {
    resource,
    isManaged: resource.isManaged,
    cluster: result.cluster,
    decisions: decided.get(resource.id) ?? [],
    origin: areRootsToldToo ? originOf(scene, resource) : undefined,
    isOnlyCounted: result.isStoppedByHistory(resource),
    isStopped: planned.has(`${resource.id}_stop_0`),
    stoppedOn: planned.get(`${resource.id}_stop_0`) ?? [],
    isStarted: planned.has(`${resource.id}_start_0`),
    redefinition: result.redefinitions.find((one) => one.resource === resource),
    failures: failuresOf(result, resource),
    unreached: lostThrough(result, resource),
    guestFencing: result.cluster.history.notes.flatMap((note) => (note.kind === "fencing" && note.launcher === resource ? [note] : [])),
    unpaired: unpairedOf(result, resource),
    unplacedBy: accounts.unplacedBy(resource),
    currentNodes: resource.activeOn.map((node) => node.name),
    currentRole: resource.role,
    nextNode: resource.assigned?.name,
    nextRole: resource.nextRole ?? "Stopped",
    nodes,
    runnerUp,
    margin: chosen?.score === undefined || runnerUp?.score === undefined ? undefined : marginOf(chosen.score, runnerUp.score),
    promotion: promotionOf(accounts, resource, result.cluster),
    obstacles,
    roots: areRootsToldToo ? rootPrimitives(resource, obstacles).map((one) => accountOf(scene, one, false)) : [],
  };
}

function unpairedOf(result: ScheduleResult, resource: Resource): PlacementAccount["unpaired"] {
  const first = result.unpairedWith(resource);
  const orders = result.cluster.orders().filter((order) => order.first === first && order.then === resource.ownClone);
  return first && { first, orderIds: orders.map(({ id }) => id) };
}

/** Follows the reason of what is decided for a resource to the resource whose own decision has another reason. */
function originOf(scene: Scene, resource: Resource): Origin | undefined {
  const { result, decided } = scene;
  const [decision] = decided.get(resource.id) ?? [];
  const first = decision && namedResource(decision);
  if (!decision || first === undefined) return undefined;
  if (first === "node") {
    const own = result.decisions.find(({ fencing }) => fencing?.operation === "on" && fencing.node === resource.assigned?.name);
    const unfencing = own?.fencing && { node: own.fencing.node, reason: own.reason };
    return unfencing && { orderIds: [], account: undefined, isDirect: true, unfencing };
  }
  const { cluster } = result;
  const seen = new Set([resource.id]);
  let last: Resource | undefined = decidedPart(scene, first, resource);
  const direct = last;
  for (let next = last; next && !seen.has(next.id); ) {
    seen.add(next.id);
    last = next;
    const [why] = decided.get(next.id) ?? [];
    const named: Resource | "node" | undefined = why && namedResource(why);
    next = named === undefined || named === "node" ? undefined : decidedPart(scene, named, next);
  }
  const { parent } = resource;
  const isGrouped = parent?.kind === "group" && direct?.parent === parent;
  return {
    orderIds: isGrouped ? [parent.id.replace(/:\d+$/, "")] : orderIdsBetween(cluster, first, resource),
    account: last && last !== resource ? accountOf(scene, last, false) : undefined,
    isDirect: last === direct,
    unfencing: undefined,
  };
}

/** The resource that the reason for a decision names, or that it is about nodes. */
function namedResource({ cause }: Decision): Resource | "node" | undefined {
  if (cause?.kind !== "action" || cause.effect === "unrunnable") return undefined;
  return cause.task === "stonith" ? "node" : cause.resource;
}

/** The part of a resource for which something is decided; rather not the one that asks. */
function decidedPart({ decided }: Scene, resource: Resource, asking: Resource): Resource | undefined {
  return resource.primitives().find((one) => one !== asking && decided.has(one.id));
}

function failuresOf({ cluster }: ScheduleResult, resource: Resource): FailedOperation[] {
  const names = new Set([resource, ...resource.launched].map(({ id }) => id));
  return cluster.history.failures.filter(({ resourceId }) => names.has(resourceId));
}

/** Operations that failed because a remote node could not be reached. */
function lostThrough({ cluster }: ScheduleResult, { id, isRemoteConnection }: Resource): FailedOperation[] {
  if (!isRemoteConnection) return [];
  return cluster.history.failures.filter(({ node, operationStatus }) => node === id && operationStatus === OPERATION_STATUS.notConnected);
}

function rootPrimitives(resource: Resource, obstacles: readonly Obstacle[]): Resource[] {
  const roots = new Set(obstacles.flatMap(({ waitsFor }) => waitsFor.map(({ root }) => root.resource)).filter((one) => one !== resource));
  return [...roots].flatMap((root) => {
    const without = root.primitives().filter(({ assigned, isManaged }) => assigned === undefined || !isManaged);
    const isMissing = root.clone === undefined || without.length === root.primitives().length;
    return isMissing ? without.slice(0, 1) : [];
  });
}

/** How far the chosen place is before another one; undefined where one of them has no score. */
export function marginOver({ nodes, nextNode }: PlacementAccount, other: NodeAccount): number | undefined {
  const chosen = nodes.find(({ node }) => node.name === nextNode);
  return chosen?.score === undefined || other.score === undefined ? undefined : marginOf(chosen.score, other.score);
}

/** What would have to be added to the runner-up's score: no finite score makes up for INFINITY. */
function marginOf(chosen: number, other: number): number {
  if (chosen === other) return 0;
  return chosen >= INFINITY_SCORE ? INFINITY_SCORE : chosen - other;
}
