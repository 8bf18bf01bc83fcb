import { treeText } from "../cib/tree-text.ts";
import type { XmlElement } from "../xml/element.ts";
import type { NodeContext } from "./node-context.ts";

/** Hands plans for large clusters to somebody else, so that this node goes on answering while they are made. */
export class PlanRequests {
  readonly #context: Pick<NodeContext, "emit" | "configuration">;
  #newest = 0;

  constructor(context: Pick<NodeContext, "emit" | "configuration">) {
    this.#context = context;
  }

  /** Asks for a plan; returns the number with which `plan-made` or `plan-failed` will come, undefined when it is to be made here. */
  ask(input: XmlElement, epochSeconds: number): number | undefined {
    const limit = this.#context.configuration.planElsewhereAbove;
    if (limit === undefined || recordedResources(input) <= limit) return undefined;
    this.#newest += 1;
    this.#context.emit({ kind: "make-plan", requestId: this.#newest, input: treeText(input), epochSeconds });
    return this.#newest;
  }
}

/** How many resources all nodes together have a history of: a measure of what planning takes that costs nothing. */
function recordedResources(cib: XmlElement): number {
  let count = 0;
  for (const state of cib.child("status")?.children ?? []) count += state.descend("lrm", "lrm_resources")?.children.length ?? 0;
  return count;
}
