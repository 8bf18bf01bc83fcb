import { INFINITY_SCORE } from "../../../score/score.ts";
import type { ScoreLedger } from "../../cluster/ledger.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import type { Resource } from "../../cluster/resource.ts";

/** Puts what the history says into score tables. */
export class ScoreAdder {
  readonly #nodes: readonly SchedulerNode[];

  readonly #ledger: ScoreLedger | undefined;

  constructor(nodes: readonly SchedulerNode[], ledger: ScoreLedger | undefined) {
    this.#nodes = nodes;
    this.#ledger = ledger;
  }

  /** Adds to the score of a resource, and of everything below it, on a node; `source` is who says so, for the ledger. */
  add(resource: Resource, node: SchedulerNode, score: number, source: string): void {
    for (const child of resource.children) this.add(child, node, score, source);
    resource.allowOn(node);
    this.#ledger?.opened(resource, node);
    this.#ledger?.added(resource, node, score, source);
    resource.addScore(node.index, score);
  }

  /** Bans a resource, and everything below it, from a node, or from all. */
  ban(resource: Resource, node: SchedulerNode | undefined, source: string): void {
    for (const target of node ? [node] : this.#nodes) this.add(resource, target, -INFINITY_SCORE, source);
  }

  /** Bans a resource itself from all nodes. */
  banEverywhere(resource: Resource, source: string): void {
    resource.banTable();
    this.#ledger?.changed(resource, source);
  }
}
