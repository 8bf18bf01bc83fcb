import { parseBoolean } from "../../cib/document.ts";
import type { Action, Dependent } from "../act/action.ts";
import type { Plan } from "../act/plan.ts";
import type { Resource } from "../resource.ts";
import { topOf } from "../resource-state.ts";
import { compatibleInstance } from "./interleave.ts";
import { RELATION } from "./relation.ts";

const { firstImpliesThen, ifFirstUnmigratable, ifOnSameNode, ifOnSameNodeOrTarget, ifRequiredOnSameNode, ordered, unrunnableFirstBlocks } =
  RELATION;

/** Puts probes before what has to know their result. Source: Pacemaker, orders of probes. */
export function probeOrders(plan: Plan): void {
  for (const top of plan.cluster.top) {
    for (const resource of top.primitives()) {
      for (const probe of plan.book.withTask(resource, "monitor")) {
        for (const dependent of newestFirst(probe.dependents)) {
          startsAfterProbe(plan, probe, dependent);
          restartsAfterProbe(plan, probe, dependent.then, new Set());
        }
      }
    }
  }
  stopsAfterProbe(plan);
}

function newestFirst<T>(list: readonly T[]): T[] {
  return [...list].reverse();
}

/** Instances that are not active wait for a probe that cannot be made, lest there come to be too many. */
function startsAfterProbe(plan: Plan, probe: Action, { then, flags }: Dependent): void {
  const whole = then.resource;
  if (!whole || (whole.kind !== "clone" && whole.kind !== "bundle") || probe.isRunnable || then.task !== "start") return;
  if ((flags & unrunnableFirstBlocks) !== 0 || !probe.resource || topOf(probe.resource) !== whole) return;
  for (const { then: start } of newestFirst(then.dependents)) {
    const { resource } = start;
    if (!resource || resource.activeOn.length > 0 || topOf(resource) !== whole || start.task !== "start") continue;
    plan.book.relate(probe, start, ordered | unrunnableFirstBlocks);
  }
}

/** What is restarted because of something that waits for a probe must not stop before the result is known. */
function restartsAfterProbe(plan: Plan, probe: Action, after: Action, seen: Set<Action>): void {
  if (probe.resource?.kind !== "primitive" || probe.task !== "monitor" || seen.has(after)) return;
  seen.add(after);
  const { resource } = after;
  if (resource?.kind === "primitive" && probe.resource !== resource) {
    const down = after.task === "start" ? "stop" : after.task === "promote" ? "demote" : undefined;
    for (const action of down === undefined ? [] : plan.book.withTask(resource, down))
      if (!action.isPseudo) plan.book.relate(probe, action, ordered);
  }
  const isMany = resource?.kind === "clone" || resource?.kind === "bundle";
  const isInterleaved = isMany && parseBoolean(resource.meta.get("interleave")) === true;
  const partner = isInterleaved ? compatibleInstance(plan.cluster.nodes, probe.resource, resource, "assigned") : undefined;
  for (const { then, flags } of newestFirst(after.dependents)) {
    if ((flags & firstImpliesThen) === 0 && !isPartOf(then.resource, resource, probe.resource)) continue;
    if ((flags & firstImpliesThen) === 0 && isInterleaved && partner !== then.resource) continue;
    restartsAfterProbe(plan, probe, then, seen);
  }
}

/** From a collective the way goes on to its parts, unless the probe is of one of them. */
function isPartOf(part: Resource | undefined, whole: Resource | undefined, probed: Resource): boolean {
  if (!part || !whole || whole.kind === "primitive" || probed.parent === whole) return false;
  return part.kind !== "clone" && part.kind !== "bundle" && part.parent === whole;
}

/** What comes after the stop of a resource comes after its probes as well. */
function stopsAfterProbe(plan: Plan): void {
  for (const { first, then, flags } of plan.orders.all) {
    const { resource } = first;
    if (flags === 0 || !resource || resource === then.resource || first.task !== "stop" || !first.key.endsWith("_stop_0")) continue;
    // A probe may come after the start of what contains the resource: that would be a circle.
    if (then.resource && resource.launcher === then.resource && then.task === "stop") continue;
    let relation: number = ordered | (flags & (ifFirstUnmigratable | ifOnSameNode));
    if (flags === ifRequiredOnSameNode || flags === ifOnSameNodeOrTarget) relation = flags;
    const probes = plan.book.withTask(resource, "monitor");
    if (probes.length === 0) continue;
    const thens = then.action ? [then.action] : then.resource ? plan.book.withKey(then.resource, then.key) : [];
    for (const probe of probes) for (const action of thens) if (isProbedBefore(probe, action)) plan.book.relate(probe, action, relation);
  }
}

/** A node is probed after it is unfenced, and before it is shut down. */
function isProbedBefore(probe: Action, then: Action): boolean {
  if (then.task === "stonith" && probe.node === then.node && then.meta.get("stonith_action")?.toLowerCase() === "on") return false;
  return !(then.task === "do_shutdown" && probe.node && then.node && probe.node !== then.node);
}
