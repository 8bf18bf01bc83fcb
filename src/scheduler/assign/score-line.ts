import type { SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";

/** A score as the regression data print it. */
export interface ScoreLine {
  readonly kind: "primitive" | "group" | "clone" | "bundle" | "promotion";
  readonly resource: string;
  readonly node: string;
  readonly score: number;
}

interface Note {
  readonly kind: ScoreLine["kind"];
  readonly resource: string;
  readonly scores: Int32Array;
  readonly isAllowedOn: Uint8Array;
}

/** Scores as they were when they were looked at. Lines are made of them only when somebody wants to see them. */
export class ScoreNotes {
  readonly #nodes: readonly SchedulerNode[];
  readonly #taken: (Note | ScoreLine)[] = [];

  constructor(nodes: readonly SchedulerNode[]) {
    this.#nodes = nodes;
  }

  /** Notes a resource's table. */
  take(kind: ScoreLine["kind"], { id, scores, isAllowedOn }: Resource): void {
    this.#taken.push({ kind, resource: id, scores: scores.slice(), isAllowedOn: isAllowedOn.slice() });
  }

  /** Notes the score by which an instance is promoted, or not. */
  takePromotion({ id, promotionScore }: Resource, home: SchedulerNode | undefined): void {
    this.#taken.push({ kind: "promotion", resource: id, node: home?.name ?? "", score: promotionScore });
  }

  /** A line for each score, in the order in which they were noted. */
  lines(): ScoreLine[] {
    return this.#taken.flatMap((note) => ("score" in note ? [note] : this.#linesOf(note)));
  }

  #linesOf({ kind, resource, scores, isAllowedOn }: Note): ScoreLine[] {
    const listed = this.#nodes.filter((node) => isAllowedOn[node.index] === 1);
    return listed.map((node) => ({ kind, resource, node: node.name, score: scores[node.index] ?? 0 }));
  }
}
