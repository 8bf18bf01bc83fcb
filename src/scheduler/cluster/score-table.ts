import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import type { SchedulerNode } from "./node.ts";
import type { ByNode } from "./node-scores.ts";

/** Where something may be placed, and how gladly: its score on each node that is in the table. */
export abstract class ScoreTable {
  readonly #scores: Int32Array;
  readonly #isAllowedOn: Uint8Array;
  /** Its score on each node; meaningful where `isAllowedOn`. */
  readonly scores: ByNode<Int32Array>;
  readonly isAllowedOn: ByNode<Uint8Array>;
  /** Grows with every change of the table: what was computed from it can be known to be still true. */
  tableVersion = 0;

  /** An empty table for so many nodes. */
  constructor(nodeCount: number) {
    this.scores = this.#scores = new Int32Array(nodeCount);
    this.isAllowedOn = this.#isAllowedOn = new Uint8Array(nodeCount);
  }

  /** Score on a node; a node that is not allowed counts as banned. */
  scoreOn(nodeIndex: number): number {
    return this.isAllowedOn[nodeIndex] === 1 ? (this.scores[nodeIndex] ?? 0) : -INFINITY_SCORE;
  }

  /** Lets the node in, at its base score, when it is not in the table. */
  allowOn(node: SchedulerNode): void {
    if (this.isAllowedOn[node.index] === 1) return;
    this.setTableOn(node.index, node.baseScore);
  }

  /** Adds to the score on one node. */
  addScore(nodeIndex: number, score: number): void {
    this.setScore(nodeIndex, addScores(this.#scores[nodeIndex] ?? 0, score));
  }

  /** Puts another score in the place of that on a node. */
  setScore(nodeIndex: number, score: number): void {
    if (this.#scores[nodeIndex] === score) return;
    this.#scores[nodeIndex] = score;
    this.tableVersion += 1;
  }

  /** Lets a node in with a score. */
  setTableOn(nodeIndex: number, score: number): void {
    this.#isAllowedOn[nodeIndex] = 1;
    this.#scores[nodeIndex] = score;
    this.tableVersion += 1;
  }

  /** Puts other scores in the place of all. */
  setScores(scores: ArrayLike<number>): void {
    this.#scores.set(scores);
    this.tableVersion += 1;
  }

  /** Puts another table in the place of its own. */
  setTable(scores: ArrayLike<number>, isAllowedOn: ArrayLike<number>): void {
    this.#isAllowedOn.set(isAllowedOn);
    this.setScores(scores);
  }

  /** Bans all nodes of the table but one. */
  keepOnly(nodeIndex: number): void {
    const scores = this.#scores;
    const kept = scores[nodeIndex] ?? 0;
    // In most clusters all nodes are in all tables.
    if (!this.#isAllowedOn.includes(0)) scores.fill(-INFINITY_SCORE);
    else for (let at = 0; at < scores.length; at += 1) if (this.#isAllowedOn[at] === 1) scores[at] = -INFINITY_SCORE;
    scores[nodeIndex] = kept;
    this.tableVersion += 1;
  }

  /** Bans all nodes, and lets them in as banned. */
  banTable(): void {
    this.#isAllowedOn.fill(1);
    this.#scores.fill(-INFINITY_SCORE);
    this.tableVersion += 1;
  }

  /** Takes all nodes out of the table. */
  clearTable(): void {
    this.#isAllowedOn.fill(0);
    this.#scores.fill(0);
    this.tableVersion += 1;
  }

  /** Takes a node out of the table. */
  forbid(nodeIndex: number): void {
    this.#isAllowedOn[nodeIndex] = 0;
    this.tableVersion += 1;
  }
}
