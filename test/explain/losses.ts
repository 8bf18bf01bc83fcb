import type { SchedulerNode } from "../../src/scheduler/cluster/node.ts";
import type { Resource } from "../../src/scheduler/cluster/resource.ts";
import type { Survival } from "../../src/scheduler/explain/survival.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { planLoss } from "../../src/tools/explain/what-if.ts";
import type { XmlElement } from "../../src/xml/element.ts";
import { aftermath, nameOf, type Whereabouts } from "./aftermath.ts";
import { isLarger, type RandomLook } from "./random-look.ts";

/** Larger cases take too long. */
const PRIMITIVES_MAX = 60;

/** What was compared. */
export interface LossCounts {
  losses: number;
  resources: number;
}

/** Lets nodes die, carries the plan out, and compares what is active then with what is said to become of each resource. */
export function untrueLosses(
  cib: XmlElement,
  result: ScheduleResult,
  { nowEpochSeconds, choice }: RandomLook,
  counts: LossCounts,
): string[] {
  if (isLarger(result, PRIMITIVES_MAX)) return [];
  const members = result.cluster.nodes.filter((node) => node.connectionId === undefined && node.isOnline).map(({ name }) => name);
  if (members.length === 0) return [];
  const nodes = choice.some(members, 1, choice.chance(0.2) ? 2 : 1);
  const loss = planLoss(cib, result, nodes, { quorum: choice.chance(0.3) ? true : undefined, nowEpochSeconds });
  const after = aftermath(loss.cib, loss.result, nowEpochSeconds);
  counts.losses += 1;
  counts.resources += loss.survivals.length;
  return loss.survivals.flatMap((one) =>
    untrueSurvival(one, loss.result, after).map((text) => `without ${nodes.join(" and ")}: ${one.resource} is said to be ${text}`),
  );
}

function untrueSurvival(one: Survival, { cluster, graph }: ScheduleResult, after: Whereabouts): string[] {
  const { cib } = cluster;
  const top = cluster.top.find(({ id }) => id === one.resource);
  const parts = top?.primitives() ?? [];
  // Of several histories of one thing on one node a simulation writes on in one.
  if (parts.some((part) => hasSeveralHistories(cib, part))) return [];
  const touched = new Set(graph.actions.flatMap(({ resource }) => resource?.id ?? []));
  // What the history tells of nodes behind a connection outlives that in a simulation, and so does a record of a live migration on the lost
  // node of what was active in several places; what has failed and is blocked may be in any state.
  const isUnclear = ({ pendingTask, activeOn, isFailed, isBlocked }: Resource): boolean =>
    pendingTask !== undefined ||
    activeOn.length > 1 ||
    (isFailed && isBlocked) ||
    activeOn.some(({ connectionId }) => connectionId !== undefined && touched.has(connectionId));
  if (parts.some(isUnclear)) return [];
  // Two instances on one node have one history.
  const isDoubled = (nodesOf: (part: Resource) => readonly SchedulerNode[]): boolean => {
    const at = parts.flatMap((part) => nodesOf(part).map(({ name }) => `${nameOf(part)} ${name}`));
    return new Set(at).size < at.length;
  };
  if (isDoubled(({ assigned }) => (assigned ? [assigned] : [])) || isDoubled(({ activeOn }) => activeOn)) return [];
  const pseudo = new Set(graph.actions.flatMap(({ key, kind }) => (kind === "pseudo_event" ? [key] : [])));
  if (parts.some(({ id }) => pseudo.has(`${id}_stop_0`) && !graph.actions.some(({ key }) => key === `${id}_start_0`))) return [];
  const places = [...new Set(parts.map(nameOf))].flatMap((name) => [...(after.get(name) ?? [])]);
  const nodes = [...new Set(places.map(([node]) => node))].sort();
  const seen = places.map(([node, role]) => `${role} on ${node}`).join(", ") || "down";
  const said = `${one.outcome} with ${one.runningAfter} on ${one.nodes.join(" ") || "none"}, and is ${seen}`;
  if (places.length !== one.runningAfter) return [said];
  if (nodes.join() !== [...one.nodes].sort().join()) return [said];
  const isPromoted = places.some(([, role]) => role === "Promoted");
  return one.outcome === "unpromoted" && isPromoted ? [said] : [];
}

function hasSeveralHistories(cib: XmlElement, { id, historyName }: Resource): boolean {
  const states = cib.child("status")?.childrenNamed("node_state") ?? [];
  return states.some((state) => {
    const histories = state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
    return histories.filter((one) => one.id === id || one.id === historyName).length > 1;
  });
}
