import type { GraphAction } from "../../model/transition-graph.ts";
import type { NodeConnection } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { primitivesOf } from "../cluster/resource-state.ts";
import { roleRank } from "../cluster/role.ts";
import type { ScheduleResult } from "../report/schedule-result.ts";
import { isLiveNode } from "./live-node.ts";
import { type ActionTime, MeasuredTimes, timeline } from "./timeline.ts";

/** What a plan does to a resource that runs now. */
export interface Interruption {
  readonly resource: string;
  /** Where it is active; of `stop` and `stop-copy` where it is stopped. */
  readonly from: readonly string[];
  /** Where it is afterwards; of `stop-copy` the first of the nodes on which it goes on running. */
  readonly to: string | undefined;
  /** `stop`: it does not come back; `restart`, `move`: it does, here or elsewhere; `migrate`: it goes on running; `stop-copy`: it was active
   * in more than one place, and goes on in one of them; `demote`: its promoted role ends; `repromote`: that comes back. */
  readonly kind: "stop" | "restart" | "move" | "migrate" | "stop-copy" | "demote" | "repromote";
  /** The container it lives in, where that takes it down, and nothing is done about it itself. */
  readonly through: string | undefined;
  /** True for what goes down with the nodes that it is on, which are fenced, and is not stopped itself: it is blocked, or not managed. */
  readonly isFencedAway: boolean;
  /** How long it is down by measured times; undefined when it does not come back. */
  readonly downMs: number | undefined;
  /** Operations never measured: the true time is longer by theirs. */
  readonly unmeasured: readonly GraphAction[];
}

const SEVERITY: Readonly<Record<Interruption["kind"], number>> = {
  migrate: 0,
  repromote: 1,
  demote: 2,
  "stop-copy": 3,
  restart: 4,
  move: 5,
  stop: 6,
};

/** Outages that are not due anyway, or end worse than those that are. */
export function addedOutages(due: readonly Interruption[], planned: readonly Interruption[]): Interruption[] {
  const known = new Map(due.map(({ resource, kind }) => [resource, SEVERITY[kind]]));
  return planned.filter((one) => SEVERITY[one.kind] > (known.get(one.resource) ?? 0));
}

/** What the plan does to each resource that runs now, in the order of the configuration. */
export function interruptions(result: ScheduleResult): Interruption[] {
  const times = timeline(result.graph, new MeasuredTimes(result.cluster.cib));
  const byKey = new Map<string, GraphAction[]>();
  for (const action of result.graph.actions) byKey.set(action.key, [...(byKey.get(action.key) ?? []), action]);
  const running = primitivesOf(result.cluster.top).filter(
    (one) => roleRank(one.role) > roleRank("Stopped") && one.activeOn.length > 0 && !result.isStoppedByHistory(one),
  );
  const planned = (id: string, task: string): readonly GraphAction[] => byKey.get(`${id}_${task}_0`) ?? [];
  const fenced = fencedNodes(result);
  return running.flatMap(
    (resource) =>
      fencedAway(resource, planned, fenced) ??
      interruption(resource, (task) => planned(resource.id, task), times) ??
      takenAlong(resource, planned) ??
      [],
  );
}

/** Names of the nodes that the plan has fenced. */
function fencedNodes({ graph }: ScheduleResult): ReadonlySet<string> {
  const fencings = graph.actions.filter(({ operation, attributes }) => {
    return operation === "stonith" && attributes.get("CRM_meta_stonith_action") !== "on";
  });
  return new Set(fencings.flatMap(({ node }) => node ?? []));
}

