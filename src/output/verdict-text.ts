import type { NodeAccount, PlacementAccount } from "../scheduler/explain/placement-account.ts";
import { isAvailable, type SchedulerNode } from "../scheduler/node.ts";
import type { Decision } from "../scheduler/report/summary.ts";
import type { Resource } from "../scheduler/resource.ts";
import { entrySource } from "./entry-source.ts";
import { lockText, type ScoreSources } from "./score-sources.ts";

/** Where a resource is and what becomes of it, in one sentence without its end. */
export function verdict(account: PlacementAccount, sources: ScoreSources): string {
  const { currentNodes, currentRole, nextNode, nextRole, obstacles, isManaged } = account;
  const now = present(account);
  if (!isManaged) {
    const cause = whyUnmanaged(account, sources);
    return currentNodes.length === 0 ? `${now}, and nothing is done about it: ${cause}` : `${now}, and is left as it is: ${cause}`;
  }
  const isStuck = obstacles.some(({ task }) => task === "start" || task === "promote" || task.startsWith("migrate"));
  const isStopping = account.isStopped && currentNodes.length > 0;
  if (nextNode === undefined || nextRole === "Stopped") {
    const cause = whyDown(account, sources);
    if (currentNodes.length === 0) return `does not run, and is not going to: ${cause}`;
    return obstacles.some(({ task }) => task === "stop" || task === "demote")
      ? `${now}; it is to be stopped, which is blocked: ${cause}`
      : `${now}; it is going to be stopped: ${cause}`;
  }
  if (isStuck && isStopping) return `${now}; it is going to be stopped. It belongs on ${nextNode} as ${nextRole}, but is blocked`;
  if (isStuck) return `${now}; it belongs on ${nextNode} as ${nextRole}, but is blocked`;
  const [decision] = account.decisions;
  if (decision) return `${now}; ${decisionText(decision, account)}`;
  if (!currentNodes.includes(nextNode)) return `${now}; it is going to be ${nextRole} on ${nextNode}`;
  if (account.isStarted) return `${now}; its start there is under way, or is going to be repeated`;
  return currentRole === nextRole || nextRole === "Unpromoted" ? `${now}, and stays there` : `${now}; it is going to be ${nextRole} there`;
}

function present({ currentNodes, currentRole, cluster }: PlacementAccount): string {
  if (currentNodes.length === 0) return "does not run now";
  const places = cluster.nodes.filter(({ name }) => currentNodes.includes(name));
  const isLost = places.every(({ isOnline }) => !isOnline);
  const where = currentNodes.join(" and ");
  return isLost
    ? `ran on ${where} as ${currentRole}, which ${places.length === 1 ? "is" : "are"} lost`
    : `runs on ${where} as ${currentRole}`;
}

function decisionText({ change, reason }: Decision, { nextNode, nextRole, currentNodes }: PlacementAccount): string {
  const words = reasonWords(reason);
  const why = words === "" ? "" : `: ${words}`;
  const place = currentNodes.length === 1 && currentNodes[0] === nextNode ? "there" : `on ${nextNode}`;
  const role = nextRole === "Started" ? "" : ` as ${nextRole}`;
  switch (change) {
    case "Move":
      return `it is going to be moved to ${nextNode}${role}${why}`;
    case "Migrate":
      return `it is going to be moved live to ${nextNode}${why}`;
    case "Recover":
      return `it has failed, and is going to be stopped and started again ${place}${role}`;
    case "Promote":
      return currentNodes.length === 0
        ? `it is going to be started and promoted ${place}${why}`
        : `it is going to be promoted ${place}${why}`;
    case "Re-promote":
      return `it is going to be demoted and promoted again ${place}${why}`;
    default:
      return `it is going to be ${VERBS[change] ?? `${nextRole}`} ${place}${change === "Start" ? role : ""}${why}`;
  }
}

const VERBS: Readonly<Partial<Record<Decision["change"], string>>> = {
  Start: "started",
  Stop: "stopped",
  Restart: "restarted",
  Reload: "reloaded",
  Demote: "demoted",
};

/** The scheduler's reason for a decision in words; empty for one that is told by the scores. */
export function reasonWords(reason: string): string {
  if (reason === "node availability") return "";
  if (reason === "resource definition change") return "its definition was changed";
  const some = /(?:^|\s)(?:clone-)?one-or-more:(\S+)/.exec(reason);
  if (some) return `too few come up of what has to be there first by ${some[1]}`;
  const match = /^(unrunnable|required) (\S+)(?: (.*))?$/.exec(reason);
  if (!match) return reason;
  const [, kind, resource, task] = match;
  const what = task === undefined ? `${resource}` : `${task} of ${resource}`;
  return kind === "unrunnable" ? `${what} cannot be done` : `it depends on ${what}`;
}

