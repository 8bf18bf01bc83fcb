import { parseBoolean } from "../../cib/document.ts";
import { placementAccounts, unavailability } from "../../scheduler/explain/placement-account.ts";
import type { SchedulerNode } from "../../scheduler/node.ts";
import type { Resource } from "../../scheduler/resource.ts";
import type { ScheduleResult } from "../../scheduler/schedule.ts";
import type { XmlElement } from "../../xml/element.ts";
import {
  bringOnline,
  type CibChange,
  cleanUp,
  gainQuorum,
  grantTicket,
  hasFailed,
  preferNode,
  removeConstraint,
  setCapacity,
  setMeta,
  setNeeds,
  setOption,
  switchOff,
} from "./cib-changes.ts";
import type { Goal } from "./goal.ts";

/** How far colocations and orders are followed from the resource. */
const DEPTH_MAX = 4;

/** Changes that may bring a goal about, those that disturb least first. The result needs its ledger. */
export function candidateChanges(result: ScheduleResult, resource: Resource, goal: Goal): CibChange[] {
  const { cluster } = result;
  const outer = topmost(resource);
  if (goal.kind === "stopped") return [...new Set([configuredId(resource), outer.id])].map((id) => setMeta(id, "target-role", "Stopped"));
  const related = relatedResources(result, resource);
  const places = cluster.nodes.filter((node) => goal.node === undefined || node.name === goal.node);
  const changes = [
    ...related.flatMap((one) => failureChanges(cluster.cib, one, cluster.nodes)),
    ...related.flatMap((one) => roleChanges(one, goal)),
    ...clusterChanges(result),
    ...places.flatMap(nodeChanges),
    ...preferences(result, resource, goal, places),
    ...capacityChanges(result, related, places),
    ...cloneChanges(resource, goal),
    ...related.flatMap((one) => ticketChanges(result, one)),
    ...constraintIds(result, related).map(removeConstraint),
  ];
  const byWords = new Map(changes.map((change) => [change.words, change]));
  return [...byWords.values()];
}

/** Name of a resource in the configuration: that of an instance without its number. */
function configuredId(resource: Resource): string {
  return resource.id.replace(/:\d+$/, "");
}

function topmost(resource: Resource): Resource {
  let top = resource;
  while (top.parent) top = top.parent;
  return top;
}

/** The resource, what it is part of, its parts, and what they have to be with or come after, in turn. */
function relatedResources({ cluster }: ScheduleResult, resource: Resource): Resource[] {
  const found = new Set<Resource>();
  const visit = (one: Resource, depth: number): void => {
    const top = topmost(one);
    const family = [...new Set([...one.withDescendants(), top, ...(top.kind === "group" ? top.children : [])])];
    for (const member of family) found.add(member);
    if (depth === DEPTH_MAX) return;
    const next = [
      ...cluster.colocations.filter(({ dependent, score }) => family.includes(dependent) && score > 0).map(({ primary }) => primary),
      ...cluster.orders.filter(({ then, kind }) => family.includes(then) && kind === "Mandatory").map(({ first }) => first),
    ];
    for (const other of next) if (!found.has(other)) visit(other, depth + 1);
  };
  visit(resource, 0);
  return [...found];
}

function roleChanges(one: Resource, goal: Goal): CibChange[] {
  const id = configuredId(one);
  const changes: CibChange[] = [];
  const role = one.meta.get("target-role") ?? one.targetRole;
  if (role === "Stopped" || (goal.kind === "promoted" && one.targetRole === "Unpromoted"))
    changes.push(setMeta(id, "target-role", goal.kind === "promoted" ? "Promoted" : "Started"));
  if (parseBoolean(one.meta.get("is-managed")) === false) changes.push(setMeta(id, "is-managed", "true"));
  if (parseBoolean(one.meta.get("maintenance")) === true) changes.push(setMeta(id, "maintenance", "false"));
  if (one.stickiness > 0 && one.kind === "primitive" && one.activeOn.length > 0 && goal.node !== undefined)
    changes.push(setMeta(id, "resource-stickiness", "0"));
  return changes;
}

function failureChanges(cib: XmlElement, one: Resource, nodes: readonly SchedulerNode[]): CibChange[] {
  if (one.kind !== "primitive") return [];
  const name = one.historyName.replace(/:\d+$/, "");
  return nodes.flatMap((node) => {
    const state = cib
      .child("status")
      ?.childrenNamed("node_state")
      .find((candidate) => candidate.get("uname") === node.name);
    const histories = state?.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
    const isFailed = histories.some((history) => history.id?.replace(/:\d+$/, "") === name && history.children.some(hasFailed));
    const isCounted = [...node.attributes.keys()].some(
      (key) => key.startsWith(`fail-count-${name}#`) || key.startsWith(`fail-count-${name}:`),
    );
    return isFailed || isCounted ? [cleanUp(name, node.name)] : [];
  });
}

function clusterChanges({ cluster }: ScheduleResult): CibChange[] {
  const { options, hasFenceDevice } = cluster;
  const changes: CibChange[] = [];
  if (options.isStopAll) changes.push(setOption("stop-all-resources", "false"));
  if (options.isMaintenanceMode) changes.push(setOption("maintenance-mode", "false"));
  if (!options.hasQuorum) changes.push(gainQuorum());
  if (options.isFencingEnabled && !hasFenceDevice) changes.push(setOption("fencing-enabled", "false", ", or configure a fencing device"));
  return changes;
}

