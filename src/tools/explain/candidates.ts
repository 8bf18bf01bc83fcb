import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { isWithin } from "../../scheduler/cluster/resource-state.ts";
import { readRole } from "../../scheduler/constrain/roles.ts";
import { isTicketSet } from "../../scheduler/constrain/tickets.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { capacityChanges } from "./capacity-changes.ts";
import { dependentChanges, managementChanges, releases, rivalChanges } from "./changes-of-others.ts";
import { avoidNode, type CibChange, gainQuorum, grantTicket, preferNode, removeConstraint, setMeta, setOption } from "./cib-changes.ts";
import { findResource } from "./explained-cib.ts";
import { failureChanges, nodeChanges } from "./failure-changes.ts";
import { configuredId, type Goal } from "./goal.ts";
import { accountsOf, homesOf, isConfigured, parentsOf, relatedResources, topmost } from "./related-resources.ts";
import { constraintIds } from "./speaking-constraints.ts";

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
    ...rivalChanges(result, related, places),
    // What a group wants may be outweighed by what speaks for one of its members.
    ...(resource.parent?.kind === "group" && goal.node !== undefined && goal.kind === "running"
      ? places.map(({ name }) => preferNode(cluster.cib, { resourceId: configuredId(resource), node: name }))
      : []),
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

function clusterChanges({ cluster }: ScheduleResult): CibChange[] {
  const { options, hasFenceDevice } = cluster;
  const changes: CibChange[] = [];
  if (options.isStopAll) changes.push(setOption("stop-all-resources", "false"));
  if (options.isMaintenanceMode) changes.push(setOption("maintenance-mode", "false"));
  if (!options.hasQuorum) changes.push(gainQuorum());
  if (options.isFencingEnabled && !hasFenceDevice) changes.push(setOption("fencing-enabled", "false", ", or configure a fencing device"));
  return changes;
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
  const isActive = (ticket: string): boolean => isTicketSet(cluster.cib, ticket, "granted") && !isTicketSet(cluster.cib, ticket, "standby");
  const tickets = new Set(constraints.flatMap((constraint) => constraint.get("ticket") ?? []));
  return [...tickets].filter((ticket) => !isActive(ticket)).map((ticket) => grantTicket(cluster.cib, ticket));
}
