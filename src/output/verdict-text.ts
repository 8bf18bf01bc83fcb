import { enumeration } from "../base/enumeration.ts";
import type { SchedulerNode } from "../scheduler/cluster/node.ts";
import type { Resource } from "../scheduler/cluster/resource.ts";
import type { PlacementAccount } from "../scheduler/explain/placement-account.ts";
import { taskOf } from "../scheduler/plan/action.ts";
import type { Decision } from "../scheduler/report/summary.ts";
import { whyDemoted } from "./promotion-text.ts";
import type { ScoreSources } from "./score-sources.ts";
import { named, whyDown } from "./why-down-text.ts";

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
  if (isStuck && !isStopping && obstacles.every(({ task }) => task === "promote")) {
    const start = account.isStarted && !currentNodes.includes(nextNode) ? `; it is going to be started on ${nextNode}` : "";
    if (start !== "" || currentNodes.includes(nextNode)) return `${now}${start}; it is to be promoted there, which is blocked`;
  }
  if (isStuck && isStopping) return `${now}; it is going to be stopped. It belongs on ${nextNode} as ${nextRole}, but is blocked`;
  if (isStuck) return `${now}; it belongs on ${nextNode} as ${nextRole}, but is blocked`;
  const [decision] = account.decisions;
  if (decision) return `${now}; ${decisionText(decision, account, sources)}`;
  if (!currentNodes.includes(nextNode)) return `${now}; it is going to be ${nextRole} on ${nextNode}`;
  if (account.isStarted) return `${now}; its start there is under way, or is going to be repeated`;
  return currentRole === nextRole || nextRole === "Unpromoted" ? `${now}, and stays there` : `${now}; it is going to be ${nextRole} there`;
}

function present({ currentNodes, currentRole, cluster }: PlacementAccount): string {
  if (currentNodes.length === 0) return "does not run now";
  const places = cluster.nodes.filter(({ name }) => currentNodes.includes(name));
  const isLost = places.every(isLostNode);
  const where = currentNodes.join(" and ");
  return isLost
    ? `ran on ${where} as ${currentRole}, which ${places.length === 1 ? "is" : "are"} lost`
    : `runs on ${where} as ${currentRole}`;
}

/** A guest is lost with the nodes that what it lives in is active on. */
function isLostNode({ isOnline, connection }: SchedulerNode): boolean {
  const hosts = connection?.launcher?.activeOn ?? [];
  return !isOnline || (hosts.length > 0 && hosts.every(isLostNode));
}

function decisionText({ change, reason }: Decision, account: PlacementAccount, sources: ScoreSources): string {
  const { nextNode, nextRole, currentNodes, currentRole } = account;
  const words = reasonWords(reason) || untoldReason(change, account, sources);
  const why = words === "" ? "" : `: ${words}`;
  const place = currentNodes.length === 1 && currentNodes[0] === nextNode ? "there" : `on ${nextNode}`;
  const role = nextRole === "Started" ? "" : ` as ${nextRole}`;
  const isRoleTold = change === "Start" || (change === "Restart" && currentRole !== nextRole);
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
      return `it is going to be ${VERBS[change] ?? `${nextRole}`} ${place}${isRoleTold ? role : ""}${why}`;
  }
}

/** Why something is decided that the scheduler gives no reason for; empty when that is not known. */
function untoldReason(change: Decision["change"], account: PlacementAccount, sources: ScoreSources): string {
  if (change === "Demote") return whyDemoted(account, sources);
  if (change !== "Restart") return "";
  if (account.currentNodes.length > 1) return "it was found active in more than one place";
  if (account.isForgotten) return "what runs has another agent than what is configured";
  const inside = account.resource.launched.find(({ isFailed }) => isFailed);
  return inside ? `${inside.id}, which runs inside of it, has failed` : "";
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
  if (reason === "being multiply active") return "it was found active in more than one place";
  if (reason === "quorum freeze") return "no quorum, and no-quorum-policy is freeze";
  if (reason.startsWith("colocation with ")) return `it has to be with ${reason.slice("colocation with ".length)}`;
  const some = /(?:^|\s)(?:clone-)?one-or-more:(\S+)/.exec(reason);
  if (some) return `too few come up of what has to be there first by ${some[1]}`;
  const named = actionInReason(reason);
  if (!named) return reason;
  const what = named.task === undefined ? named.resource : `${named.task} of ${named.resource}`;
  return reason.startsWith("unrunnable") ? `${what} cannot be done` : `it depends on ${what}`;
}

/** The action that the scheduler's reason for another one names. */
export function actionInReason(reason: string): { readonly resource: string; readonly task: string | undefined } | undefined {
  const [, resource, task] = /^(?:unrunnable|required) (\S+)(?: (.*))?$/.exec(reason) ?? [];
  return resource === undefined ? undefined : { resource, task: task && taskOf(task) };
}

/** Why the cluster leaves a resource alone. */
function whyUnmanaged({ resource, cluster }: PlacementAccount, sources: ScoreSources): string {
  const { options, hasFenceDevice, nodes } = cluster;
  if (options.isMaintenanceMode) return `the cluster is in maintenance mode${named(sources.clusterOption("maintenance-mode"))}`;
  if (resource.isRemoved) return "it is not in the configuration any more, and stop-removed-resources is off";
  const maintained = nodes.filter((node) => node.isMaintenance && resource.activeOn.includes(node));
  if (maintained.length > 0) return `${enumeration(maintained.map(({ name }) => name))} is in maintenance`;
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
  const failure = sources.failureText(resource, "block");
  const twice =
    resource.activeOn.length > 1
      ? undefined
      : resource.parent?.children.find(({ isBlocked, activeOn }) => isBlocked && activeOn.length > 1);
  if (twice && resource.parent?.multipleActive === "block")
    return `${twice.id}, which belongs to ${resource.parent.id} too, was found active in more than one place, and multiple-active is block`;
  const wishes = [resource.multipleActive, resource.parent?.multipleActive];
  if (resource.activeOn.length > 1 && wishes.includes("block"))
    return "it was found active in more than one place, and multiple-active is block";
  if (failure !== undefined) return `${failure}, and the answer to that is to block it`;
  const frozen = sources.frozenBy(resource);
  return frozen === undefined ? "it is blocked" : `ticket ${frozen.ticket} is not granted, and its loss-policy is freeze [${frozen.id}]`;
}
