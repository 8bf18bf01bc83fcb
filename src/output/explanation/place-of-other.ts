import { enumeration } from "../../base/enumeration.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { Colocation } from "../../scheduler/constrain/colocation.ts";

/** How many nodes are named. */
const NODES_MAX = 6;

/** Where what a colocation is with is going to be, and in which role where that counts, so that it speaks against a node; empty where that does not tell it. */
export function placeOfOther(colocations: readonly Colocation[], id: string, resource: Resource, node: SchedulerNode): string {
  const holders = [resource, ...resource.withDescendants()];
  for (let holder = resource.parent; holder; holder = holder.parent) holders.push(holder);
  const colocation = colocations.find((one) => one.id === id && holders.includes(one.dependent));
  if (colocation?.attribute !== "#uname") return "";
  const { primary, primaryRole, score } = colocation;
  const role = primaryRole === "Promoted" || primaryRole === "Unpromoted" ? primaryRole : undefined;
  const parts = primary.primitives().filter(({ nextRole }) => role === undefined || nextRole === role);
  const homes = [...new Set(parts.flatMap(({ assigned }) => assigned ?? []))];
  // When both stand in each other's way, or other things decided, this does not tell it.
  if (score > 0 && homes.includes(node)) return pairText(resource, primary, homes);
  if (score < 0 && !homes.includes(node)) return "";
  const what = score < 0 ? [node] : homes;
  const inRole = role === undefined ? "" : `${role.toLowerCase()} `;
  if (what.length === 0) return `, and ${primary.id} ${role === undefined ? "has no place" : `is ${inRole}nowhere`}`;
  const isNow = (one: Resource, home: SchedulerNode): boolean => one.activeOn.includes(home) && (role === undefined || one.role === role);
  const isThere = what.every((home) => parts.some((one) => one.assigned === home && isNow(one, home)));
  const verb = isThere ? `is ${inRole}on` : role === undefined ? "goes to" : `is going to be ${inRole}on`;
  return `, and ${primary.id} ${verb} ${what.length > NODES_MAX ? `${what.length} nodes` : enumeration(what.map(({ name }) => name))}`;
}

/** An instance that is paired with one of another clone goes where that is, though there are others. */
function pairText({ assigned }: Resource, primary: Resource, homes: readonly SchedulerNode[]): string {
  if (!primary.clone || !assigned || !homes.includes(assigned)) return "";
  return `, and the instance of ${primary.id} for it is on ${assigned.name}`;
}