/** Why a resource that is managed has no place. */
export function whyDown(account: PlacementAccount, sources: ScoreSources): string {
  const { resource, cluster, nodes, unplacedBy } = account;
  const clone = resource.ownClone;
  if (resource.isRemoved && clone && !clone.isRemoved) return `${clone.id} has fewer instances now`;
  if (resource.isRemoved) return "it is not in the configuration any more";
  if (cluster.options.isStopAll) return `stop-all-resources is set${named(sources.clusterOption("stop-all-resources"))}`;
  if (clone?.clone?.max === 0) return `clone-max of ${clone.id} is 0`;
  if (unplacedBy !== undefined) return `no instance is left that ${sources.constraintText(unplacedBy)} lets it be with`;
  if (account.unpaired) {
    const { first, orderIds } = account.unpaired;
    return `it comes after an instance of ${first.id} on the same node, and none comes up there for it${named(orderIds.join(", ") || undefined)}`;
  }
  if (resource.lockNode) return lockText(resource);
  const possible = nodes.filter(({ score }) => score !== undefined);
  const available = possible.filter(({ unavailable }) => unavailable === undefined);
  const common = commonVeto(account, possible, sources);
  if (common !== undefined) return common;
  if (!cluster.nodes.some(isAvailable)) return `no node takes anything (${stateText(cluster.nodes)})`;
  if (available.length === 0 && possible.length > 0) return "none of the nodes that may have it takes anything";
  return available.every(({ score = -1 }) => score < 0) ? "no node may have it" : "it is not to run";
}

/** What forbids each node that is in the resource's table, or each that would take something; in the same words everywhere. */
function commonVeto({ resource }: PlacementAccount, possible: readonly NodeAccount[], sources: ScoreSources): string | undefined {
  const available = possible.filter(({ unavailable }) => unavailable === undefined);
  for (const nodes of [possible, available]) {
    const [first, ...others] = nodes.map((one) => one.vetoes.map((entry) => entrySource(entry, resource, one, sources)));
    const said = first?.find(({ words }) => others.every((vetoes) => vetoes.some((other) => other.words === words)));
    if (said?.words === sources.ruleWords("#instances")) return "each node that may have it has as many instances as it may have";
    if (said) return `${said.words}${said.id === undefined || said.words.includes(said.id) ? "" : ` [${said.id}]`}`;
  }
  return undefined;
}

const named = (id: string | undefined): string => (id === undefined ? "" : ` [${id}]`);

/** What states nodes are in that take nothing: "n1 offline, n2 in standby" of few, numbers of many. */
function stateText(nodes: readonly SchedulerNode[]): string {
  const byState = new Map<string, string[]>();
  for (const node of nodes) {
    const state = shortState(node);
    byState.set(state, [...(byState.get(state) ?? []), node.name]);
  }
  return [...byState].map(([state, names]) => `${names.length > 3 ? `${names.length} nodes` : names.join(" and ")} ${state}`).join(", ");
}

function shortState(node: SchedulerNode): string {
  if (node.uncleanReason !== undefined) return "unclean";
  if (!node.isOnline) return "offline";
  if (node.isStandby) return "in standby";
  if (node.isMaintenance) return "in maintenance";
  return node.isShuttingDown ? "shutting down" : "not joined yet";
}

/** Why the cluster leaves a resource alone. */
function whyUnmanaged({ resource, cluster }: PlacementAccount, sources: ScoreSources): string {
  const { options, hasFenceDevice, nodes } = cluster;
  if (options.isMaintenanceMode) return `the cluster is in maintenance mode${named(sources.clusterOption("maintenance-mode"))}`;
  if (resource.isRemoved) return "it is not in the configuration any more, and stop-removed-resources is off";
  const maintained = nodes.filter((node) => node.isMaintenance && resource.activeOn.includes(node));
  if (maintained.length > 0) return `${maintained.map(({ name }) => name).join(" and ")} is in maintenance`;
  if (resource.isBlocked) return whyBlocked(resource, sources);
  for (const name of ["maintenance", "is-managed"]) {
    const pair = sources.metaAttribute(resource, name);
    const isOff = name === "maintenance" ? isTrue(pair?.value) : pair !== undefined && !isTrue(pair.value);
    if (isOff) return `${name} is ${pair?.value}${named(pair?.id)}`;
  }
  if (options.isFencingEnabled && !hasFenceDevice) return "fencing is enabled, and there is no fencing device: nothing is managed";
  return "it is not managed";
}

const isTrue = (text: string | undefined): boolean => ["true", "on", "yes", "y", "1"].includes(text?.toLowerCase() ?? "");

function whyBlocked(resource: Resource, sources: ScoreSources): string {
  const failure = sources.failureText(resource);
  const wishes = [resource.multipleActive, resource.parent?.multipleActive];
  if (resource.activeOn.length > 1 && wishes.includes("block"))
    return "it was found active in more than one place, and multiple-active is block";
  if (failure !== undefined) return `${failure}, and the answer to that is to block it`;
  const frozen = sources.frozenBy(resource);
  return frozen === undefined ? "it is blocked" : `ticket ${frozen.ticket} is not granted, and its loss-policy is freeze [${frozen.id}]`;
}
