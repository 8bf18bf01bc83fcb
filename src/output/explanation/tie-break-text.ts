import type { NodeAccount } from "../../scheduler/explain/node-account.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";

/** What tells nodes apart that are worth the same. */
export function tieBreaker(chosen: NodeAccount, other: NodeAccount, account: PlacementAccount): string {
  switch (tieRule(chosen, other, account)) {
    case "capacity":
      return "free capacity, else fewer resources, else the present place, else the name";
    case "resource-count":
      return `the number of resources there by then (${chosen.resourceCount ?? 0} and ${other.resourceCount ?? 0})`;
    case "present-place":
      return "that it runs there";
    case "name":
      return "the name";
  }
}

/** The rule by which that is. */
export function tieRule(
  chosen: NodeAccount,
  other: NodeAccount,
  { cluster, currentNodes }: PlacementAccount,
): "name" | "capacity" | "resource-count" | "present-place" {
  const strategy = cluster.options.placementStrategy;
  if (strategy === "minimal") return "name";
  if (strategy === "balanced") return "capacity";
  if ((chosen.resourceCount ?? 0) < (other.resourceCount ?? 0)) return "resource-count";
  return currentNodes[0] === chosen.node.name ? "present-place" : "name";
}
