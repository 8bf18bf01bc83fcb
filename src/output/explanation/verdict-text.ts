import { enumeration } from "../../base/enumeration.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import { isLostNode } from "../../scheduler/explain/live-node.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { taskOf } from "../../scheduler/plan/action.ts";
import type { ActionCause, ActionReason } from "../../scheduler/plan/action-reason.ts";
import type { Decision } from "../../scheduler/report/summary.ts";
import { whyBetter, whyFailed, whyLeft, whyRedefined } from "./change-cause-text.ts";
import { distinct, isNothing, joined, NOTHING, named, nameOf, type Phrase, phrase, plain } from "./phrase.ts";
import { whyDemoted } from "./promotion-text.ts";
import type { ScoreSources } from "./score-sources.ts";
import { whyDown } from "./why-down-text.ts";

/** Where a resource is and what becomes of it, in one sentence without its end. */
export function verdict(account: PlacementAccount, sources: ScoreSources): Phrase {
  const { currentNodes, currentRole, nextNode, nextRole, obstacles, isManaged } = account;
  const now = present(account);
  if (!isManaged) {
    const cause = whyUnmanaged(account, sources);
    return currentNodes.length === 0
      ? phrase`${now}, and nothing is done about it: ${cause}`
      : phrase`${now}, and is left as it is: ${cause}`;
  }
  const isStuck = obstacles.some(({ task }) => task === "start" || task === "promote" || task.startsWith("migrate"));
  const isStopping = account.isStopped && currentNodes.length > 0;
  if (nextNode === undefined || nextRole === "Stopped") {
    const cause = whyDown(account, sources);
    if (account.isOnlyCounted) return phrase`${now}; it is not going to run: ${cause}`;
    if (currentNodes.length === 0) return phrase`does not run, and is not going to: ${cause}`;
    return obstacles.some(({ task }) => task === "stop" || task === "demote")
      ? phrase`${now}; it is to be stopped (${cause}), which is blocked`
      : phrase`${now}; it is going to be stopped: ${cause}`;
  }
  const isPromotionStuck = isStuck && obstacles.every(({ task }) => task === "promote");
  if (isPromotionStuck && isStopping && account.isStarted) {
    const [decision] = account.decisions;
    const why = decision ? whyDecided(decision, account, sources) : NOTHING;
    const place = currentNodes.includes(nextNode) ? "there" : `on ${nextNode}`;
    return phrase`${now}; it is going to be stopped and started again ${place}${isNothing(why) ? "" : phrase` (${why})`}; it is to be promoted there, which is blocked`;
  }
  if (isPromotionStuck && !isStopping) {
    const start = account.isStarted && !currentNodes.includes(nextNode) ? `; it is going to be started on ${nextNode}` : "";
    if (start !== "" || currentNodes.includes(nextNode)) return plain(`${now}${start}; it is to be promoted there, which is blocked`);
  }
  if (isStuck && isStopping && currentNodes.includes(nextNode) && obstacles.some(({ task }) => task === "start")) {
    const [decision] = account.decisions;
    if (decision?.change === "Stop" && isQuorumMissing(decision.cause))
      return plain(`${now}; it is going to be stopped: no quorum, and no-quorum-policy is ${account.cluster.options.noQuorumPolicy}`);
    const again = `starting it there again${nextRole === currentRole ? "" : ` as ${nextRole}`}`;
    return plain(`${now}; it is going to be stopped, and ${again} is blocked`);
  }
  if (isStuck && isStopping) return plain(`${now}; it is going to be stopped. It belongs on ${nextNode} as ${nextRole}, but is blocked`);
  const isBlockedThere = (wanted: string): boolean => obstacles.some(({ task, node }) => task === wanted && node?.name === nextNode);
  const isRestart = currentNodes.includes(nextNode) && isBlockedThere("stop") && isBlockedThere("start");
  if (isStuck && isRestart)
    return plain(`${now}; it is to be restarted there${nextRole === currentRole ? "" : ` as ${nextRole}`}, which is blocked`);
  if (isStuck) return plain(`${now}; it belongs on ${nextNode} as ${nextRole}, but is blocked`);
  if (account.isOnlyCounted && account.isStarted) return plain(`${now}; it is going to be started on ${nextNode}`);
  const [decision] = account.decisions;
  if (decision && isCopyStopped(account))
    return plain(
      `${now}; it is going to be stopped on ${enumeration(account.stoppedOn)}, and goes on running on ${nextNode}: it was found active in more than one place`,
    );
  if (decision) return phrase`${now}; ${decisionText(decision, account, sources)}`;
  if (!currentNodes.includes(nextNode)) return plain(`${now}; it is going to be ${nextRole} on ${nextNode}`);
  if (account.isStarted) return plain(`${now}; its start there is under way, or is going to be repeated`);
  const isSettled = currentRole === nextRole || nextRole === "Unpromoted";
  return plain(isSettled ? `${now}, and stays there` : `${now}; it is going to be ${nextRole} there`);
}

