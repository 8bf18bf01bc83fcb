import { AttributePicker } from "../../xml/attribute-picker.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { primitivesOf } from "../cluster/resource-state.ts";
import type { HistoryEntry } from "../unpack/history/operation-record.ts";
import type { SortedHistories } from "../unpack/history/sorted-histories.ts";
import type { ToldHistories } from "../unpack/history/told-histories.ts";
import type { Unpacked } from "../unpack/unpack.ts";

const ID = new AttributePicker("id");
const NONE: readonly Resource[] = [];

/** What the nodes recorded of each resource, and which resources are meant. */
export class Histories {
  readonly #statesByName = new Map<string, XmlElement>();
  readonly #told: ToldHistories;
  readonly #activeOn = new Map<SchedulerNode, Resource[]>();
  readonly #byName = new Map<string, Resource[]>();
  readonly #entries: SortedHistories;

  constructor({ cib, top, history }: Pick<Unpacked, "cib" | "top" | "history">) {
    this.#told = history.told;
    this.#entries = history.entries;
    for (const xml of cib.child("status")?.children ?? []) {
      const name = xml.name === "node_state" ? xml.get("uname") : undefined;
      if (name !== undefined && !this.#statesByName.has(name)) this.#statesByName.set(name, xml);
    }
    for (const resource of primitivesOf(top)) {
      this.#note(resource.id, resource);
      if (resource.historyName !== resource.id) this.#note(resource.historyName, resource);
      for (const node of resource.activeOn) this.#noteActive(resource, node);
    }
  }

  #note(name: string, resource: Resource): void {
    const known = this.#byName.get(name);
    if (known) known.push(resource);
    else this.#byName.set(name, [resource]);
  }

  #noteActive(resource: Resource, node: SchedulerNode): void {
    const known = this.#activeOn.get(node);
    if (known) known.push(resource);
    else this.#activeOn.set(node, [resource]);
  }

  /** The histories of a node that may tell more than that a resource was not found there; all of them where that is not certain. */
  told(node: SchedulerNode): readonly XmlElement[] {
    return this.#toldIn(this.#told.stateOf(node), node);
  }

  /** The same, of what is recorded under the name that the node has now. */
  toldByName(node: SchedulerNode): readonly XmlElement[] {
    return this.#toldIn(this.#statesByName.get(node.name), node);
  }

  #toldIn(state: XmlElement | undefined, node: SchedulerNode): readonly XmlElement[] {
    if (!state) return [];
    const told = this.#told.of(state, node, this.#activeOn.get(node) ?? NONE);
    return told ?? state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? [];
  }

  /** The operations of a history in the order in which they happened. */
  ordered(holder: XmlElement): readonly HistoryEntry[] {
    return this.#entries.of(holder);
  }

  /** True when a history names a recurring operation; most do not, where a resource was only looked for. */
  hasRecurring(holder: XmlElement): boolean {
    const entries = this.#entries.known(holder);
    if (!entries) return hasRecurring(holder);
    for (let at = 0; at < entries.length; at += 1) if (entries[at]?.intervalMs !== 0) return true;
    return false;
  }

  /** Primitives whose history has the name of a `lrm_resource`. */
  resourcesOf(holder: XmlElement): readonly Resource[] {
    return this.#byName.get(holder.pick(ID, 0) ?? "") ?? NONE;
  }
}

const INTERVAL = new AttributePicker("interval");

/** The same of a history that was not read: without making anything of it. */
function hasRecurring(holder: XmlElement): boolean {
  const { children } = holder;
  for (let at = 0; at < children.length; at += 1) if ((children[at]?.pick(INTERVAL, 0) ?? "0") !== "0") return true;
  return false;
}
