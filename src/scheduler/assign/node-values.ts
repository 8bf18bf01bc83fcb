import type { SchedulerNode } from "../node.ts";
import { nodeAttribute, wantsHost } from "../node-attribute.ts";
import type { Resource } from "../resource.ts";

/**
 * Value of a node attribute as a colocation of the resource sees it: inside containers whose attributes are kept on
 * the host, that of the host.
 */
export function colocationValue(node: SchedulerNode | undefined, attribute: string, resource: Resource): string | undefined {
  // Of most nodes there is no host.
  if (node?.connection?.launcher === undefined) return node?.attributes.get(attribute);
  return nodeAttribute(node, attribute, looksAtHost(node, resource), "next");
}

/** Node attributes are looked up on the host for what runs inside a bundle, and where the resource asks for it. */
function looksAtHost(node: SchedulerNode, resource: Resource): boolean {
  return isOfHost(node, hostView(resource));
}

/** Of which nodes a resource sees the host's attributes: of all that have one, or of those in its bundle. */
export interface HostView {
  readonly isAlways: boolean;
  readonly bundle: Resource | undefined;
}

/** How a resource looks at nodes that have hosts. */
export function hostView(resource: Resource): HostView {
  const bundle = resource.ownBundle;
  const inner = bundle?.bundle?.inner;
  return { isAlways: wantsHost(resource), bundle: inner !== undefined && resource.top === inner ? bundle : undefined };
}

function isOfHost(node: SchedulerNode, { isAlways, bundle }: HostView): boolean {
  return isAlways || (bundle !== undefined && node.connection?.ownBundle === bundle);
}

/** Number of a node's value as a resource sees it; `ids` are those of the attribute. See `colocationValue`. */
export function valueId(ids: Int32Array, node: SchedulerNode, view: HostView): number {
  const launcher = node.connection?.launcher;
  if (launcher === undefined || !isOfHost(node, view)) return ids[node.index] ?? UNSET;
  return launcher.assigned === undefined ? UNSET : (ids[launcher.assigned.index] ?? UNSET);
}

/** Number of a value that is not set. */
const UNSET = 0;

/** Values of a node attribute as numbers: equal ones, without regard to case, have the same. */
interface ValueIds {
  /** By node. */
  readonly ids: Int32Array;
  /** All are below this one. */
  readonly count: number;
}

/** The attributes of nodes that colocations go by. They do not change while places are given out. */
export class NodeValues {
  readonly #nodes: readonly SchedulerNode[];
  readonly #byAttribute = new Map<string, ValueIds>();

  constructor(nodes: readonly SchedulerNode[]) {
    this.#nodes = nodes;
  }

  /** Numbers of the values that nodes themselves have. */
  of(attribute: string): ValueIds {
    const known = this.#byAttribute.get(attribute);
    if (known) return known;
    const numbers = new Map<string, number>();
    const ids = new Int32Array(this.#nodes.length);
    for (const node of this.#nodes) {
      const value = node.attributes.get(attribute)?.toLowerCase();
      const id = value === undefined ? UNSET : (numbers.get(value) ?? numbers.size + 1);
      if (value !== undefined) numbers.set(value, id);
      ids[node.index] = id;
    }
    const made = { ids, count: numbers.size + 1 };
    this.#byAttribute.set(attribute, made);
    return made;
  }
}

/** True when values are equal without regard to case; two values that are not set are equal. */
export function isSameValue(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase());
}
