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
    if (limit === undefined || planningSize(input) <= limit) return undefined;
    this.#newest += 1;
    this.#context.emit({ kind: "make-plan", requestId: this.#newest, input: treeText(input), epochSeconds });
    return this.#newest;
  }
}

/**
 * A measure of what planning takes that costs nothing: the histories that all nodes have of resources, or will have when
 * they have looked for each, and the constraints.
 */
export function planningSize(cib: XmlElement): number {
  const states = cib.child("status")?.children ?? [];
  let recorded = 0;
  for (const state of states) recorded += state.descend("lrm", "lrm_resources")?.children.length ?? 0;
  const configuration = cib.child("configuration");
  const expected = primitivesIn(configuration?.child("resources")) * states.length;
  return Math.max(recorded, expected) + (configuration?.child("constraints")?.children.length ?? 0);
}

const COLLECTIVES: ReadonlySet<string> = new Set(["group", "clone", "master", "bundle"]);

function primitivesIn(holder: XmlElement | undefined): number {
  let count = 0;
  for (const child of holder?.children ?? []) {
    if (child.name === "primitive") count += 1;
    else if (COLLECTIVES.has(child.name)) count += primitivesIn(child);
  }
  return count;
}
