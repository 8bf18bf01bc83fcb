import type { SchedulerNode } from "../cluster/node.ts";
import { wantsHost } from "../cluster/node-attribute.ts";
import type { ByNode } from "../cluster/node-scores.ts";
import type { Resource } from "../cluster/resource.ts";

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

const NO_HOSTS: HostView = { isAlways: false, bundle: undefined };

/** The attributes of nodes that colocations go by. They do not change while places are given out, but for where hosts are. */
export class NodeValues {
  readonly #nodes: readonly SchedulerNode[];
  readonly #hasGuests: boolean;
  readonly #byAttribute = new Map<string, ValueIds>();

  constructor(nodes: readonly SchedulerNode[]) {
    this.#nodes = nodes;
    this.#hasGuests = nodes.some((node) => node.connection?.launcher !== undefined);
  }

  /** True when a resource may take a host's attributes for those of a node: inside a bundle, and where it asks for it. */
  areOfHosts(resource: Resource): boolean {
    if (!this.#hasGuests) return false;
    const { isAlways, bundle } = hostView(resource);
    return isAlways || bundle !== undefined;
  }

  /** True when each node has a value of its own, and no resource sees any but that. */
  areDistinct(attribute: string): boolean {
    return !this.#hasGuests && this.#of(attribute).count > this.#nodes.length;
  }

  /** How many values an attribute has on all nodes, that of not being set included. */
  count(attribute: string): number {
    return this.#of(attribute).count;
  }

  /**
   * The number of a node's value as a colocation of the resource sees it: inside containers whose attributes are kept on the
   * host, that of the host. Where there is no node the value is one that is not set.
   */
  on(node: SchedulerNode | undefined, resource: Resource, attribute: string): number {
    return this.#on(node, this.#hasGuests ? hostView(resource) : NO_HOSTS, this.#of(attribute).ids);
  }

  /** The numbers of the values of all nodes, as a colocation of the resource sees them. */
  onAll(resource: Resource, attribute: string): ByNode<Int32Array> {
    const { ids } = this.#of(attribute);
    if (!this.areOfHosts(resource)) return ids;
    const view = hostView(resource);
    return Int32Array.from(this.#nodes, (node) => this.#on(node, view, ids));
  }

  #on(node: SchedulerNode | undefined, view: HostView, ids: Int32Array): number {
    const launcher = node?.connection?.launcher;
    // Of most nodes there is no host.
    const holder = node !== undefined && launcher !== undefined && isOfHost(node, view) ? launcher.assigned : node;
    return holder === undefined ? UNSET : (ids[holder.index] ?? UNSET);
  }

  #of(attribute: string): ValueIds {
    const known = this.#byAttribute.get(attribute);
    if (known) return known;
    const numbers = new Map<string, number>();
    const ids = new Int32Array(this.#nodes.length);
    for (const node of this.#nodes) {
      // A remote node whose state is not known has no attribute #uname yet, and is a place of its own all the same.
      const value = (attribute === "#uname" ? node.name : node.attributes.get(attribute))?.toLowerCase();
      const id = value === undefined ? UNSET : (numbers.get(value) ?? numbers.size + 1);
      if (value !== undefined) numbers.set(value, id);
      ids[node.index] = id;
    }
    const made = { ids, count: numbers.size + 1 };
    this.#byAttribute.set(attribute, made);
    return made;
  }
}

function hostView(resource: Resource): HostView {
  const bundle = resource.ownBundle;
  const inner = bundle?.bundle?.inner;
  return { isAlways: wantsHost(resource), bundle: inner !== undefined && resource.top === inner ? bundle : undefined };
}

function isOfHost(node: SchedulerNode, { isAlways, bundle }: HostView): boolean {
  return isAlways || (bundle !== undefined && node.connection?.ownBundle === bundle);
}
