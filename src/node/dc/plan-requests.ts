import { leadingInteger } from "../../base/leading-integer.ts";
import { LIMITS } from "../../base/limits.ts";
import { treeText } from "../../cib/tree-text.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { NodeContext } from "../interface/node-context.ts";

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

const COLLECTIVES: ReadonlySet<string> = new Set(["group", "clone", "master"]);
/** Of a bundle the container, its address, the connection into it and what is inside. */
const PARTS_PER_REPLICA = 4;

/** How many primitives there are for one node, or more where more instances are asked for than there are nodes. */
function primitivesIn(holder: XmlElement | undefined): number {
  let count = 0;
  for (const child of holder?.children ?? []) {
    if (child.name === "primitive") count += 1;
    else if (child.name === "bundle") count += PARTS_PER_REPLICA * replicasOf(child);
    else if (COLLECTIVES.has(child.name)) count += primitivesIn(child) * instancesOf(child);
  }
  return count;
}

function instancesOf(collective: XmlElement): number {
  for (const set of collective.childrenNamed("meta_attributes"))
    for (const pair of set.children) if (pair.get("name") === "clone-max") return wanted(pair.get("value"), LIMITS.instances);
  return 1;
}

function replicasOf(bundle: XmlElement): number {
  const container = bundle.children.find((child) => child.get("image") !== undefined);
  return wanted(container?.get("replicas") ?? container?.get("promoted-max"), LIMITS.replicas);
}

function wanted(text: string | undefined, most: number): number {
  return Math.min(most, Math.max(1, leadingInteger(text) || 1));
}
