import { parseBoolean } from "../../cib/document.ts";
import { hasFailed } from "../../cib/failed-record.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { isWithin } from "../../scheduler/cluster/resource-state.ts";
import { readRole } from "../../scheduler/constrain/roles.ts";
import { type PlacementAccount, placementAccountsOf } from "../../scheduler/explain/placement-account.ts";
import { unavailability } from "../../scheduler/explain/unavailability.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import type { XmlElement } from "../../xml/element.ts";
import { capacityChanges } from "./capacity-changes.ts";
import {
  avoidNode,
  bringOnline,
  type CibChange,
  cleanUp,
  gainQuorum,
  grantTicket,
  preferNode,
  removeConstraint,
  setMeta,
  setOption,
  switchOff,
} from "./cib-changes.ts";
import { findResource } from "./explained-cib.ts";
import { configuredId, type Goal } from "./goal.ts";
import { constraintIds, constraintsOf } from "./speaking-constraints.ts";

/** How far colocations and orders are followed from the resource. */
const DEPTH_MAX = 4;

/** Changes that may bring a goal about, those that disturb least first. The result needs its ledger. */
export function candidateChanges(result: ScheduleResult, resource: Resource, goal: Goal): CibChange[] {
  return distinct(goal.kind === "stopped" ? stopChanges(result, resource) : startChanges(result, resource, goal));
}

/**
 * Those of the changes that speak to what is in the way now: what forbids the node that is wanted, or keeps it from taking
 * anything, quorum, target roles, failures there, and a preference. A few at most are needed of them, and they are soon tried.
 */
export function obstacleChanges(result: ScheduleResult, resource: Resource, goal: Goal): CibChange[] {
  if (goal.kind === "stopped") return stopChanges(result, resource);
  const { cluster } = result;
  const places = cluster.nodes.filter((node) => (goal.node === undefined ? resource.assigned === node : node.name === goal.node));
  const top = topmost(resource);
  const isWhole = top.kind === "group" || top.clone !== undefined;
  const family = isWhole ? top.withDescendants() : [...resource.withDescendants(), ...parentsOf(resource)];
  const accounts = accountsOf(result, family);
  const vetoing = accounts.map((account) => {
    const nodes = account.nodes.filter(({ node }) => places.includes(node)).map((place) => ({ ...place, contributions: place.vetoes }));
    return { ...account, nodes, promotion: undefined };
  });
  const homes = goal.node === undefined ? homesOf(result, [resource]) : [];
  return distinct([
    ...family.flatMap((one) => failureChanges(cluster.cib, one, places)),
    ...family.flatMap((one) => roleChanges(one, goal)),
    ...clusterChanges(result),
    ...policyChanges(vetoing),
    ...[...new Set([...places, ...homes])].flatMap((node) => nodeChanges(cluster.cib, node)),
    ...preferences(result, resource, goal, places),
    ...capacityChanges(result, accounts, places),
    ...ticketChanges(result),
    ...constraintIds(result, vetoing, family, false).map(removeConstraint),
  ]);
}

function distinct(changes: readonly CibChange[]): CibChange[] {
  return [...new Map(changes.map((change) => [change.words, change])).values()];
}

