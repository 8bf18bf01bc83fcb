import { OPERATION_STATUS } from "../../src/model/exit-code.ts";
import type { Resource } from "../../src/scheduler/cluster/resource.ts";
import { primitivesOf } from "../../src/scheduler/cluster/resource-state.ts";
import { type Role, roleRank } from "../../src/scheduler/cluster/role.ts";
import { isLiveNode } from "../../src/scheduler/explain/live-node.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import { configuredId } from "../../src/tools/explain/goal.ts";
import { playGraph } from "../../src/tools/simulate/play-graph.ts";
import { SimulatedCib } from "../../src/tools/simulate/simulated-cib.ts";
import type { XmlElement } from "../../src/xml/element.ts";

/** The nodes that a resource is active on, with its role there. */
export type Places = ReadonlyMap<string, Role>;

/** Where everything is, by the names of `nameOf`. */
export type Whereabouts = ReadonlyMap<string, Places>;

/** What is told apart by its places: instances of an anonymous clone may be numbered otherwise by the next look at the history. */
export function nameOf(one: Resource): string {
  return one.ownClone?.clone?.isUnique === false ? configuredId(one) : one.id;
}

/** How the cluster is once a plan was carried out to its end. */
export function aftermath(cib: XmlElement, plan: ScheduleResult, nowEpochSeconds: number): Whereabouts {
  return whereabouts(schedule(carriedOut(cib, plan, nowEpochSeconds), { nowEpochSeconds, areScoresKept: false }));
}

/** The CIB once a plan was carried out to its end. */
export function carriedOut(cib: XmlElement, plan: ScheduleResult, nowEpochSeconds: number): XmlElement {
  const simulated = new SimulatedCib(cib.clone());
  // What is done now is newer than all that is recorded: what says so counts, not a failure before it.
  const playedAt = Math.max(nowEpochSeconds, greatest(cib, "last-rc-change") + 1);
  let call = greatest(cib, "call-id");
  const afterAction = (action: XmlElement): void => {
    call += 1;
    settle(simulated, action, { playedAt, call });
  };
  playGraph(plan.graphXml(), simulated, { failures: [], resources: plan.cluster.top, nowEpochSeconds: playedAt, afterAction });
  return simulated.cib;
}

/** The greatest number of an attribute of recorded operations: some cases are looked at in an earlier time than they were recorded in. */
function greatest(cib: XmlElement, attribute: string): number {
  const records = [...(cib.child("status")?.walk() ?? [])].filter(({ name }) => name === "lrm_rsc_op");
  return records.reduce((most, record) => Math.max(most, Number(record.get(attribute) ?? 0) || 0), 0);
}

/**
 * What is under way has come to an end once something else is done with the resource there, and what was done last has the greatest call id: a simulation
 * goes on telling of the one, and counts calls by the records that are there.
 */
function settle(simulated: SimulatedCib, action: XmlElement, { playedAt, call }: { playedAt: number; call: number }): void {
  const node = action.get("on_node");
  const primitive = action.child("primitive");
  if (action.name !== "rsc_op" || node === undefined || !primitive) return;
  const names = [primitive.id, primitive.get("long-id")];
  const interval = action.child("attributes")?.get("CRM_meta_interval") ?? "0";
  const isOfIt = (record: XmlElement): boolean =>
    record.get("last-rc-change") === String(playedAt) &&
    record.get("operation") === action.get("operation") &&
    record.get("interval") === interval;
  const histories = simulated.nodeState(node).descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
  for (const history of histories) {
    if (!names.includes(history.id)) continue;
    for (const record of [...history.children]) {
      if (record.get("op-status") === String(OPERATION_STATUS.pending)) history.remove(record);
      if (isOfIt(record)) record.set("call-id", String(call));
    }
  }
}

/** What is active by the status that a plan was made from, but for what is on lost nodes. */
export function whereabouts(result: ScheduleResult): Whereabouts {
  const { cluster } = result;
  const found = new Map<string, Map<string, Role>>();
  for (const one of primitivesOf(cluster.top)) {
    if (roleRank(one.role) <= roleRank("Stopped") || result.isStoppedByHistory(one)) continue;
    const places = found.get(nameOf(one)) ?? new Map<string, Role>();
    found.set(nameOf(one), places);
    for (const node of one.activeOn) if (isLiveNode(node)) places.set(node.name, one.role);
  }
  return found;
}
