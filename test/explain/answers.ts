import type { SchedulerNode } from "../../src/scheduler/cluster/node.ts";
import type { Role } from "../../src/scheduler/cluster/role.ts";
import { placementAccountsOf } from "../../src/scheduler/explain/placement-account.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import {
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
} from "../../src/tools/explain/cib-changes.ts";
import { findChanges } from "../../src/tools/explain/find-changes.ts";
import { configuredId, type Goal, goalText, isReached, whyImpossible } from "../../src/tools/explain/goal.ts";
import type { XmlElement } from "../../src/xml/element.ts";
import type { RandomChoice } from "../fuzz/random-choice.ts";
import { carriedOut, nameOf, whereabouts } from "./aftermath.ts";
import { isLarger, type RandomLook } from "./random-look.ts";

/** Combinations that are tried for one goal. */
const TRIALS_MAX = 60;

/** Goals that are asked for in each case. */
const GOALS = 2;

/** Most single changes that are tried where there is said to be none, and most changes of which all subsets are. */
const SINGLES_MAX = 150;
const SUBSETS_OF_MAX = 5;

/** Most plans that are carried out one after the other until a goal is reached. */
const ROUNDS_MAX = 2;

/** Larger cases take too long to be asked so often. */
const PRIMITIVES_MAX = 40;

/** What was asked. */
export interface AnswerCounts {
  goals: number;
  solutions: number;
  refusals: number;
}

export const noAnswers = (): AnswerCounts => ({ goals: 0, solutions: 0, refusals: 0 });

/**
 * Asks for random goals, and doubts the answers: that the plan with the changes reaches the goal, and the cluster is so when it was carried out; that no part of
 * the changes is enough; and where it is said that no single change is, that none of all that are known is.
 */
export function untrueAnswers(
  cib: XmlElement,
  result: ScheduleResult,
  { nowEpochSeconds, choice }: RandomLook,
  counts: AnswerCounts,
): string[] {
  if (isLarger(result, PRIMITIVES_MAX)) return [];
  const goals = Array.from({ length: GOALS }, () => randomGoal(result, choice)).filter((goal) => goal !== undefined);
  return goals.flatMap((goal) => untrueAnswer(cib, result, goal, nowEpochSeconds, counts).map((text) => `${goalText(goal)}: ${text}`));
}

function randomGoal({ cluster }: ScheduleResult, choice: RandomChoice): Goal | undefined {
  const resource = choice.maybe(cluster.top.flatMap((top) => top.withDescendants()));
  if (!resource) return undefined;
  const node = choice.maybe(cluster.nodes)?.name;
  const id = choice.chance(0.3) ? configuredId(resource) : resource.id;
  const isPromotable = resource.ownClone?.clone?.isPromotable === true || resource.clone?.isPromotable === true;
  if (isPromotable && choice.chance(0.5)) return { resource: id, kind: "promoted", node: choice.chance(0.5) ? node : undefined };
  const kind = choice.one(["on", "on", "running", "stopped"]);
  if (kind === "stopped") return { resource: id, kind, node: undefined };
  return { resource: id, kind: "running", node: kind === "on" ? node : undefined };
}

function untrueAnswer(cib: XmlElement, result: ScheduleResult, goal: Goal, nowEpochSeconds: number, counts: AnswerCounts): string[] {
  const { isReachedAlready, solutions, isCutShort } = findChanges(cib, goal, nowEpochSeconds, { trialsMax: TRIALS_MAX });
  const changed = (changes: readonly CibChange[]): XmlElement => {
    const copy = cib.clone();
    for (const change of changes) change.apply(copy);
    return copy;
  };
  const isEnough = (changes: readonly CibChange[]): boolean => isReached(schedule(changed(changes), { nowEpochSeconds }), goal);
  counts.goals += 1;
  counts.solutions += solutions.length;
  if (isReachedAlready) return [...(isEnough([]) ? [] : ["said to be reached already"]), ...notSoInTheEnd(cib, goal, nowEpochSeconds)];
  const wrong = solutions.flatMap(({ changes }) => {
    const words = changes.map((change) => change.words).join("; and ");
    if (!isEnough(changes)) return [`not enough: ${words}`];
    const smaller = properSubsets(changes).find(isEnough);
    if (smaller) return [`${smaller.map((change) => change.words).join("; and ") || "nothing"} is enough, of: ${words}`];
    return notSoInTheEnd(changed(changes), goal, nowEpochSeconds).map((text) => `${text} with: ${words}`);
  });
  const isSingleKnown = solutions.some(({ changes }) => changes.length === 1);
  if (isSingleKnown || isCutShort || whyImpossible(result, goal) !== undefined) return wrong;
  if (isByChance(result, goal)) return wrong;
  counts.refusals += 1;
  const missed = singleChanges(cib, result, goal)
    .slice(0, SINGLES_MAX)
    .find((change) => isEnough([change]));
  return [...wrong, ...(missed ? [`not found, though it is enough alone: ${missed.words}`] : [])];
}

/**
 * True where the number of resources on the nodes decides, or the name of one, where one of several replicas is: whatever moves anything else may
 * be enough then.
 */