function startChanges(result: ScheduleResult, resource: Resource, goal: Goal): CibChange[] {
  const { cluster } = result;
  const places = cluster.nodes.filter((node) => goal.node === undefined || node.name === goal.node);
  // A node that a resource makes needs that resource.
  const connections = goal.node === undefined ? [] : places.flatMap(({ connectionId }) => findResource(result, connectionId ?? "") ?? []);
  const hosts = connections.length > 0 ? cluster.nodes.filter(({ connectionId }) => connectionId === undefined) : [];
  const related = [...new Set([resource, ...connections].flatMap((one) => relatedResources(result, one)))];
  const accounts = accountsOf(result, related);
  // Much waits until a node that may still be at work is fenced, or is back, or has joined.
  const unclean = cluster.nodes.filter(({ uncleanReason, isPending }) => uncleanReason !== undefined || isPending);
  return [
    ...related.flatMap((one) => failureChanges(cluster.cib, one, cluster.nodes)),
    ...related.flatMap((one) => roleChanges(one, goal)),
    ...clusterChanges(result),
    ...policyChanges(accounts),
    ...[...new Set([...places, ...hosts, ...homesOf(result, [resource]), ...unclean])].flatMap((node) => nodeChanges(cluster.cib, node)),
    ...preferences(result, resource, goal, places),
    ...capacityChanges(result, accounts, places),
    ...cloneChanges(resource, goal),
    ...ticketChanges(result),
    ...constraintIds(result, accounts, related).map(removeConstraint),
    ...avoidances(result, resource, goal),
    ...(cluster.options.isSymmetric ? [] : [setOption("symmetric-cluster", "true")]),
    ...dependentChanges(result, related),
    // What a group wants may be outweighed by what speaks for one of its members.
    ...(resource.parent?.kind === "group" && goal.node !== undefined && goal.kind === "running"
      ? places.map(({ name }) => preferNode(cluster.cib, { resourceId: configuredId(resource), node: name }))
      : []),
  ];
}

/** What has to be with one of these speaks for its place, too: its failures and constraints, and that it has to be there. */
function dependentChanges(result: ScheduleResult, related: readonly Resource[]): CibChange[] {
  const { colocations, cib, nodes } = result.cluster;
  const isRelated = (one: Resource): boolean => related.includes(one);
  const speaking = colocations.filter(({ primary, score }) => isRelated(primary) && score !== 0);
  const dependents = [...new Set(speaking.flatMap(({ dependent }) => dependent.withDescendants()))].filter((one) => !isRelated(one));
  return [
    ...dependents.flatMap((one) => failureChanges(cib, one, nodes)),
    ...constraintIds(result, accountsOf(result, dependents), dependents, false).map(removeConstraint),
    ...constraintsOf(
      result,
      speaking.map(({ id }) => id),
    ).map(removeConstraint),
  ];
}

/** Target roles, and what lets the cluster stop something at all. */
function stopChanges(result: ScheduleResult, resource: Resource): CibChange[] {
  const { cluster } = result;
  // What the cluster makes for a guest goes with it.
  const launchers = resource.withDescendants().flatMap(({ launcher }) => launcher ?? []);
  const family = [...new Set([resource, ...parentsOf(resource), ...resource.withDescendants(), ...launchers])];
  return [
    ...family.filter((one) => isConfigured(cluster.cib, one)).map((one) => setMeta(configuredId(one), "target-role", "Stopped")),
    ...family.flatMap((one) => failureChanges(cluster.cib, one, cluster.nodes)),
    ...family.flatMap(managementChanges),
    ...clusterChanges(result),
    ...(family.some(({ lockNode }) => lockNode) ? [setOption("shutdown-lock", "false")] : []),
    ...homesOf(result, family).flatMap((node) => nodeChanges(cluster.cib, node)),
    ...ticketChanges(result),
    ...releases(result, family),
  ];
}

/** What lets resources do what they wait with for others that cannot do their part: without an order, or with those managed. */
function releases(result: ScheduleResult, resources: readonly Resource[]): CibChange[] {
  const waits = accountsOf(result, resources).flatMap(({ obstacles }) => obstacles.flatMap(({ waitsFor }) => waitsFor));
  const roots = [...new Set(waits.map(({ root }) => root.resource))];
  return [
    ...constraintsOf(
      result,
      waits.flatMap(({ orderIds }) => orderIds),
    ).map(removeConstraint),
    ...roots.flatMap(managementChanges),
  ];
}

