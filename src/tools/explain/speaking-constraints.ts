import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { configuredId } from "./goal.ts";

/** Constraints that speak in the scores of these resources, that order what cannot be done before them, or that shut all other nodes out. */
export function constraintIds(
  result: ScheduleResult,
  accounts: readonly PlacementAccount[],
  related: readonly Resource[],
  areOrdersMeant = true,
): string[] {
  const exclusive: string[] = [];
  const names = new Set(related.flatMap((one) => [one.id, configuredId(one)]));
  const isBlocked = areOrdersMeant && accounts.some(({ obstacles }) => obstacles.length > 0);
  const orders = isBlocked ? result.cluster.orders().filter(({ then }) => related.includes(then)) : [];
  for (const constraint of result.cluster.cib.descend("configuration", "constraints")?.children ?? []) {
    const { id } = constraint;
    if (id === undefined || constraint.name === "rsc_ticket") continue;
    const named = constraint.get("rsc");
    // Sets and patterns may be about any.
    if (constraint.get("resource-discovery") === "exclusive" && (named === undefined || names.has(named))) exclusive.push(id);
  }
  const spoken = accounts.flatMap(({ nodes, promotion, obstacles }) => [
    ...nodes.flatMap((place) => place.contributions.map((entry) => entry.source)),
    ...(promotion?.contributions ?? []).map((entry) => entry.source),
    ...obstacles.flatMap(({ waitsFor }) => waitsFor.flatMap(({ orderIds }) => orderIds)),
  ]);
  return constraintsOf(result, [...spoken, ...exclusive, ...orders.map(({ id }) => id)]);
}

/** The constraints among ids of them, and of sets in them; none of tickets, which are granted. */
export function constraintsOf({ cluster }: ScheduleResult, ids: readonly string[]): string[] {
  const idOf = new Map<string, string>();
  for (const { id, name, children } of cluster.cib.descend("configuration", "constraints")?.children ?? []) {
    if (id === undefined || name === "rsc_ticket") continue;
    idOf.set(id, id);
    for (const part of children) if (part.name === "resource_set" && part.id) idOf.set(part.id, id);
  }
  return [...new Set(ids.flatMap((id) => idOf.get(id) ?? []))];
}
