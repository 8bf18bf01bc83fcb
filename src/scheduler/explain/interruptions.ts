import type { GraphAction } from "../../model/transition-graph.ts";
import type { Resource } from "../cluster/resource.ts";
import { primitivesOf } from "../cluster/resource-state.ts";
import { roleRank } from "../cluster/role.ts";
import type { ScheduleResult } from "../report/schedule-result.ts";
import { type ActionTime, MeasuredTimes, timeline } from "./timeline.ts";

/** What a plan does to a resource that runs now. */
export interface Interruption {
  readonly resource: string;
  readonly from: readonly string[];
  readonly to: string | undefined;
  /** `stop`: it does not come back; `restart`, `move`: it does, here or elsewhere; `migrate`: it goes on running;
   * `demote`: its promoted role ends; `repromote`: that comes back. */
  readonly kind: "stop" | "restart" | "move" | "migrate" | "demote" | "repromote";
  /** How long it is down by measured times; undefined when it does not come back. */
  readonly downMs: number | undefined;
  /** Operations never measured: the true time is longer by theirs. */
  readonly unmeasured: readonly string[];
}

const SEVERITY: Readonly<Record<Interruption["kind"], number>> = { migrate: 0, repromote: 1, demote: 2, restart: 3, move: 4, stop: 5 };

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
  const running = primitivesOf(result.cluster.top).filter((one) => roleRank(one.role) > roleRank("Stopped") && one.activeOn.length > 0);
  return running.flatMap((resource) => interruption(resource, (task) => byKey.get(`${resource.id}_${task}_0`) ?? [], times) ?? []);
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
    const unmeasured = end ? [...end.unmeasured].filter((key) => !begin?.unmeasured.has(key) || key.startsWith(first.key)) : [];
    const downMs = end && begin ? Math.max(0, end.endMs - begin.beginMs) : undefined;
    return { resource: resource.id, from, to: last ? to : undefined, kind, downMs, unmeasured };
  };
  const [migration] = actions("migrate_to");
  if (migration) return { ...make("migrate", migration, migration), downMs: 0, unmeasured: [] };
  const [stop] = actions("stop");
  const [demote] = actions("demote");
  const [start] = actions("start");
  const [promote] = actions("promote");
  const wasPromoted = resource.role === "Promoted";
  if (stop) {
    const first = wasPromoted && demote ? demote : stop;
    if (!start) return make("stop", first, undefined);
    return make(to !== undefined && from.includes(to) ? "restart" : "move", first, wasPromoted && promote ? promote : start);
  }
  if (!demote) return undefined;
  return promote ? make("repromote", demote, promote) : make("demote", demote, undefined);
}
