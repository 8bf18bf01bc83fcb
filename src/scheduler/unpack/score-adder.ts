import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import type { SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";

/** Puts what the history says into score tables. */
export class ScoreAdder {
  readonly #nodes: readonly SchedulerNode[];

  constructor(nodes: readonly SchedulerNode[]) {
    this.#nodes = nodes;
  }

  /** Adds to the score of a resource, and of everything below it, on a node. */
  add(resource: Resource, node: SchedulerNode, score: number): void {
    for (const child of resource.children) this.add(child, node, score);
    resource.allowOn(node);
    resource.scores[node.index] = addScores(resource.scores[node.index] ?? 0, score);
  }

  /** Bans a resource, and everything below it, from a node, or from all. */
  ban(resource: Resource, node: SchedulerNode | undefined): void {
    for (const target of node ? [node] : this.#nodes) this.add(resource, target, -INFINITY_SCORE);
  }

  /** Bans a resource itself from all nodes. */
  banEverywhere(resource: Resource): void {
    resource.isAllowedOn.fill(1);
    resource.scores.fill(-INFINITY_SCORE);
  }
}
