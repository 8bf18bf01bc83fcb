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
  const simulated = new SimulatedCib(cib.clone());
  const afterAction = (action: XmlElement): void => forgetPending(simulated, action);
  playGraph(plan.graphXml(), simulated, { failures: [], resources: plan.cluster.top, nowEpochSeconds, afterAction });
  return whereabouts(schedule(simulated.cib, { nowEpochSeconds, areScoresKept: false }));
}

/** What is under way has come to an end once something else is done with the resource there: a simulation goes on telling of it. */
function forgetPending(simulated: SimulatedCib, action: XmlElement): void {
  const node = action.get("on_node");
  const primitive = action.child("primitive");
  if (action.name !== "rsc_op" || node === undefined || !primitive) return;
  const names = [primitive.id, primitive.get("long-id")];
  const histories = simulated.nodeState(node, false).descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
  for (const history of histories) {
    if (!names.includes(history.id)) continue;
    for (const record of [...history.children]) if (record.get("op-status") === String(OPERATION_STATUS.pending)) history.remove(record);
  }
}

/** What is active by the status that a plan was made from, but for what is on lost nodes. */
export function whereabouts({ cluster }: ScheduleResult): Whereabouts {
  const found = new Map<string, Map<string, Role>>();
  for (const one of primitivesOf(cluster.top)) {
    if (roleRank(one.role) <= roleRank("Stopped")) continue;
    const places = found.get(nameOf(one)) ?? new Map<string, Role>();
    found.set(nameOf(one), places);
    for (const node of one.activeOn) if (isLiveNode(node)) places.set(node.name, one.role);
  }
  return found;
}