/** It is stopped where it is not to be, and not where it is: the cluster calls that a restart. */
function isCopyStopped({ currentNodes, nextNode = "", stoppedOn, resource }: PlacementAccount): boolean {
  const isPlain = !resource.isFailed && !resource.needsRestart;
  return isPlain && currentNodes.includes(nextNode) && stoppedOn.length > 0 && !stoppedOn.includes(nextNode);
}

function present({ currentNodes, currentRole, cluster, isOnlyCounted }: PlacementAccount): string {
  if (currentNodes.length === 0) return "does not run now";
  if (isOnlyCounted) return `has stopped, though it counts as active on ${enumeration(currentNodes)} since a live migration failed`;
  const places = cluster.nodes.filter(({ name }) => currentNodes.includes(name));
  const isLost = places.every(isLostNode);
  const where = currentNodes.join(" and ");
  return isLost
    ? `ran on ${where} as ${currentRole}, which ${places.length === 1 ? "is" : "are"} lost`
    : `runs on ${where} as ${currentRole}`;
}

/** Why something is decided; nothing when that is not known, or nothing but a place. */
export function whyDecided(decision: Decision, account: PlacementAccount, sources: ScoreSources): Phrase {
  const { cause } = decision;
  const isRedefined = cause === undefined || (cause.kind === "wish" && cause.wish === "resource definition change");
  const redefined = isRedefined ? whyRedefined(account) : NOTHING;
  const origin = isNothing(redefined) ? originText(cause, account, sources) : redefined;
  return joined(distinct([origin, untoldReason(decision, account, sources)]), "; ");
}

function decisionText(decision: Decision, account: PlacementAccount, sources: ScoreSources): Phrase {
  const { change } = decision;
  const { nextNode = "", nextRole, currentNodes, currentRole } = account;
  const words = whyDecided(decision, account, sources);
  const why = isNothing(words) ? NOTHING : phrase`: ${words}`;
  const place = currentNodes.length === 1 && currentNodes[0] === nextNode ? "there" : `on ${nextNode}`;
  const role = nextRole === "Started" ? "" : ` as ${nextRole}`;
  const isRoleTold = change === "Start" || (change === "Restart" && currentRole !== nextRole);
  switch (change) {
    case "Move":
      return phrase`it is going to be moved to ${nextNode}${role}${why}`;
    case "Migrate":
      return phrase`it is going to be moved live to ${nextNode}${why}`;
    case "Recover":
      return phrase`${recoveryText(account, sources)} ${place}${role}${why}`;
    case "Promote":
      return currentNodes.length === 0
        ? phrase`it is going to be started and promoted ${place}${why}`
        : phrase`it is going to be promoted ${place}${why}`;
    case "Re-promote":
      return phrase`it is going to be demoted and promoted again ${place}${why}`;
    default:
      return phrase`it is going to be ${VERBS[change] ?? `${nextRole}`} ${place}${isRoleTold ? role : ""}${why}`;
  }
}

/** The scheduler's reason in words; of another action that is named, with the constraints that order them, and what becomes of that resource and why. */
function originText(cause: ActionReason | undefined, { origin }: PlacementAccount, sources: ScoreSources): Phrase {
  const words = reasonWords(cause);
  if (!origin) return words;
  const { orderIds, account, isDirect, unfencing } = origin;
  const ids = named(...orderIds);
  if (unfencing) return plain(`${unfencing.node} has to be unfenced first (${unfencing.reason})`);
  if (!account) return phrase`${words}${ids}`;
  const beginning = isDirect ? account.resource.id : `which begins with ${account.resource.id}:`;
  return phrase`${words}${ids} (${beginning} ${verdict(account, sources)})`;
}

/** Why something is decided that the scheduler gives no reason for, or not the whole; nothing when that is not known. */
function untoldReason({ change, cause }: Decision, account: PlacementAccount, sources: ScoreSources): Phrase {
  if (change === "Recover") return whyFailed(account, sources).words;
  if (cause !== undefined) return NOTHING;
  switch (change) {
    case "Demote":
      return whyDemoted(account, sources);
    case "Move":
    case "Migrate": {
      const left = whyLeft(account, sources);
      return isNothing(left) ? whyBetter(account) : left;
    }
    case "Re-promote":
      return whyFailed(account, sources).words;
    case "Restart":
      return isNothing(whyRedefined(account)) ? whyRestarted(account, sources) : NOTHING;
    default:
      return NOTHING;
  }
}

/** Why something is stopped and started again where it is, that neither has another definition nor depends on others. */
function whyRestarted(account: PlacementAccount, sources: ScoreSources): Phrase {
  const { currentNodes, currentRole, nextRole, resource } = account;
  if (currentNodes.length > 1) return plain("it was found active in more than one place");
  const { words } = whyFailed(account, sources);
  if (!isNothing(words)) return words;
  const isTooHigh = currentRole === "Promoted" && nextRole === "Started" && resource.ownClone?.clone?.isPromotable !== true;
  return isTooHigh ? plain("it was found promoted, and only instances of promotable clones may be") : NOTHING;
}

