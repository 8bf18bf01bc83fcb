import { parseBoolean } from "../../cib/document.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Action, Relation } from "../plan/action.ts";
import { Operation } from "../plan/order-requests.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { compatibleInstance } from "./interleave.ts";
import { inverseOf } from "./order-kind.ts";

const { firstImpliesThen, ifFirstUnmigratable, ifOnSameNode, ifOnSameNodeOrTarget, ifRequiredOnSameNode, ordered, unrunnableFirstBlocks } =
  RELATION;

const UP = ["start", "promote"];
const DOWN = ["stop", "demote"];

const NOTHING: readonly Action[] = [];

/** Probes by the resources that are probed. */
type Probes = ReadonlyMap<Resource, readonly Action[]>;

/** Puts probes before what has to know their result. Source: Pacemaker, orders of probes. */
export function probeOrders(plan: Plan): void {
  const probes = probesOf(plan);
  if (probes.size === 0) return;
  const leading = beforeRestarts(plan);
  for (const top of plan.cluster.top) {
    for (const resource of top.primitives()) {
      /** The same for the probes of all nodes. */
      const restarts = new Map<Action, readonly Action[]>();
      for (const probe of probes.get(resource) ?? NOTHING) {
        for (const dependent of newestFirst(probe.dependents)) {
          startsAfterProbe(plan, probe, dependent);
          const { then } = dependent;
          const known = restarts.get(then) ?? restartsAfterProbe(plan, probe, then, leading);
          restarts.set(then, known);
          for (const action of known) plan.book.relate(probe, action, ordered);
        }
      }
    }
  }
  stopsAfterProbe(plan, probes);
}

function probesOf({ book }: Plan): Probes {
  const found = new Map<Resource, Action[]>();
  for (let at = 0; at < book.all.length; at += 1) {
    const { resource, task, intervalMs } = book.all[at] as Action;
    if (resource && task === "monitor" && intervalMs === 0 && !found.has(resource)) found.set(resource, book.withTask(resource, task));
  }
  return found;
}

function newestFirst<T>(list: readonly T[]): T[] {
  return [...list].reverse();
}

/** Instances that are not active wait for a probe that cannot be made, lest there come to be too many. */
function startsAfterProbe(plan: Plan, probe: Action, { then, madeFlags }: Relation): void {
  const whole = then.resource;
  if (!whole || (whole.kind !== "clone" && whole.kind !== "bundle") || probe.isRunnable || then.task !== "start") return;
  if ((madeFlags & unrunnableFirstBlocks) !== 0 || !probe.resource || probe.resource.top !== whole) return;
  for (const { then: start } of newestFirst(then.dependents)) {
    const { resource } = start;
    if (!resource || resource.activeOn.length > 0 || resource.top !== whole || start.task !== "start") continue;
    plan.book.relate(probe, start, ordered | unrunnableFirstBlocks);
  }
}

/** All actions from which a way leads to the start or promotion of what may have to be stopped or demoted before. */
function beforeRestarts({ book }: Plan): ReadonlySet<Action> {
  const found = new Set<Action>();
  for (const { resource, task, isPseudo } of book.all) {
    const up = resource?.kind === "primitive" && !isPseudo && DOWN.includes(task) ? inverseOf(task) : undefined;
    if (resource && up !== undefined) for (const action of book.withTask(resource, up)) found.add(action);
  }
  // A set gives what is added to it while it is gone through, too.
  for (const action of found) for (const { first } of action.inputs) found.add(first);
  return found;
}

/** Stops and demotions that are caused by something that waits for a probe must not come before the result is known. */
function restartsAfterProbe(plan: Plan, { resource: probed }: Action, after: Action, leading: ReadonlySet<Action>): readonly Action[] {
  if (probed?.kind !== "primitive") return NOTHING;
  const found: Action[] = [];
  const seen = new Set<Action>();
  // Depth first, newest first; rows of orders may be longer than calls can be nested.
  const ahead = [after];
  for (let action = ahead.pop(); action; action = ahead.pop()) {
    if (seen.has(action) || !leading.has(action)) continue;
    seen.add(action);
    const { resource } = action;
    const down = resource?.kind === "primitive" && resource !== probed && UP.includes(action.task) ? inverseOf(action.task) : undefined;
    if (resource && down !== undefined) for (const one of plan.book.withTask(resource, down)) if (!one.isPseudo) found.push(one);
    const isMany = resource?.kind === "clone" || resource?.kind === "bundle";
    const isInterleaved = isMany && parseBoolean(resource.meta.get("interleave")) === true;
    const partner = isInterleaved ? compatibleInstance(plan.cluster, probed, resource, "assigned") : undefined;
    for (const { then, madeFlags } of action.dependents) {
      if ((madeFlags & firstImpliesThen) === 0 && !isPartOf(then.resource, resource, probed)) continue;
      if ((madeFlags & firstImpliesThen) === 0 && isInterleaved && partner !== then.resource) continue;
      ahead.push(then);
    }
  }
  return found;
}

/** From a collective the way goes on to its parts, unless the probe is of one of them. */
function isPartOf(part: Resource | undefined, whole: Resource | undefined, probed: Resource): boolean {
  if (!part || !whole || whole.kind === "primitive" || probed.parent === whole) return false;
  return part.kind !== "clone" && part.kind !== "bundle" && part.parent === whole;
}

/** What comes after the stop of a resource comes after its probes as well. */
function stopsAfterProbe(plan: Plan, byResource: Probes): void {
  for (const { first, then, flags } of plan.orders.all) {
    const { resource } = first;
    if (flags === 0 || !resource || resource === then.resource || first.task !== "stop" || !first.key.endsWith("_stop_0")) continue;
    // A probe may come after the start of what contains the resource: that would be a circle.
    if (then.resource && resource.launcher === then.resource && then.task === "stop") continue;
    let relation: number = ordered | (flags & (ifFirstUnmigratable | ifOnSameNode));
    if (flags === ifRequiredOnSameNode || flags === ifOnSameNodeOrTarget) relation = flags;
    const probes = byResource.get(resource);
    if (!probes) continue;
    const thens = then instanceof Operation ? plan.book.withKey(then.resource, then.key) : [then];
    for (const probe of probes) for (const action of thens) if (isProbedBefore(probe, action)) plan.book.relate(probe, action, relation);
  }
}

/** A node is probed after it is unfenced, and before it is shut down. */
function isProbedBefore(probe: Action, then: Action): boolean {
  if (then.task === "stonith" && probe.node === then.node && then.meta.get("stonith_action")?.toLowerCase() === "on") return false;
  return !(then.task === "do_shutdown" && probe.node && then.node && probe.node !== then.node);
}