/** Nodes on which one of these is active. */
function homesOf({ cluster }: ScheduleResult, resources: readonly Resource[]): SchedulerNode[] {
  const active = new Set(resources.flatMap((one) => one.withDescendants()).flatMap((one) => one.activeOn));
  return cluster.nodes.filter((node) => active.has(node));
}

/** False for what the cluster makes itself: parts of bundles, and the connections to guests. */
function isConfigured(cib: XmlElement, one: Resource): boolean {
  const id = configuredId(one);
  return [...(cib.descend("configuration", "resources")?.walk() ?? [])].some((xml) => xml.id === id);
}

function topmost(resource: Resource): Resource {
  return parentsOf(resource).at(-1) ?? resource;
}

function parentsOf(resource: Resource): Resource[] {
  const parents: Resource[] = [];
  for (let holder = resource.parent; holder; holder = holder.parent) parents.push(holder);
  return parents;
}

function accountsOf(result: ScheduleResult, related: readonly Resource[]): PlacementAccount[] {
  return placementAccountsOf(
    result,
    related.filter((one) => one.kind === "primitive"),
  );
}

/** The resource, what it is part of, its parts, and what they have to be with or come after, in turn. */
function relatedResources({ cluster }: ScheduleResult, resource: Resource): Resource[] {
  const found = new Set<Resource>();
  const visit = (one: Resource, depth: number): void => {
    const top = topmost(one);
    // Of a clone one instance stands for the others: each of them has something of its own that speaks against it.
    const whole = top.kind === "group" ? top.children : top.clone ? top.withDescendants() : [];
    const family = [...new Set([...one.withDescendants(), top, ...whole])];
    for (const member of family) found.add(member);
    if (depth === DEPTH_MAX) return;
    const next = [
      ...cluster.colocations.filter(({ dependent, score }) => family.includes(dependent) && score > 0).map(({ primary }) => primary),
      ...cluster
        .orders()
        .filter(({ then, kind }) => family.includes(then) && kind === "Mandatory")
        .map(({ first }) => first),
    ];
    for (const other of next) if (!found.has(other)) visit(other, depth + 1);
  };
  visit(resource, 0);
  return [...found];
}

function roleChanges(one: Resource, goal: Goal): CibChange[] {
  const id = configuredId(one);
  const changes: CibChange[] = [];
  const role = readRole(one.meta.get("target-role")) ?? one.targetRole;
  if (role === "Stopped" || (goal.kind === "promoted" && role === "Unpromoted"))
    changes.push(setMeta(id, "target-role", goal.kind === "promoted" ? "Promoted" : "Started"));
  changes.push(...managementChanges(one));
  if (one.stickiness > 0 && one.kind === "primitive" && one.activeOn.length > 0 && goal.node !== undefined)
    changes.push(setMeta(id, "resource-stickiness", "0"));
  return changes;
}

