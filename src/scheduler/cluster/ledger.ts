import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import type { SchedulerNode } from "./node.ts";
import type { Resource } from "./resource.ts";

/**
 * One thing that happened to a score. `open`: the node came into the resource's table with this score; `add`: it was added,
 * by the arithmetic of scores; `set`: it took the place of what was there; `decided`: the resource's place was chosen with
 * this score; `placed`: with its scores as they are, the resource got its place or none; `wished`: it was added to what an instance brings for
 * its promotion on its node; `promoted`: an instance was ranked for promotion with this score, that of its node in its clone's table;
 * `withdraw`: what happened to the resource from entry number `score` on was only a try.
 */
export interface ScoreEntry {
  readonly effect: "open" | "add" | "set" | "decided" | "placed" | "wished" | "promoted" | "withdraw";
  readonly resource: Resource;
  /** Index of the node; -1 for `withdraw`. */
  readonly nodeIndex: number;
  readonly score: number;
  /** Id of the constraint or of the recorded operation that speaks, or a rule of the scheduler: `#stickiness`. */
  readonly source: string;
  /** For a ban by `#utilization`. */
  readonly shortage?: Shortage | undefined;
  /** For `placed`: how many resources each node had by then. */
  readonly counts?: readonly number[];
}

/** What a node has too little of. */
export interface Shortage {
  /** What would have to be there: names of utilization attributes and amounts, those alone of which too little is left. */
  readonly needed: readonly { readonly name: string; readonly amount: number; readonly left: number }[];
  /** What needs it: the resource, and what has to be with it. */
  readonly together: readonly string[];
}

interface KnownTable {
  readonly scores: Int32Array;
  readonly isAllowedOn: Uint8Array;
}

/** Who added what to which score. Kept only when asked for: whoever writes a score tells the ledger if there is one. */
export class ScoreLedger {
  readonly entries: ScoreEntry[] = [];
  readonly #known = new Map<Resource, KnownTable>();

  /** Takes note that a node is in a resource's table, if that is new. */
  opened(resource: Resource, node: SchedulerNode): void {
    const known = this.#table(resource);
    const score = resource.scores[node.index] ?? 0;
    if (known.isAllowedOn[node.index] === 1 || resource.isAllowedOn[node.index] !== 1) return;
    known.isAllowedOn[node.index] = 1;
    known.scores[node.index] = score;
    this.#push("open", resource, node.index, score, score === node.baseScore ? "#node" : "#placement-rule");
  }

  /** Takes note of what was added to the score on a node. */
  added(resource: Resource, node: SchedulerNode, score: number, source: string, shortage?: Shortage): void {
    const known = this.#table(resource);
    known.scores[node.index] = addScores(known.scores[node.index] ?? 0, score);
    this.#push("add", resource, node.index, score, source, shortage);
  }

  /** Takes note of all that is different in a resource's table since the ledger last saw it. */
  changed(resource: Resource, source: string): void {
    for (let at = 0; at < resource.scores.length; at += 1) this.#compare(resource, at, source);
  }

  /** The same for one node. */
  changedOn(resource: Resource, node: SchedulerNode, source: string): void {
    this.#compare(resource, node.index, source);
  }

  /** Takes note of a ban that is in the table by now, also where another one was there before: each has to go for the node to be open. */
  vetoed(resource: Resource, node: SchedulerNode, source: string, shortage?: Shortage): void {
    if (resource.isAllowedOn[node.index] !== 1) return;
    this.#table(resource).scores[node.index] = -INFINITY_SCORE;
    this.#push("add", resource, node.index, -INFINITY_SCORE, source, shortage);
  }

  /** The scores with which a place is chosen. */
  decided(resource: Resource, node: SchedulerNode, kind: string): void {
    this.#push("decided", resource, node.index, resource.scores[node.index] ?? 0, kind);
  }

  /**
   * The scores of a resource are those by which it has its place, or none; what comes later does not move it any more.
   * `source` is the colocation that leaves it without one, whatever the scores.
   */
  placed(resource: Resource, nodes: readonly SchedulerNode[], source = ""): void {
    const counts = nodes.map((node) => node.assignedCount);
    this.entries.push({ effect: "placed", resource, nodeIndex: -1, score: 0, source, counts });
  }

  /** Takes note of what counts for the promotion of an instance on its node. */
  wished(instance: Resource, node: SchedulerNode, score: number, source: string): void {
    if (score !== 0) this.#push("wished", instance, node.index, score, source);
  }

  /** The score by which an instance that has a place is promoted, or not. */
  ranked(instance: Resource, node: SchedulerNode): void {
    this.#push("promoted", instance, node.index, instance.promotionScore, "promotion");
  }

  /** Place in the ledger from which on entries may be withdrawn. */
  get position(): number {
    return this.entries.length;
  }

  /** The tables of these resources are again as they were when the ledger was at that position. */
  withdrawn(resources: readonly Resource[], position: number): void {
    for (const resource of resources) {
      this.#push("withdraw", resource, -1, position, "");
      this.#known.set(resource, { scores: resource.scores.slice(), isAllowedOn: resource.isAllowedOn.slice() });
    }
  }

  #compare(resource: Resource, at: number, source: string): void {
    if (resource.isAllowedOn[at] !== 1) return;
    const known = this.#table(resource);
    const after = resource.scores[at] ?? 0;
    const before = known.scores[at] ?? 0;
    const isNew = known.isAllowedOn[at] !== 1;
    if (!isNew && before === after) return;
    known.isAllowedOn[at] = 1;
    known.scores[at] = after;
    if (isNew) this.#push("open", resource, at, after, source);
    else if (after <= -INFINITY_SCORE || (after >= INFINITY_SCORE && before > -INFINITY_SCORE))
      this.#push("add", resource, at, after, source);
    else if (Math.abs(before) < INFINITY_SCORE) this.#push("add", resource, at, after - before, source);
    else this.#push("set", resource, at, after, source);
  }

  #table(resource: Resource): KnownTable {
    const known = this.#known.get(resource);
    if (known) return known;
    const length = resource.scores.length;
    const made = { scores: new Int32Array(length), isAllowedOn: new Uint8Array(length) };
    this.#known.set(resource, made);
    return made;
  }

  #push(effect: ScoreEntry["effect"], resource: Resource, nodeIndex: number, score: number, source: string, shortage?: Shortage): void {
    this.entries.push({ effect, resource, nodeIndex, score, source, shortage });
  }
}
