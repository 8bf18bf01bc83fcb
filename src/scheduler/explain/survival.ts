import type { GraphAction } from "../../model/transition-graph.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { roleRank } from "../cluster/role.ts";
import type { ScheduleResult } from "../report/schedule-result.ts";
import { isLiveNode } from "./live-node.ts";
import { type PlacementAccount, placementAccountsOf } from "./placement-account.ts";
import { MeasuredTimes, timeline } from "./timeline.ts";

/** What becomes of one configured resource when nodes are lost. */
export interface Survival {
  readonly resource: string;
  /**
   * `kept`: not touched; `moved`: up again elsewhere; `reduced`: fewer instances, or parts, than now; `unpromoted`: it runs,
   * but no instance is promoted any more; `lost`: nothing of it runs.
   */
  readonly outcome: "kept" | "moved" | "reduced" | "unpromoted" | "lost";
  /** How many of its primitives run. */
  readonly runningBefore: number;
  readonly runningAfter: number;
  /** How many instances of a clone, or containers of a bundle, run, with at least a part of what they hold; else as above. */
  readonly instancesBefore: number;
  readonly instancesAfter: number;
  /** Where its parts are afterwards. */
  readonly nodes: readonly string[];
  /** For what moved: until all of it is up again, in ms from the loss, by measured times. */
  readonly downMs: number | undefined;
  readonly unmeasured: readonly GraphAction[];
  /** Parts of it that do not come up, with why: they have no place, or cannot be started or promoted there. */
  readonly missing: readonly PlacementAccount[];
  /** Where it loses its promoted role: the parts that run and are not promoted. */
  readonly unpromoted: readonly PlacementAccount[];
  /** Nothing of it was going to run without the loss either; of `unpromoted`, to be promoted. */
  readonly isDue: boolean;
}

/** True when what a service is for is not there any more: nothing of it, or for what is not a clone not all of it. */
export function isBroken({ outcome }: Survival): boolean {
  return outcome === "lost" || outcome === "unpromoted";
}

/** What becomes of everything that runs now; `after` is the plan once the nodes are lost, with its ledger. */
export function survivals(before: ScheduleResult, after: ScheduleResult, lostNodes: ReadonlySet<string>): Survival[] {
  const times = timeline(after.graph, new MeasuredTimes(after.cluster.cib));
  const tops = new Map(after.cluster.top.map((top) => [top.id, top]));
  return before.cluster.top.flatMap((top) => {
    const running = top.primitives().filter((one) => isRunning(before, one));
    if (running.length === 0) return [];
    const primitives = tops.get(top.id)?.primitives() ?? [];
    const up = primitives.filter((one) => willRun(after, one) || isStuck(after, one));
    const isHit = running.some((one) => one.activeOn.some((node) => lostNodes.has(node.name)));
    const starts = new Set(up.map((one) => `${one.id}_start_0`));
    const moves = after.graph.actions.filter((action) => starts.has(action.key)).flatMap((action) => times.get(action.id) ?? []);
    const isMultiplied = top.clone !== undefined || top.bundle !== undefined;
    const wasPromoted = running.some((one) => one.role === "Promoted");
    const isPromoted = up.some((one) => willBePromoted(after, one));
    const outcome = outcomeOf({
      before: running.length,
      after: up.length,
      isMultiplied,
      isDemoted: wasPromoted && !isPromoted,
      isHit: isHit || moves.length > 0,
    });
    return [
      {
        resource: top.id,
        outcome,
        runningBefore: running.length,
        runningAfter: up.length,
        instancesBefore: isMultiplied ? instanceCount(top, running) : running.length,
        instancesAfter: isMultiplied ? instanceCount(tops.get(top.id), up) : up.length,
        nodes: [...new Set(up.flatMap((one) => placesOf(after, one)))],
        downMs: moves.length === 0 ? undefined : Math.max(...moves.map((time) => time.endMs)),
        unmeasured: [...new Set(moves.flatMap((time) => [...time.unmeasured]))],
        isDue: isDue(before, top, outcome),
        missing: outcome === "kept" || outcome === "moved" ? [] : missingParts(after, primitives, isMultiplied),
        unpromoted: outcome === "unpromoted" ? placementAccountsOf(after, up) : [],
      },
    ];
  });
}

/** True where nothing of it was going to run, or to be promoted, without the loss either. */
function isDue(before: ScheduleResult, top: Resource, outcome: Survival["outcome"]): boolean {
  const goesOn = top.primitives().filter((one) => willRun(before, one) || isStuck(before, one));
  return outcome === "unpromoted" ? !goesOn.some((one) => willBePromoted(before, one)) : goesOn.length === 0;
}

/** How many instances have one of these parts. */
function instanceCount(collective: Resource | undefined, parts: readonly Resource[]): number {
  return collective?.instances.filter((one) => one.primitives().some((part) => parts.includes(part))).length ?? 0;
}