/** What is done about something that has failed, or is lost with its node. */
function recoveryText(account: PlacementAccount, sources: ScoreSources): string {
  const { isOwn, words } = whyFailed(account, sources);
  if (isOwn) return "it has failed, and is going to be stopped and started again";
  return isNothing(words) ? "it counts as failed, and is going to be stopped and started again" : "it is going to be recovered";
}

const VERBS: Readonly<Partial<Record<Decision["change"], string>>> = {
  Start: "started",
  Stop: "stopped",
  Restart: "restarted",
  Reload: "reloaded",
  Demote: "demoted",
};

/** The scheduler's reason for a decision in words; none for one that is told by the scores. */
export function reasonWords(cause: ActionReason | undefined): Phrase {
  switch (cause?.kind) {
    case undefined:
      return NOTHING;
    case "wish":
      return plain(WISHES[cause.wish]);
    case "colocation":
      return plain(`it has to be with ${cause.primary.id}`);
    case "quorum":
      return plain(isQuorumMissing(cause) ? cause.text : "no quorum, and no-quorum-policy is freeze");
    case "told":
      return plain(cause.text);
    case "action":
      return cause.minimumId === undefined
        ? plain(causeText(cause))
        : phrase`too few come up of what has to be there first by ${nameOf(cause.minimumId)}`;
  }
}

const WISHES = {
  "node availability": "",
  "resource definition change": "its definition was changed",
  "being multiply active": "it was found active in more than one place",
} as const;

/** True for what lacks quorum, and is not only left as it is for that. */
export function isQuorumMissing(cause: ActionReason | undefined): boolean {
  return cause?.kind === "quorum" && cause.text === "no quorum";
}

function causeText({ effect, resource, task, node }: ActionCause): string {
  const isFencing = task === "stonith" && resource === undefined;
  const what = isFencing
    ? `fencing, or unfencing, of ${node?.name ?? "a node"}`
    : resource
      ? `the ${taskOf(task)} of ${resource.id}`
      : task;
  if (effect === "unmigrateable") return `it cannot be moved live because of ${what}`;
  return effect === "unrunnable" ? `${what} cannot be done` : `it depends on ${what}`;
}

/** Why the cluster leaves a resource alone. */
export function whyUnmanaged({ resource, cluster }: PlacementAccount, sources: ScoreSources): Phrase {
  const { options, hasFenceDevice, nodes } = cluster;
  if (options.isMaintenanceMode) return phrase`the cluster is in maintenance mode${named(sources.clusterOption("maintenance-mode"))}`;
  if (resource.isRemoved) return plain("it is not in the configuration any more, and stop-removed-resources is off");
  const maintained = nodes.filter((node) => node.isMaintenance && resource.activeOn.includes(node));
  if (maintained.length > 0) {
    const names = maintained.map(({ name }) => name);
    return plain(`${enumeration(names)} ${names.length === 1 ? "is" : "are"} in maintenance`);
  }
  if (resource.isBlocked) return whyBlocked(resource, sources);
  for (const name of ["maintenance", "is-managed"]) {
    const pair = sources.metaAttribute(resource, name);
    const isOff = name === "maintenance" ? isTrue(pair?.value) : pair !== undefined && !isTrue(pair.value);
    if (isOff) return phrase`${name} is ${pair?.value ?? ""}${named(pair?.id)}`;
  }
  if (options.isFencingEnabled && !hasFenceDevice) return plain("fencing is enabled, and there is no fencing device: nothing is managed");
  return plain("it is not managed");
}

const isTrue = (text: string | undefined): boolean => ["true", "on", "yes", "y", "1"].includes(text?.toLowerCase() ?? "");

function whyBlocked(resource: Resource, sources: ScoreSources): Phrase {
  const failure = sources.failure(resource, "block");
  const twice =
    resource.activeOn.length > 1
      ? undefined
      : resource.parent?.children.find(({ isBlocked, activeOn }) => isBlocked && activeOn.length > 1);
  if (twice && resource.parent?.multipleActive === "block")
    return plain(
      `${twice.id}, which belongs to ${resource.parent.id} too, was found active in more than one place, and multiple-active is block`,
    );
  const wishes = [resource.multipleActive, resource.parent?.multipleActive];
  if (resource.activeOn.length > 1 && wishes.includes("block"))
    return plain("it was found active in more than one place, and multiple-active is block");
  if (failure !== undefined) return phrase`${failure.text}${named(failure.id)}, and the answer to that is to block it`;
  const frozen = sources.frozenBy(resource);
  if (frozen === undefined) return plain("it is blocked");
  return phrase`ticket ${frozen.ticket} is not granted, and its loss-policy is freeze${named(frozen.id)}`;
}