function isByChance(result: ScheduleResult, { resource: id, node }: Goal): boolean {
  const named = result.cluster.top.flatMap((top) => top.withDescendants()).find((one) => one.id === id);
  const bundle = named?.ownBundle;
  if (node === undefined || !bundle || named === bundle) return false;
  return placementAccountsOf(result, bundle.primitives()).some(({ margin }) => margin === 0);
}

/** A goal that the plan is said to reach, but that is not reached when it was carried out. */
function notSoInTheEnd(cib: XmlElement, goal: Goal, nowEpochSeconds: number): string[] {
  const plan = schedule(cib, { nowEpochSeconds });
  const all = plan.cluster.top.flatMap((top) => top.withDescendants());
  const named = all.filter((one) => one.id === goal.resource || configuredId(one) === goal.resource || one.historyName === goal.resource);
  const names = [...new Set(named.flatMap((one) => one.primitives()).map(nameOf))];
  // A simulation leaves what is under way as it is, and does not know what is implied by fencing.
  const pseudo = new Set(plan.graph.actions.flatMap(({ key, kind }) => (kind === "pseudo_event" ? [key] : [])));
  const parts = all.filter((one) => names.includes(nameOf(one)));
  if (parts.some((one) => one.pendingTask !== undefined || pseudo.has(`${one.id}_stop_0`) || one.activeOn.length > 1)) return [];
  // History under another name may outlive a stop.
  const isStopped = (node: string): boolean =>
    plan.graph.actions.some((action) => action.node === node && parts.some(({ id }) => action.key === `${id}_stop_0`));
  let states: (readonly [string, Role])[] = [];
  let next = plan;
  let played = cib;
  // What is restarted for a node to be unfenced is promoted by the next plan only.
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    played = carriedOut(played, next, nowEpochSeconds);
    next = schedule(played, { nowEpochSeconds });
    const after = whereabouts(next);
    states = names.flatMap((name) => [...(after.get(name) ?? [])]);
    const isUp = states.some(
      ([node, role]) => isThere(node, goal, plan.cluster.nodes) && (goal.kind !== "promoted" || role === "Promoted"),
    );
    if (goal.kind === "stopped" ? states.every(([node]) => isStopped(node)) : isUp) return [];
  }
  return [`it was not so when the plan was carried out (${states.map(([node, role]) => `${role} on ${node}`).join(", ")})`];
}

/** On the node that is wanted, or inside a container that is there. */
function isThere(name: string, { node }: Goal, all: readonly SchedulerNode[]): boolean {
  const guest = all.find((one) => one.name === name && one.isBundleNode);
  return node === undefined || name === node || guest?.connection?.launcher?.assigned?.name === node;
}

function properSubsets(changes: readonly CibChange[]): CibChange[][] {
  if (changes.length > SUBSETS_OF_MAX) return changes.map((change) => changes.filter((one) => one !== change));
  const masks = Array.from({ length: (1 << changes.length) - 1 }, (_, mask) => mask);
  return masks.map((mask) => changes.filter((_, bit) => (mask >> bit) % 2 === 1));
}

/** All changes of the kinds that are known, whether or not they have to do with the goal. */
function singleChanges(cib: XmlElement, { cluster }: ScheduleResult, goal: Goal): CibChange[] {
  const all = cluster.top.flatMap((top) => top.withDescendants());
  const configured = new Set([...(cib.descend("configuration", "resources")?.walk() ?? [])].map(({ id }) => id));
  const ids = [...new Set(all.map(configuredId))].filter((id) => configured.has(id));
  const names = cluster.nodes.map(({ name }) => name);
  const constraints = cib.descend("configuration", "constraints")?.children ?? [];
  const options: readonly (readonly [string, string])[] = [
    ["stop-all-resources", "false"],
    ["maintenance-mode", "false"],
    ["shutdown-lock", "false"],
    ["node-health-strategy", "none"],
    ["placement-strategy", "default"],
  ];
  const resource = all.find(({ id }) => id === goal.resource) ?? all.find((one) => configuredId(one) === goal.resource);
  const holders = resource ? [...new Set([configuredId(resource), configuredId(resource.top)])].filter((id) => ids.includes(id)) : [];
  const places = goal.node === undefined ? names : [goal.node];
  return [
    ...ids.map((id) => setMeta(id, "target-role", goal.kind === "stopped" ? "Stopped" : goal.kind === "promoted" ? "Promoted" : "Started")),
    ...ids.flatMap((id) => [setMeta(id, "is-managed", "true"), setMeta(id, "maintenance", "false")]),
    ...options.map(([name, value]) => setOption(name, value)),
    gainQuorum(),
    ...names.flatMap((node) => [bringOnline(node), switchOff(cib, node, "standby"), switchOff(cib, node, "maintenance")]),
    ...constraints.flatMap(({ id, name }) => (id === undefined || name === "rsc_ticket" ? [] : [removeConstraint(id)])),
    ...constraints.flatMap((one) => (one.name === "rsc_ticket" ? [grantTicket(cib, one.get("ticket") ?? "")] : [])),
    ...(goal.kind === "stopped" ? [] : holders.flatMap((resourceId) => places.map((node) => preferNode(cib, { resourceId, node })))),
    ...ids.flatMap((id) => names.map((node) => cleanUp(id, node))),
  ];
}
