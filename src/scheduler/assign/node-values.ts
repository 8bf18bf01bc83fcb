import type { SchedulerNode } from "../node.ts";
import { wantsHost } from "../node-attribute.ts";
import type { Resource } from "../resource.ts";

/** Number of a value that is not set. */
const UNSET = 0;

/** Values of a node attribute as numbers: equal ones, without regard to case, have the same. */
interface ValueIds {
  /** By node. */
  readonly ids: Int32Array;
  /** All are below this one. */
  readonly count: number;
}

/** Of which nodes a resource sees the host's attributes: of all that have one, or of those in its bundle. */
interface HostView {
  readonly isAlways: boolean;
  readonly bundle: Resource | undefined;
}

/** The attributes of nodes that colocations go by. They do not change while places are given out, but for where hosts are. */
export class NodeValues {
  readonly #nodes: readonly SchedulerNode[];
  readonly #byAttribute = new Map<string, ValueIds>();

  constructor(nodes: readonly SchedulerNode[]) {
    this.#nodes = nodes;
  }

  /** How many values an attribute has on all nodes, that of not being set included. */
  count(attribute: string): number {
    return this.#of(attribute).count;
  }

  /**
   * Gives the number of a node's value as a colocation of the resource sees it: inside containers whose attributes are kept
   * on the host, that of the host. Where there is no node the value is one that is not set.
   */
  seenBy(resource: Resource, attribute: string): (node: SchedulerNode | undefined) => number {
    const { ids } = this.#of(attribute);
    const view = hostView(resource);
    return (node) => {
      const launcher = node?.connection?.launcher;
      // Of most nodes there is no host.
      const holder = node !== undefined && launcher !== undefined && isOfHost(node, view) ? launcher.assigned : node;
      return holder === undefined ? UNSET : (ids[holder.index] ?? UNSET);
    };
  }

  #of(attribute: string): ValueIds {
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

/** True when a resource may take a host's attributes for those of a node: inside a bundle, and where it asks for it. */
export function looksAtHosts(resource: Resource): boolean {
  const { isAlways, bundle } = hostView(resource);
  return isAlways || bundle !== undefined;
}

function hostView(resource: Resource): HostView {
  const bundle = resource.ownBundle;
  const inner = bundle?.bundle?.inner;
  return { isAlways: wantsHost(resource), bundle: inner !== undefined && resource.top === inner ? bundle : undefined };
}

function isOfHost(node: SchedulerNode, { isAlways, bundle }: HostView): boolean {
  return isAlways || (bundle !== undefined && node.connection?.ownBundle === bundle);
}
