import { willRun } from "../../scheduler/explain/survival.ts";
import { type Resource, roleRank } from "../../scheduler/resource.ts";
import type { ScheduleResult } from "../../scheduler/schedule.ts";
import { findResource } from "./explained-cib.ts";

/** What somebody wants to be true after the next transition. */
export interface Goal {
  readonly resource: string;
  readonly kind: "running" | "stopped" | "promoted";
  /** Where; undefined for anywhere. */
  readonly node: string | undefined;
}

/** Reads `RESOURCE on NODE`, `RESOURCE running`, `RESOURCE stopped`, `RESOURCE promoted [on NODE]`; undefined for anything else. */
export function parseGoal(text: string): Goal | undefined {
  const match = /^\s*(\S+)\s+(?:(running|stopped|promoted)(?:\s+on\s+(\S+))?|on\s+(\S+))\s*$/.exec(text);
  if (!match) return undefined;
  const [, resource = "", word, place, home] = match;
  const kind = word === "stopped" || word === "promoted" ? word : "running";
  return kind === "stopped" && place !== undefined ? undefined : { resource, kind, node: place ?? home };
}

/** The goal in words: `web on n1`. */
export function goalText({ resource, kind, node }: Goal): string {
  if (node === undefined) return `${resource} ${kind}`;
  return kind === "running" ? `${resource} on ${node}` : `${resource} ${kind} on ${node}`;
}

/** True when the plan reaches the goal: of a clone or bundle one instance is enough. */
export function isReached(result: ScheduleResult, goal: Goal): boolean {
  const resource = findResource(result, goal.resource);
  if (!resource) return false;
  const primitives = resource.primitives();
  const isThere = (one: Resource): boolean => willRun(result, one) && (goal.node === undefined || one.assigned?.name === goal.node);
  const isDown = (one: Resource): boolean =>
    (!one.assigned || roleRank(one.nextRole) <= roleRank("Stopped")) &&
    one.isManaged &&
    !result.obstacles(one).some(({ task }) => task === "stop" || task === "demote");
  const isPromoted = (one: Resource): boolean =>
    isThere(one) && one.nextRole === "Promoted" && !result.obstacles(one).some(({ task }) => task === "promote");
  const isMultiplied = resource.clone !== undefined || resource.bundle !== undefined;
  switch (goal.kind) {
    case "running":
      return isMultiplied ? primitives.some(isThere) : primitives.length > 0 && primitives.every(isThere);
    case "stopped":
      return primitives.every(isDown);
    case "promoted":
      return primitives.some(isPromoted);
  }
}
