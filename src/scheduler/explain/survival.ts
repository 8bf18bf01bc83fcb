import type { Resource } from "../resource.ts";
import { roleRank } from "../role.ts";
import type { ScheduleResult } from "../schedule.ts";
import { type PlacementAccount, placementAccounts } from "./placement-account.ts";
import { MeasuredTimes, timeline } from "./timeline.ts";

/** What becomes of one configured resource when nodes are lost. */
export interface Survival {
  readonly resource: string;
  /**
   * `kept`: not touched; `moved`: up again elsewhere; `reduced`: fewer instances, or parts, than now; `unpromoted`: it runs,
   * but no instance is promoted any more; `lost`: nothing of it runs.
   */
  readonly outcome: "kept" | "moved" | "reduced" | "unpromoted" | "lost";
  readonly runningBefore: number;
  readonly runningAfter: number;
  /** Where its parts are afterwards. */
  readonly nodes: readonly string[];
  /** For what moved: until all of it is up again, in ms from the loss, by measured times. */
  readonly downMs: number | undefined;
  readonly unmeasured: readonly string[];
  /** Why parts of it do not come up. */
  readonly reasons: readonly (Obstruction | PlacementAccount)[];
}

/** What keeps a resource that has a place from coming up there. */
export interface Obstruction {
  readonly resource: string;
  readonly task: string;
  /** In the scheduler's words; empty when there are none. */
  readonly cause: string;
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
    const running = top.primitives().filter(isRunning);
    if (running.length === 0) return [];
    const primitives = tops.get(top.id)?.primitives() ?? [];
    const up = primitives.filter((one) => willRun(after, one));
    const isHit = running.some((one) => one.activeOn.some((node) => lostNodes.has(node.name)));
    const starts = new Set(up.map((one) => `${one.id}_start_0`));
    const moves = after.graph.actions.filter((action) => starts.has(action.key)).flatMap((action) => times.get(action.id) ?? []);
    const isMultiplied = top.clone !== undefined || top.bundle !== undefined;
    const wasPromoted = running.some((one) => one.role === "Promoted");
    const isPromoted = up.some((one) => one.nextRole === "Promoted");
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
        nodes: [...new Set(up.flatMap((one) => one.assigned?.name ?? []))],
        downMs: moves.length === 0 ? undefined : Math.max(...moves.map((time) => time.endMs)),
        unmeasured: [...new Set(moves.flatMap((time) => [...time.unmeasured]))],
        reasons: outcome === "kept" || outcome === "moved" ? [] : reasonsOf(after, primitives, isMultiplied),
      },
    ];
  });
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
function isRunning(resource: Resource): boolean {
  if (resource.isBlocked && resource.isFailed) return false;
  return (
    roleRank(resource.role) > roleRank("Stopped") && resource.activeOn.some((node) => node.isOnline && node.uncleanReason === undefined)
  );
}

/** True when it is up after the plan: it has a place, and nothing keeps it from coming up there. What is not managed is left as it is. */
export function willRun(result: ScheduleResult, resource: Resource): boolean {
  if (!resource.isManaged) return isRunning(resource);
  const { assigned, nextRole } = resource;
  if (!assigned || roleRank(nextRole) <= roleRank("Stopped")) return false;
  return !result.obstacles(resource).some(({ task }) => task === "start");
}

/** Of instances those that are kept from their place; when there is none, why the first one has no place. */
function reasonsOf(result: ScheduleResult, primitives: readonly Resource[], isMultiplied: boolean): Survival["reasons"] {
  const all = primitives.flatMap((one) => reasonsOfOne(result, one));
  if (!isMultiplied) return all;
  const obstructions = all.filter((reason) => "cause" in reason);
  return obstructions.length > 0 ? obstructions : all.slice(0, 1);
}

function reasonsOfOne(result: ScheduleResult, resource: Resource): (Obstruction | PlacementAccount)[] {
  const blocked = result.obstacles(resource).filter(({ task }) => task === "start" || task === "promote");
  if (blocked.length === 0) return resource.assigned ? [] : placementAccounts(result, resource);
  return blocked.map(({ task, reason, waitsFor }) => {
    const first = waitsFor.map((one) => `${one.task} of ${one.resource}`).join(", ");
    const decided = result.decisions.find((decision) => decision.subject === resource.id)?.reason ?? "";
    const cause = reason || (first === "" ? decided : `it waits for ${first}`);
    return { resource: resource.id, task, cause };
  });
}