function managementChanges(one: Resource): CibChange[] {
  const id = configuredId(one);
  const isUnmanaged = parseBoolean(one.meta.get("is-managed")) === false;
  const isInMaintenance = parseBoolean(one.meta.get("maintenance")) === true;
  return [...(isUnmanaged ? [setMeta(id, "is-managed", "true")] : []), ...(isInMaintenance ? [setMeta(id, "maintenance", "false")] : [])];
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

function nodeChanges(cib: XmlElement, node: SchedulerNode): CibChange[] {
  if (unavailability(node) === undefined) return [];
  const changes: CibChange[] = [];
  if (node.isStandby) changes.push(switchOff(cib, node.name, "standby"));
  if (node.isMaintenance) changes.push(switchOff(cib, node.name, "maintenance"));
  const isMember = node.isOnline && !node.isPending && node.uncleanReason === undefined;
  if (!isMember && node.connectionId === undefined) changes.push(bringOnline(node.name));
  // A failure may be what makes the node unclean.
  if (node.isOnline && node.uncleanReason !== undefined) changes.push(...failedOn(cib, node).map((name) => cleanUp(name, node.name)));
  return changes;
}

/** What has failed on a node, by the name its history has without the number of an instance. */
function failedOn(cib: XmlElement, node: SchedulerNode): string[] {
  const state = cib
    .child("status")
    ?.childrenNamed("node_state")
    .find((one) => one.get("uname") === node.name);
  const histories = state?.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
  const failed = histories.filter((history) => history.children.some(hasFailed));
  return [...new Set(failed.flatMap(({ id }) => id?.replace(/:\d+$/, "") ?? []))];
}

/** Options, and policies of resources, that speak against nodes. */
function policyChanges(accounts: readonly PlacementAccount[]): CibChange[] {
  const speaks = ({ nodes }: PlacementAccount, source: string): boolean =>
    nodes.some(({ contributions }) => contributions.some((entry) => entry.source === source && entry.score < 0));
  const isSpeaking = (source: string): boolean => accounts.some((account) => speaks(account, source));
  const twice = accounts.filter((account) => account.currentNodes.length > 1 && speaks(account, "#multiple-active"));
  return [
    ...(isSpeaking("#node-health") ? [setOption("node-health-strategy", "none", ", so that the health of nodes does not count")] : []),
    ...(isSpeaking("#shutdown-lock") ? [setOption("shutdown-lock", "false")] : []),
    ...twice.map(({ resource }) => setMeta(configuredId(resource), "multiple-active", "stop_start")),
  ];
}

function preferences(result: ScheduleResult, resource: Resource, goal: Goal, places: readonly SchedulerNode[]): CibChange[] {
  const { cluster } = result;
  const top = topmost(resource);
  const resourceId = configuredId(top);
  // What is on a node that it makes itself was not brought there by a preference; only the replicas to be promoted are told apart so.
  const isOwn = ({ connection }: SchedulerNode): boolean => {
    const maker = connection?.launcher && findResource(result, connection.launcher.id);
    return maker !== undefined && (maker === top || isWithin(maker, top));
  };
  const prefer = ({ name }: SchedulerNode, role?: "Promoted"): CibChange => preferNode(cluster.cib, { resourceId, node: name, role });
  if (goal.kind === "promoted") {
    // To be promoted there it may first have to be there.
    const there = goal.node === undefined ? [] : places.filter((node) => !isOwn(node)).map((node) => prefer(node));
    return [...places.map((node) => prefer(node, "Promoted")), ...there];
  }
  return goal.node === undefined && cluster.options.isSymmetric ? [] : places.filter((node) => !isOwn(node)).map((node) => prefer(node));
}

/** Of places worth the same, or when the other resources would follow it, only being kept from the present place may help. */
function avoidances({ cluster }: ScheduleResult, resource: Resource, goal: Goal): CibChange[] {
  if (goal.node === undefined || goal.kind === "promoted") return [];
  const chosen = new Set(resource.primitives().flatMap(({ assigned }) => assigned?.name ?? []));
  const resourceId = configuredId(topmost(resource));
  return [...chosen].filter((name) => name !== goal.node).map((name) => avoidNode(cluster.cib, { resourceId, node: name }));
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

/** Tickets that some constraint asks for and that are not granted, or are in standby: they ban, demote, freeze, and may have nodes fenced. */
function ticketChanges({ cluster }: ScheduleResult): CibChange[] {
  const constraints = cluster.cib.descend("configuration", "constraints")?.childrenNamed("rsc_ticket") ?? [];
  const states = cluster.cib.descend("status", "tickets")?.childrenNamed("ticket_state") ?? [];
  const isActive = (ticket: string): boolean => {
    const state = states.find(({ id }) => id === ticket);
    return parseBoolean(state?.get("granted")) === true && parseBoolean(state?.get("standby")) !== true;
  };
  const tickets = new Set(constraints.flatMap((constraint) => constraint.get("ticket") ?? []));
  return [...tickets].filter((ticket) => !isActive(ticket)).map((ticket) => grantTicket(cluster.cib, ticket));
}
