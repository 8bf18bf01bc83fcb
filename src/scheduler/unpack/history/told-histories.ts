import type { XmlElement } from "../../../xml/element.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import type { Resource } from "../../cluster/resource.ts";

interface ToldHistory {
  readonly node: SchedulerNode;
  readonly holders: XmlElement[];
  readonly resources: Set<Resource>;
}

/**
 * The histories that tell more than that a resource was looked for by its present agent and not found, by the element
 * (`node_state`) they are in. Most tell no more, and who asks what is running, or with which parameters, can pass them over.
 */
export class ToldHistories {
  readonly #byState = new Map<XmlElement, ToldHistory>();
  readonly #stateOf = new Map<SchedulerNode, XmlElement>();

  /** The histories of one node begin. */
  begin(state: XmlElement, node: SchedulerNode): void {
    this.#byState.set(state, { node, holders: [], resources: new Set() });
    this.#stateOf.set(node, state);
  }

  /** The element with the histories that were read for a node: that of its id, which may have another name by now. */
  stateOf(node: SchedulerNode): XmlElement | undefined {
    return this.#stateOf.get(node);
  }

  /** Takes in a history that tells more, and the resource that it is about, if that is known. */
  add(state: XmlElement, holder: XmlElement, resource: Resource | undefined): void {
    const told = this.#byState.get(state);
    told?.holders.push(holder);
    if (resource) told?.resources.add(resource);
  }

  /**
   * Those of a node, in the order of the document; undefined when others have to be looked at too: they were not read, or
   * one of the primitives is active there by what another node's history says.
   */
  of(state: XmlElement, node: SchedulerNode, activeThere: readonly Resource[]): readonly XmlElement[] | undefined {
    const told = this.#byState.get(state);
    if (told?.node !== node) return undefined;
    return activeThere.every((resource) => told.resources.has(resource)) ? told.holders : undefined;
  }
}
