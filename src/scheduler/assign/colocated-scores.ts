import { INFINITY_SCORE } from "../../score/score.ts";
import type { ByNode } from "../cluster/node-scores.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Colocation } from "../constrain/colocation.ts";
import { addWishes, type ScoreTable } from "./add-wishes.ts";
import type { Placement } from "./placement.ts";
import type { SteadyNodes } from "./steady-nodes.ts";
import { scoreOnlyHere } from "./wish-on-node.ts";

/**
 * Adds what the dependents of a primary in these colocations, and their own dependents, wish for to its scores. `steady` is told
 * which nodes do not keep theirs.
 */
export function considerDependents(
  placement: Placement,
  colocations: readonly Colocation[],
  primary: Resource,
  steady: SteadyNodes | undefined,
): void {
  if (colocations.length === 0) return;
  const staysNonNegative = primary.kind === "clone";
  const gathering = { staysNonNegative, keepsAvailable: true };
  // The ledger is told of each.
  const joint = placement.ledger ? undefined : placement.chains.together(colocations, "dependent", primary);
  if (joint && !staysNonNegative) {
    const values = primary.scores.slice();
    joint.addTo(placement.available, { values, isAllowed: primary.isAllowedOn }, steady);
    primary.setScores(values);
    return;
  }
  steady?.clear();
  const only = onlyOpenNode(primary);
  const values = only === undefined ? primary.scores.slice() : undefined;
  for (let at = 0; at < colocations.length; at += 1) {
    const colocation = colocations[at] as Colocation;
    if (!placement.hasInfluence(colocation)) continue;
    const chain = placement.chains.of(colocation, "dependent", primary);
    // Wishes that come back to the primary in a circle see what those before have made of it.
    if (values) {
      addWishes(placement.available, chain, { values, isAllowed: primary.isAllowedOn }, gathering);
      primary.setScores(values);
    } else if (only !== undefined) {
      const isAvailable = placement.available[only] === 1;
      primary.setTableOn(only, scoreOnlyHere(chain, only, primary.scores[only] ?? 0, isAvailable, gathering));
    }
    placement.ledger?.changed(primary, colocation.id);
  }
}

/** The one node from which a resource is not banned, if it is one: later members of a group have no other. */
function onlyOpenNode({ scores, isAllowedOn }: Resource): number | undefined {
  let only: number | undefined;
  for (let node = 0; node < scores.length; node += 1) {
    if (scores[node] === -INFINITY_SCORE || isAllowedOn[node] !== 1) continue;
    if (only !== undefined) return undefined;
    only = node;
  }
  return only;
}

/** Scores of a resource together with what it wants to be with, for the order in which resources are placed. */
export function scoresWithPrimaries(placement: Placement, resource: Resource): ScoreTable {
  const source = resource.kind === "group" ? (resource.children.at(-1) ?? resource) : resource;
  const table: ScoreTable = { values: source.scores.slice(), isAllowed: source.isAllowedOn };
  if (!hasPlace(placement, table)) return table;
  placement.gathering.add(resource).add(source);
  const chain = placement.chains.withPrimaries(source);
  placement.gathering.delete(source);
  placement.gathering.delete(resource);
  addWishes(placement.available, chain, table, { staysNonNegative: false, keepsAvailable: true });
  return table;
}

/** True when some node of the table can take a resource. */
export function hasPlace(
  { available }: Placement,
  { values, isAllowed }: { readonly values: ByNode<Int32Array>; readonly isAllowed: ByNode<Uint8Array> },
): boolean {
  for (let at = 0; at < values.length; at += 1) if (isAllowed[at] === 1 && available[at] === 1 && (values[at] ?? 0) >= 0) return true;
  return false;
}