function outcomeOf(state: {
  before: number;
  after: number;
  isMultiplied: boolean;
  isDemoted: boolean;
  isHit: boolean;
}): Survival["outcome"] {
  if (state.after === 0) return "lost";
  if (state.isDemoted) return "unpromoted";
  if (state.after < state.before) return state.isMultiplied ? "reduced" : "lost";
  return state.isHit ? "moved" : "kept";
}

/** What has failed and is blocked may be in any state: nobody can count on it. */
function isRunning(result: ScheduleResult, resource: Resource): boolean {
  if ((resource.isBlocked && resource.isFailed) || result.isStoppedByHistory(resource)) return false;
  return roleRank(resource.role) > roleRank("Stopped") && resource.activeOn.some(isLiveNode);
}

/** True when it is up after the plan: it has a place, and nothing keeps it from coming up there. What is not managed is left as it is. */
export function willRun(result: ScheduleResult, resource: Resource): boolean {
  if (!resource.isManaged) return isRunning(result, resource);
  const { assigned, nextRole } = resource;
  if (!assigned || roleRank(nextRole) <= roleRank("Stopped")) return false;
  const obstacles = result.obstacles(resource);
  if (!obstacles.some(({ task }) => task === "start"))
    return (isLiveNode(assigned) && !result.isStoppedByHistory(resource)) || isComingUp(result, resource);
  // What cannot be stopped is not restarted either.
  return (
    resource.activeOn.includes(assigned) &&
    isReachable(result, assigned) &&
    obstacles.some(({ task, node }) => task === "stop" && node === assigned) &&
    isRunning(result, resource)
  );
}

/** True for a part that runs as promoted after the plan: what is not managed, or cannot be demoted, keeps its role. */
function willBePromoted(result: ScheduleResult, resource: Resource): boolean {
  const blocked = result.obstacles(resource).map(({ task }) => task);
  if (!resource.isManaged || blocked.includes("demote") || isStuck(result, resource)) return resource.role === "Promoted";
  return resource.nextRole === "Promoted" && !blocked.includes("promote");
}

/** True for what is started, or moved live, as a guest is that all hosts are lost of: what nothing is done about goes down with it. */
function isComingUp({ graph }: ScheduleResult, { id }: Resource): boolean {
  return graph.actions.some(({ key }) => key === `${id}_start_0` || key === `${id}_migrate_from_0`);
}

/** True for what has no place, or cannot come up where it is to be, and runs all the same, because it cannot be stopped where it is. */
function isStuck(result: ScheduleResult, resource: Resource): boolean {
  const { assigned, activeOn } = resource;
  if (!isRunning(result, resource)) return false;
  const obstacles = result.obstacles(resource);
  if (assigned && (activeOn.includes(assigned) || !obstacles.some(({ task }) => task === "start"))) return false;
  const isIt = (node: SchedulerNode): boolean => activeOn.includes(node) && isLiveNode(node) && isReachable(result, node);
  return obstacles.some(({ task, node }) => task === "stop" && node !== undefined && isIt(node));
}

/** False for a remote or guest node whose connection is lost with its host, and left so because it is not managed. */
function isReachable(result: ScheduleResult, { connection }: SchedulerNode): boolean {
  const resource = connection && result.cluster.resources.byId.get(connection.id);
  return resource === undefined || resource.isManaged || isRunning(result, resource);
}

/** Where something that is up is: what is left as it is stays where it is active. */
function placesOf(result: ScheduleResult, resource: Resource): string[] {
  const { assigned, isManaged, activeOn } = resource;
  const isLeft = !isManaged || isStuck(result, resource);
  return isLeft ? activeOn.filter(isLiveNode).map(({ name }) => name) : assigned ? [assigned.name] : [];
}

/** Tasks without which a part is not up as it should be. */
const RAISING_TASKS: ReadonlySet<string> = new Set(["start", "promote"]);

/** True for what keeps a part from coming up. */
export function isRaising({ task }: { readonly task: string }): boolean {
  return RAISING_TASKS.has(task);
}

/** Of instances those that are kept from their place, or are not managed; when there is none, the first one that has no place. */
function missingParts(result: ScheduleResult, primitives: readonly Resource[], isMultiplied: boolean): PlacementAccount[] {
  const isKept = (one: Resource): boolean => result.obstacles(one).some(isRaising);
  const isLeft = (one: Resource): boolean => !one.isManaged && !isRunning(result, one);
  const missing = primitives.filter((one) => one.assigned === undefined || isKept(one) || isLeft(one));
  const kept = missing.filter((one) => isKept(one) || isLeft(one));
  return placementAccountsOf(result, isMultiplied ? (kept.length > 0 ? kept : missing.slice(0, 1)) : missing);
}