function nodeChanges(node: SchedulerNode): CibChange[] {
  if (unavailability(node) === undefined) return [];
  const changes: CibChange[] = [];
  if (node.isStandby) changes.push(switchOff(node.name, "standby"));
  if (node.isMaintenance) changes.push(switchOff(node.name, "maintenance"));
  if (!node.isOnline && node.connectionId === undefined) changes.push(bringOnline(node.name));
  return changes;
}

/** More room on a node that has too little, smaller needs, or no heed of them. */
function capacityChanges(result: ScheduleResult, related: readonly Resource[], places: readonly SchedulerNode[]): CibChange[] {
  const { cluster } = result;
  if (cluster.options.placementStrategy === "default") return [];
  const changes = related.flatMap((one) => {
    const [account] = one.kind === "primitive" ? placementAccounts(result, one) : [];
    return (account?.nodes ?? []).flatMap(({ node, vetoes }) => {
      const needed = vetoes.flatMap(({ shortage }) => shortage?.needed ?? []);
      if (needed.length === 0 || !places.includes(node)) return [];
      const missing = needed.map(({ name, amount, left }) => ({ name, amount: amount - left }));
      const smaller = missing.map(({ name, amount }) => ({ name, amount: (one.utilization.get(name) ?? 0) - amount }));
      return [
        setCapacity(
          node.name,
          missing.map(({ name, amount }) => ({ name, amount: amount + configuredCapacity(cluster.cib, node, name) })),
        ),
        ...(smaller.every(({ amount }) => amount > 0) ? [setNeeds(configuredId(one), smaller)] : []),
      ];
    });
  });
  return changes.length === 0 ? [] : [...changes, setOption("placement-strategy", "default", ", so that capacities do not count")];
}

/** What a node has in all; what the configuration says goes before the status. */
function configuredCapacity(cib: XmlElement, node: SchedulerNode, name: string): number {
  const configured = cib.descend("configuration", "nodes")?.children.find((one) => one.get("uname") === node.name);
  const transient = cib
    .child("status")
    ?.childrenNamed("node_state")
    .find((one) => one.get("uname") === node.name)
    ?.child("transient_attributes");
  for (const holder of [configured, transient])
    for (const set of holder?.childrenNamed("utilization") ?? [])
      for (const pair of set.childrenNamed("nvpair"))
        if (pair.get("name") === name) return Number.parseInt(pair.get("value") ?? "", 10) || 0;
  return 0;
}

function preferences({ cluster }: ScheduleResult, resource: Resource, goal: Goal, places: readonly SchedulerNode[]): CibChange[] {
  const id = configuredId(topmost(resource));
  if (goal.kind === "promoted") return places.map((node) => preferNode(id, node.name, "Promoted"));
  if (goal.node === undefined && cluster.options.isSymmetric) return [];
  return places.map((node) => preferNode(id, node.name, undefined));
}

function cloneChanges(resource: Resource, goal: Goal): CibChange[] {
  const clone = topmost(resource);
  const settings = clone.clone;
  if (!settings) return [];
  const more = (name: string, value: number): CibChange => setMeta(clone.id, name, String(value + 1));
  return [
    more("clone-max", settings.max),
    more("clone-node-max", settings.nodeMax),
    ...(goal.kind === "promoted" ? [more("promoted-max", settings.promotedMax), more("promoted-node-max", settings.promotedNodeMax)] : []),
  ];
}

function ticketChanges({ cluster }: ScheduleResult, one: Resource): CibChange[] {
  const ids = new Set(cluster.bannedByTicket.filter(({ resource }) => resource === one).map(({ id }) => id));
  const constraints = cluster.cib.descend("configuration", "constraints")?.childrenNamed("rsc_ticket") ?? [];
  const holders = constraints.filter(({ id }) => (id !== undefined && ids.has(id)) || cluster.unpromotable.has(one));
  return holders.flatMap((constraint) => constraint.get("ticket") ?? []).map(grantTicket);
}

/** Constraints that speak in the scores of these resources, or order what cannot be done before them. */
function constraintIds(result: ScheduleResult, related: readonly Resource[]): string[] {
  const known = new Set<string>();
  for (const constraint of result.cluster.cib.descend("configuration", "constraints")?.children ?? [])
    for (const part of [constraint, ...constraint.childrenNamed("resource_set")])
      if (part.id && constraint.name !== "rsc_ticket") known.add(part.id);
  const spoken = related
    .filter((one) => one.kind === "primitive")
    .flatMap((one) => {
      const [account] = placementAccounts(result, one);
      const entries = [...(account?.nodes ?? []).flatMap((place) => place.contributions), ...(account?.promotion?.contributions ?? [])];
      return [
        ...entries.map((entry) => entry.source),
        ...(account?.obstacles.flatMap(({ waitsFor }) => waitsFor.flatMap(({ orderIds }) => orderIds)) ?? []),
      ];
    });
  return [...new Set(spoken)].filter((id) => known.has(id));
}
