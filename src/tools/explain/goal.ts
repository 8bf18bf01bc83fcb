import type { Resource } from "../../scheduler/cluster/resource.ts";
import { isWithin } from "../../scheduler/cluster/resource-state.ts";
import { roleRank } from "../../scheduler/cluster/role.ts";
import { willRun } from "../../scheduler/explain/survival.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
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

/** An instance as a goal sees it: what has to be up together, and what has to be on a node for it to be there. */
interface Unit {
  readonly parts: readonly Resource[];
  /** Any of these groups is enough: a bundle's replica is where its container is, and on the node that the container is. */
  readonly places: readonly (readonly Resource[])[];
}

/** True when the plan reaches the goal: of a clone or bundle one instance with all its parts is enough. */
export function isReached(result: ScheduleResult, goal: Goal): boolean {
  const resource = findResource(result, goal.resource);
  if (!resource) return false;
  const units = unitsOf(resource);
  const isThere = (one: Resource): boolean => goal.node === undefined || one.assigned?.name === goal.node;
  const isUp = ({ parts }: Unit): boolean => parts.every((one) => willRun(result, one));
  const isPromoted = (one: Resource): boolean =>
    one.nextRole === "Promoted" && !result.obstacles(one).some(({ task }) => task === "promote");
  const isPlaced = ({ places }: Unit): boolean => places.some((place) => place.every(isThere));
  switch (goal.kind) {
    case "running":
      return units.some((unit) => isUp(unit) && isPlaced(unit));
    case "stopped":
      return units.every(({ parts }) => parts.every((one) => willBeDown(result, one)));
    case "promoted":
      return units.some((unit) => isUp(unit) && isPlaced(unit) && unit.parts.some(isPromoted));
  }
}

/** Why a goal is out of reach whatever is changed; undefined when it is not. */
export function whyImpossible(result: ScheduleResult, { resource: id, kind, node }: Goal): string | undefined {
  const resource = findResource(result, id);
  if (kind === "stopped" || !resource) return undefined;
  if (resource.isRemoved) return `${id} is not in the configuration any more: there is nothing of it to be run`;
  const launcher = result.cluster.nodes.find(({ name }) => name === node)?.connection?.launcher;
  const maker = launcher && findResource(result, launcher.id);
  if (maker && makesPlaceOf(maker, resource)) return `${node} is made by ${maker.id}: ${id} cannot be inside of that`;
  if (kind === "running") return undefined;
  const clones = [...resource.withDescendants(), resource.ownClone, resource.bundle?.inner].flatMap((one) => one?.clone ?? []);
  return clones.some(({ isPromotable }) => isPromotable)
    ? undefined
    : `${id} cannot be promoted: only promotable clones have a promoted role`;
}

/** True when nothing of a resource can be on the node that a container or virtual machine makes, because it is that, or what that needs. */
function makesPlaceOf(maker: Resource, resource: Resource): boolean {
  const bundle = maker.ownBundle;
  const inner = bundle?.bundle?.inner;
  const isInside = inner !== undefined && (resource === inner || isWithin(resource, inner));
  if (bundle) return resource !== bundle && (resource === maker || isWithin(resource, bundle)) && !isInside;
  return resource === maker || resource.launcher === maker || isWithin(maker, resource);
}

/** The instances a goal may be reached by. Those of an anonymous clone are one like the other: its number is not part of the wish. */
function unitsOf(resource: Resource): Unit[] {
  if (resource.bundle)
    return resource.bundle.replicas.map(({ container, address, connection, child }) => {
      const parts = [container, address, connection, child].flatMap((part) => part?.primitives() ?? []);
      return { parts, places: [container.primitives(), ...(child ? [child.primitives()] : [])] };
    });
  const alike = resource.clone ? resource.children : interchangeable(resource);
  return alike.map((one) => one.primitives()).flatMap((parts) => (parts.length === 0 ? [] : [{ parts, places: [parts] }]));
}

/** A resource, with the others of its kind in the other instances of an anonymous clone. */
function interchangeable(resource: Resource): readonly Resource[] {
  const clone = resource.ownClone;
  if (!clone?.clone || clone.clone.isUnique || resource.ownBundle) return [resource];
  const name = configuredId(resource);
  return clone.withDescendants().filter((one) => one !== clone && configuredId(one) === name);
}

/** Name of a resource in the configuration: that of an instance without its number. */
export function configuredId(resource: Resource): string {
  return resource.id.replace(/:\d+$/, "");
}

function willBeDown(result: ScheduleResult, one: Resource): boolean {
  if (!one.isManaged) return one.activeOn.length === 0;
  const isUnassigned = !one.assigned || roleRank(one.nextRole) <= roleRank("Stopped");
  return isUnassigned && !result.obstacles(one).some(({ task }) => task === "stop" || task === "demote");
}
