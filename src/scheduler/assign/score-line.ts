import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { UtilizationLine } from "./utilization-line.ts";

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

type UtilizationNote = Omit<UtilizationLine, "scoresBefore">;

/** Scores as they were when they were looked at, and what was used up between. Lines are made of them only when somebody wants to see them. */
export class ScoreNotes {
  readonly #nodes: readonly SchedulerNode[];
  /** Somebody may want to see them; otherwise nothing is noted. */
  readonly isKept: boolean;
  readonly #taken: (Note | ScoreLine | UtilizationNote)[] = [];

  constructor(nodes: readonly SchedulerNode[], isKept: boolean) {
    this.#nodes = nodes;
    this.isKept = isKept;
  }

  /** Notes a resource's table. */
  take(kind: ScoreLine["kind"], { id, scores, isAllowedOn }: Resource): void {
    if (this.isKept) this.#taken.push({ kind, resource: id, scores: scores.slice(), isAllowedOn: isAllowedOn.slice() });
  }

  /** Notes the score by which an instance is promoted, or not. */
  takePromotion({ id, promotionScore }: Resource, home: SchedulerNode | undefined): void {
    if (this.isKept) this.#taken.push({ kind: "promotion", resource: id, node: home?.name ?? "", score: promotionScore });
  }

  /** Notes what nodes have room for; the insides of bundles' containers have none of their own. */
  takeCapacities(comment: "Original" | "Remaining"): void {
    if (!this.isKept) return;
    for (const { name: node, capacity, isBundleNode } of this.#nodes)
      if (isBundleNode !== true) this.#taken.push({ comment, resource: undefined, node, amounts: capacity.texts() });
  }

  /** Notes what a resource takes from a node. */
  takeUse({ id, utilization }: Resource, { name: node }: SchedulerNode): void {
    if (this.isKept) this.#taken.push({ comment: undefined, resource: id, node, amounts: utilization.texts() });
  }

  /** A line for each score, in the order in which they were noted. */
  lines(): ScoreLine[] {
    return this.#taken.flatMap((note) => ("amounts" in note ? [] : "score" in note ? [note] : this.#linesOf(note)));
  }

  /** The accounts of capacity, in the order in which they were noted. */
  utilization(): UtilizationLine[] {
    let scoresBefore = 0;
    return this.#taken.flatMap((note) => {
      if ("amounts" in note) return [{ ...note, scoresBefore }];
      scoresBefore += "score" in note ? 1 : this.#linesOf(note).length;
      return [];
    });
  }

  #linesOf({ kind, resource, scores, isAllowedOn }: Note): ScoreLine[] {
    const listed = this.#nodes.filter((node) => isAllowedOn[node.index] === 1);
    return listed.map((node) => ({ kind, resource, node: node.name, score: scores[node.index] ?? 0 }));
  }
}
