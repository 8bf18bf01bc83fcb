import { validateCib } from "../../src/cib/validate.ts";
import type { Resource } from "../../src/scheduler/cluster/resource.ts";
import { primitivesOf } from "../../src/scheduler/cluster/resource-state.ts";
import { type Role, roleRank } from "../../src/scheduler/cluster/role.ts";
import { type Interruption, interruptions } from "../../src/scheduler/explain/interruptions.ts";
import { isLiveNode } from "../../src/scheduler/explain/live-node.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { changed, planDifference } from "../../src/tools/explain/plan.ts";
import type { XmlElement } from "../../src/xml/element.ts";
import { mutate } from "../fuzz/mutate.ts";
import { aftermath, nameOf, type Places, type Whereabouts, whereabouts } from "./aftermath.ts";
import { isLarger, type RandomLook } from "./random-look.ts";

/** Changed configurations of each case, and random changes in each of them. */
const PLANS = 2;
const CHANGES_MAX = 3;

/** Larger cases take too long. */
const PRIMITIVES_MAX = 40;

/** What was compared. */
export interface PlanCounts {
  plans: number;
  interruptions: number;
  stopping: number;
}

/**
 * Changes the configuration at random, and compares what is said about resources that run with where they are once the plan was carried
 * out; and what the exit code says with the places that only the plan for the new configuration takes away, if for a moment.
 */
export function untruePlans(
  cib: XmlElement,
  result: ScheduleResult,
  { nowEpochSeconds, choice }: RandomLook,
  counts: PlanCounts,
): string[] {
  if (isLarger(result, PRIMITIVES_MAX)) return [];
  return Array.from({ length: PLANS }, () => {
    const wanted = cib.clone();
    mutate(wanted, choice, choice.integer(1, CHANGES_MAX));
    const made = changed(cib, wanted);
    // What is not valid is refused.
    if ("cib" in made && validateCib(made.cib).length > validateCib(cib).length) return [];
    return "problem" in made ? [`no plan: ${made.problem}`] : untruePlan(cib, made.cib, nowEpochSeconds, counts);
  }).flat();
}

function untruePlan(before: XmlElement, after: XmlElement, nowEpochSeconds: number, counts: PlanCounts): string[] {
  const { base, result, hit, outages } = planDifference(before, after, nowEpochSeconds);
  // What waits for itself is not carried out as it was meant.
  if (result.unkeptOrders.length > 0) return [];
  const then = aftermath(after, result, nowEpochSeconds);
  const otherwise = aftermath(before, base, nowEpochSeconds);
  const told = new Map(interruptions(result).map((one) => [one.resource, one]));
  counts.plans += 1;
  counts.interruptions += hit.length;
  if (outages.length > 0) counts.stopping += 1;
  const wrong = primitivesOf(result.cluster.top)
    .filter((one) => isPlayed(one, result))
    .flatMap((one) => untrueFor(one, told.get(one.id), result, then));
  const [planned, due] = [takenAway(result, (one) => isPlayed(one, result)), takenAway(base, () => true)];
  const now = whereabouts(base);
  const added = [...planned].filter((place) => {
    if (!due.has(place)) return true;
    const [name = "", node = ""] = place.split(" ");
    // What comes back without the change, and not with it; a promotion that is due and is not made any more takes nothing away.
    return rankOf(then.get(name), node) < Math.min(rankOf(otherwise.get(name), node), rankOf(now.get(name), node));
  });
  if (added.length > 0 && outages.length === 0) wrong.push(`the exit code says that nothing stops, but: ${added.join(", ")}`);
  return wrong;
}

/**
 * A simulation leaves what is under way as it is, and does not know that what is implied by fencing has stopped. Two instances on one node
 * have one history, and what is in two places has often come there by a migration that the history goes on telling of.
 */
function isPlayed(one: Resource, { graph, cluster }: ScheduleResult): boolean {
  const { id, pendingTask, activeOn } = one;
  const alike = primitivesOf(cluster.top).filter((other) => other !== one && nameOf(other) === nameOf(one));
  if (activeOn.length > 1 || alike.some((other) => other.activeOn.some((node) => activeOn.includes(node)))) return false;
  // What is on a remote node goes on there, unseen, where the connection to it ends.
  const isUnseen = activeOn.some(({ connectionId }) => graph.actions.some(({ key }) => key === `${connectionId}_stop_0`));
  return (
    pendingTask === undefined && !isUnseen && !graph.actions.some(({ key, kind }) => kind === "pseudo_event" && key === `${id}_stop_0`)
  );
}

function untrueFor(one: Resource, told: Interruption | undefined, result: ScheduleResult, then: Whereabouts): string[] {
  const end = then.get(nameOf(one)) ?? new Map<string, Role>();
  if (!told) {
    const lost = one.activeOn.filter((node) => isLiveNode(node) && rankOf(end, node.name) < worth(one.role)).map(({ name }) => name);
    return lost.length === 0 ? [] : [`${one.id} is told to be left alone as ${one.role} on ${lost.join(" ")}, and is ${words(end)}`];
  }
  const stops = result.graph.actions.filter(({ key }) => key === `${one.id}_stop_0`);
  return isAsTold(told, end, new Set(stops.flatMap(({ node }) => node ?? [])))
    ? []
    : [`${one.id}: ${told.kind} from ${told.from.join(" ")} to ${told.to ?? "nowhere"}, but it is ${words(end)}`];
}

/** What the plan stops or demotes where it runs, if only for a moment, as "name node"; what moves live is stopped where it no longer is. */
function takenAway(result: ScheduleResult, isMeant: (one: Resource) => boolean): ReadonlySet<string> {
  const planned = new Set(result.graph.actions.map(({ key, node }) => `${key} ${node ?? ""}`));
  const live = new Set(
    result.graph.actions.flatMap(({ key }) => (/_migrate_to_0$/.test(key) ? [key.slice(0, -"_migrate_to_0".length)] : [])),
  );
  const taken = primitivesOf(result.cluster.top).flatMap((one) => {
    if (live.has(one.id) || !isMeant(one)) return [];
    const places = one.activeOn;
    const isTaken = (name: string): boolean =>
      planned.has(`${one.id}_stop_0 ${name}`) || (one.role === "Promoted" && planned.has(`${one.id}_demote_0 ${name}`));
    return places.filter(({ name }) => isTaken(name)).map(({ name }) => `${nameOf(one)} ${name}`);
  });
  return new Set(taken);
}

function rankOf(places: Places | undefined, node: string): number {
  const role = places?.get(node);
  return role === undefined ? -1 : worth(role);
}

/** What runs runs, be it Unpromoted or, of what is no promotable clone any more, Started. */
const worth = (role: Role): number => (role === "Promoted" ? roleRank(role) : Math.min(roleRank(role), roleRank("Started")));

const words = (places: Places): string =>
  places.size === 0 ? "down" : [...places].map(([node, role]) => `${role} on ${node}`).join(" and ");

function isAsTold({ kind, to = "", from, through }: Interruption, end: Places, stopped: ReadonlySet<string>): boolean {
  switch (kind) {
    case "stop":
      // A record of a start of another name may outlive it.
      return through !== undefined || from.every((node) => !end.has(node) || stopped.has(node));
    case "stop-copy":
      return from.every((node) => !end.has(node)) && end.has(to);
    case "move":
    case "migrate":
      return end.has(to) && !from.includes(to);
    case "restart":
      return end.has(to) && from.includes(to);
    case "demote":
      return from.every((node) => end.has(node) && end.get(node) !== "Promoted");
    case "repromote":
      return from.some((node) => end.get(node) === "Promoted");
  }
}