/** What nothing is done about, or that is only demoted, goes down all the same with nodes that are fenced. */
function fencedAway(
  { id, activeOn }: Resource,
  planned: (id: string, task: string) => readonly GraphAction[],
  fenced: ReadonlySet<string>,
): Interruption | undefined {
  const isTold = ["stop", "start", "migrate_to"].some((task) => planned(id, task).length > 0);
  // A guest is fenced by the recovery of what it lives in.
  if (isTold || !activeOn.every(({ name, connection }) => fenced.has(name) && !connection?.launcher)) return undefined;
  const from = activeOn.map(({ name }) => name);
  return { resource: id, from, to: undefined, kind: "stop", through: undefined, isFencedAway: true, downMs: undefined, unmeasured: [] };
}

function interruption(
  resource: Resource,
  actions: (task: string) => readonly GraphAction[],
  times: ReadonlyMap<number, ActionTime>,
): Interruption | undefined {
  const from = resource.activeOn.map((node) => node.name);
  const to = resource.assigned?.name;
  const make = (kind: Interruption["kind"], first: GraphAction, last: GraphAction | undefined): Interruption => {
    const begin = times.get(first.id);
    const end = last && times.get(last.id);
    // What went before the first action delays the outage but does not lengthen it.
    const unmeasured = end ? [...end.unmeasured].filter((action) => !begin?.unmeasured.has(action) || action.key === first.key) : [];
    const downMs = end && begin ? Math.max(0, end.endMs - begin.beginMs) : undefined;
    return { resource: resource.id, from, to: last ? to : undefined, kind, through: undefined, isFencedAway: false, downMs, unmeasured };
  };
  const [migration] = actions("migrate_to");
  if (migration) return { ...make("migrate", migration, migration), downMs: 0, unmeasured: [] };
  const stops = actions("stop");
  // Of several actions the outage begins with the first, and is over with the last.
  const stop = extreme(stops, (one) => -(times.get(one.id)?.beginMs ?? 0));
  const demote = extreme(actions("demote"), (one) => -(times.get(one.id)?.beginMs ?? 0));
  const start = extreme(actions("start"), (one) => times.get(one.id)?.endMs ?? 0);
  const promote = extreme(actions("promote"), (one) => times.get(one.id)?.endMs ?? 0);
  const wasPromoted = resource.role === "Promoted";
  if (stop) {
    const first = wasPromoted && demote ? demote : stop;
    // What is implied by fencing names no node.
    const stopped = new Set(stops.flatMap(({ node }) => node ?? from));
    // A start where it is not stopped is none: it goes on there.
    const isKept = to !== undefined && from.includes(to) && !stopped.has(to);
    if (start && !isKept)
      return make(to !== undefined && from.includes(to) ? "restart" : "move", first, wasPromoted && promote ? promote : start);
    const left = resource.activeOn.filter((node) => !stopped.has(node.name) && isLiveNode(node)).map(({ name }) => name);
    const told = make(left.length > 0 ? "stop-copy" : "stop", first, undefined);
    return { ...told, from: from.filter((node) => stopped.has(node)), to: left[0] };
  }
  if (!demote) return undefined;
  return promote ? make("repromote", demote, promote) : make("demote", demote, undefined);
}

/** What is left alone where it is goes down all the same with the container that it lives in. */
function takenAlong(resource: Resource, planned: (id: string, task: string) => readonly GraphAction[]): Interruption | undefined {
  const launchers = resource.activeOn.map(({ connection }) => connection?.launcher);
  const [launcher] = launchers;
  const goesOn = ({ id, activeOn }: NodeConnection): boolean =>
    planned(id, "stop").length < activeOn.length || planned(id, "migrate_to").length > 0;
  if (!launcher || launchers.some((one) => !one || goesOn(one))) return undefined;
  const from = resource.activeOn.map(({ name }) => name);
  return {
    resource: resource.id,
    from,
    to: undefined,
    kind: "stop",
    through: launcher.id,
    isFencedAway: false,
    downMs: undefined,
    unmeasured: [],
  };
}

/** The item that is worth most; undefined when there is none. */
function extreme<T>(items: readonly T[], worth: (item: T) => number): T | undefined {
  let best = items[0];
  for (const item of items) if (best === undefined || worth(item) > worth(best)) best = item;
  return best;
}
