import { enumeration } from "../../base/enumeration.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { isLostNode } from "../../scheduler/explain/live-node.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { actionInReason, orderOfMissing } from "../../scheduler/report/reason.ts";
import type { Decision } from "../../scheduler/report/summary.ts";
import { whyFailed, whyLeft, whyRedefined } from "./change-cause-text.ts";
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
  const isBlockedThere = (wanted: string): boolean => obstacles.some(({ task, node }) => task === wanted && node?.name === nextNode);
  const isRestart = currentNodes.includes(nextNode) && isBlockedThere("stop") && isBlockedThere("start");
  if (isStuck && isRestart)
    return `${now}; it is to be restarted there${nextRole === currentRole ? "" : ` as ${nextRole}`}, which is blocked`;
  if (isStuck) return `${now}; it belongs on ${nextNode} as ${nextRole}, but is blocked`;
  const [decision] = account.decisions;
  if (decision && isCopyStopped(account))
    return `${now}; it is going to be stopped on ${enumeration(account.stoppedOn)}, and goes on running on ${nextNode}: it was found active in more than one place`;
  if (decision) return `${now}; ${decisionText(decision, account, sources)}`;
  if (!currentNodes.includes(nextNode)) return `${now}; it is going to be ${nextRole} on ${nextNode}`;
  if (account.isStarted) return `${now}; its start there is under way, or is going to be repeated`;
  return currentRole === nextRole || nextRole === "Unpromoted" ? `${now}, and stays there` : `${now}; it is going to be ${nextRole} there`;
}

/** It is stopped where it is not to be, and not where it is: the cluster calls that a restart. */
function isCopyStopped({ currentNodes, nextNode = "", stoppedOn, resource }: PlacementAccount): boolean {
  const isPlain = !resource.isFailed && !resource.needsRestart;
  return isPlain && currentNodes.includes(nextNode) && stoppedOn.length > 0 && !stoppedOn.includes(nextNode);
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

function decisionText({ change, reason: shown, stopReason = "" }: Decision, account: PlacementAccount, sources: ScoreSources): string {
  const { nextNode, nextRole, currentNodes, currentRole } = account;
  const reason = shown || stopReason;
  const redefined = reason === "" || reason === REDEFINED ? whyRedefined(account) : "";
  const words = [redefined || originText(reason, account, sources), untoldReason(change, reason, account, sources)].filter(
    (text) => text !== "",
  );
  const why = words.length === 0 ? "" : `: ${words.join("; ")}`;
  const place = currentNodes.length === 1 && currentNodes[0] === nextNode ? "there" : `on ${nextNode}`;
  const role = nextRole === "Started" ? "" : ` as ${nextRole}`;
  const isRoleTold = change === "Start" || (change === "Restart" && currentRole !== nextRole);
  switch (change) {
    case "Move":
      return `it is going to be moved to ${nextNode}${role}${why}`;
    case "Migrate":
      return `it is going to be moved live to ${nextNode}${why}`;
    case "Recover":
      return `${recoveryText(account, sources)} ${place}${role}${why}`;
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

/** The scheduler's reason in words; of another action that is named, with the constraints that order them, and what becomes of that resource and why. */
function originText(reason: string, { origin }: PlacementAccount, sources: ScoreSources): string {
  const words = reasonWords(reason);
  if (!origin) return words;
  const { orderIds, account, isDirect, unfencing } = origin;
  const ids = named(orderIds.join(", ") || undefined);
  if (unfencing) return `${unfencing.node} has to be unfenced first (${unfencing.reason})`;
  if (!account) return `${words}${ids}`;
  return `${words}${ids} (${isDirect ? "" : "which begins with "}${account.resource.id}${isDirect ? "" : ":"} ${verdict(account, sources)})`;
}

/** Why something is decided that the scheduler gives no reason for, or not the whole; empty when that is not known. */
function untoldReason(change: Decision["change"], reason: string, account: PlacementAccount, sources: ScoreSources): string {
  if (change === "Recover") return whyFailed(account, sources).text;
  if (reason !== "") return "";
  switch (change) {
    case "Demote":
      return whyDemoted(account, sources);
    case "Move":
    case "Migrate":
      return whyLeft(account, sources);
    case "Re-promote":
      return whyFailed(account, sources).text;
    case "Restart":
      return whyRedefined(account) === "" ? whyRestarted(account, sources) : "";
    default:
      return "";
  }
}

/** Why something is stopped and started again where it is, that neither has another definition nor depends on others. */
function whyRestarted(account: PlacementAccount, sources: ScoreSources): string {
  const { currentNodes, currentRole, nextRole, resource } = account;
  if (currentNodes.length > 1) return "it was found active in more than one place";
  const { text } = whyFailed(account, sources);
  if (text !== "") return text;
  const isTooHigh = currentRole === "Promoted" && nextRole === "Started" && resource.ownClone?.clone?.isPromotable !== true;
  return isTooHigh ? "it was found promoted, and only instances of promotable clones may be" : "";
}

/** What is done about something that has failed, or is lost with its node. */
function recoveryText(account: PlacementAccount, sources: ScoreSources): string {
  const { isOwn, text } = whyFailed(account, sources);
  if (isOwn) return "it has failed, and is going to be stopped and started again";
  return text === "" ? "it counts as failed, and is going to be stopped and started again" : "it is going to be recovered";
}

/** The scheduler's reason for what has another definition than what runs. */
const REDEFINED = "resource definition change";

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
  if (reason === REDEFINED) return "its definition was changed";
  if (reason === "being multiply active") return "it was found active in more than one place";
  if (reason === "quorum freeze") return "no quorum, and no-quorum-policy is freeze";
  if (reason.startsWith("colocation with ")) return `it has to be with ${reason.slice("colocation with ".length)}`;
  const order = orderOfMissing(reason);
  if (order !== undefined) return `too few come up of what has to be there first by ${order}`;
  const named = actionInReason(reason);
  if (!named) return reason;
  const { resource, task, effect } = named;
  const what = resource === undefined ? "fencing, or unfencing, of a node" : task === undefined ? resource : `${task} of ${resource}`;
  if (effect === "unmigrateable") return `it cannot be moved live because of ${what}`;
  return effect === "unrunnable" ? `${what} cannot be done` : `it depends on ${what}`;
}

/** Why the cluster leaves a resource alone. */
export function whyUnmanaged({ resource, cluster }: PlacementAccount, sources: ScoreSources): string {
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
  const failure = sources.failure(resource, "block");
  const twice =
    resource.activeOn.length > 1
      ? undefined
      : resource.parent?.children.find(({ isBlocked, activeOn }) => isBlocked && activeOn.length > 1);
  if (twice && resource.parent?.multipleActive === "block")
    return `${twice.id}, which belongs to ${resource.parent.id} too, was found active in more than one place, and multiple-active is block`;
  const wishes = [resource.multipleActive, resource.parent?.multipleActive];
  if (resource.activeOn.length > 1 && wishes.includes("block"))
    return "it was found active in more than one place, and multiple-active is block";
  if (failure !== undefined) return `${failure.text}${named(failure.id)}, and the answer to that is to block it`;
  const frozen = sources.frozenBy(resource);
  return frozen === undefined ? "it is blocked" : `ticket ${frozen.ticket} is not granted, and its loss-policy is freeze [${frozen.id}]`;
}
