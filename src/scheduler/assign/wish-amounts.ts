import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { ByNode } from "../cluster/node-scores.ts";
import type { Resource } from "../cluster/resource.ts";
import { roleRank } from "../cluster/role.ts";
import type { Colocation } from "../constrain/colocation.ts";
import type { Location } from "../constrain/location.ts";
import type { NodeValues } from "./node-values.ts";

/** What wishes are made from. */
export interface WishScene {
  readonly cluster: { readonly nodes: readonly SchedulerNode[] };
  /** Per node whether it can get resources. */
  readonly available: Uint8Array;
  /** Nodes that cannot. */
  readonly closed: readonly number[];
  readonly values: NodeValues;
  /** Location constraints that name a resource. */
  locationsOf(resource: Resource): readonly Location[];
  /** True when a colocation lets the dependent bear on where its primary goes. */
  hasInfluence(colocation: Colocation): boolean;
  /** True when a resource may take a host's attributes for those of a node. */
  looksAtHosts(resource: Resource): boolean;
}

/**
 * What is added to each node's score: the scores of `source` times the factor, as a resource it is colocated with gets them.
 * `looksAtHosts` says that one of the two does.
 */
export function wishAmounts(
  scene: WishScene,
  source: Resource,
  target: Resource,
  colocation: Colocation,
  factor: number,
  looksAtHosts: boolean,
): ByNode<Int32Array> {
  const group = spokenFor(source, colocation);
  const scores = group ? withLocations(scene, source, group) : source.scores;
  const isPlain = colocation.attribute === "#uname" && !looksAtHosts;
  const best = isPlain ? usableScores(scene, source, scores) : bestByValue(scene, source, scores, target, colocation);
  if (factor !== 1) weigh(scene, best, colocation, factor);
  return best;
}

/** True when what is added stays the same while the table of the source and that of the dependent do, where none looks at hosts. */
export function areAmountsLasting(scene: WishScene, source: Resource, colocation: Colocation): boolean {
  const group = spokenFor(source, colocation);
  // The next role becomes known while places are given out.
  return group === undefined || scene.locationsOf(group).every(({ role }) => role === undefined);
}

/** Makes scores the wishes that a colocation with this factor makes of them. */
function weigh(placement: WishScene, amounts: Int32Array, colocation: Colocation, factor: number): void {
  let isAlone: boolean | undefined;
  for (let at = 0; at < amounts.length; at += 1) {
    const score = amounts[at] ?? 0;
    if (score === 0) continue;
    let isCounted = true;
    if (factor < 0 && score < 0) {
      // A wish to be apart from something that cannot be here counts only where it can move nothing else.
      if (colocation.primary.stickiness >= -score) isCounted = false;
      else isCounted = isAlone ??= placement.hasInfluence(colocation) && isAllowedOnce(colocation.dependent);
    }
    amounts[at] = isCounted ? weighted(factor, score) : 0;
  }
}

/** Where no node stands for another one, each has its own name. */
function usableScores({ closed }: WishScene, { isAllowedOn }: Resource, scores: ByNode<Int32Array>): Int32Array {
  const out = scores.slice();
  for (let at = 0; at < closed.length; at += 1) out[closed[at] as number] = -INFINITY_SCORE;
  // In most clusters everything may run everywhere.
  if (isAllowedOn.includes(0)) for (let at = 0; at < out.length; at += 1) if (isAllowedOn[at] !== 1) out[at] = -INFINITY_SCORE;
  return out;
}

/** For each node the best score of the source over the available nodes that have the same attribute value. */
function bestByValue(
  { cluster, available, values }: WishScene,
  source: Resource,
  scores: ByNode<Int32Array>,
  target: Resource,
  { attribute }: Colocation,
): Int32Array {
  const [ofSource, ofTarget] = [values.onAll(source, attribute), values.onAll(target, attribute)];
  const best = new Int32Array(values.count(attribute)).fill(-INFINITY_SCORE);
  for (const node of cluster.nodes) {
    if (source.isAllowedOn[node.index] !== 1 || available[node.index] !== 1) continue;
    const score = scores[node.index] ?? 0;
    const value = ofSource[node.index] ?? 0;
    if (score > (best[value] ?? 0)) best[value] = score;
  }
  return Int32Array.from(cluster.nodes, (node) => best[ofTarget[node.index] ?? 0] ?? -INFINITY_SCORE);
}

/** The group of a later member that is itself in a colocation: it speaks with its group's location constraints too. */
function spokenFor(source: Resource, { dependent, isExplicit }: Colocation): Resource | undefined {
  if (!isExplicit || dependent !== source) return undefined;
  const { parent } = source;
  return parent?.kind === "group" && parent.children[0] !== source ? parent : undefined;
}

function withLocations(scene: WishScene, source: Resource, group: Resource): ByNode<Int32Array> {
  const scores = source.scores.slice();
  for (const { wishes, role } of scene.locationsOf(group)) {
    if (role !== undefined && roleRank(role) !== roleRank(source.nextRole)) continue;
    for (const { nodeIndex, score } of wishes) scores[nodeIndex] = addScores(scores[nodeIndex] ?? 0, score);
  }
  return scores;
}

/** True when there is exactly one node a resource may run on. */
function isAllowedOnce({ scores, isAllowedOn }: Resource): boolean {
  let allowed = 0;
  for (let at = 0; at < scores.length; at += 1) if (isAllowedOn[at] === 1 && (scores[at] ?? 0) >= 0) allowed += 1;
  return allowed === 1;
}

/** Score times factor, halves away from zero; what is not zero stays so. */
function weighted(factor: number, score: number): number {
  const product = Math.fround(factor * score);
  const rounded = Math.trunc(product < 0 ? product - 0.5 : product + 0.5);
  if (rounded !== 0 || score === 0) return rounded;
  return factor > 0 ? 1 : factor < 0 ? -1 : 0;
}
