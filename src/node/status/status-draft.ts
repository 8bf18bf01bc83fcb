import { shallowCopy } from "../../cib/shared-copy.ts";
import { cibVersion, setCibVersion } from "../../cib/version.ts";
import { recordIn } from "../../executor/history.ts";
import type { ActionResource } from "../../model/transition-graph.ts";
import { element, XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import { nodeStateNamed, nodeStates } from "./node-states.ts";

/**
 * A changed copy of a CIB's status that shares with the original whatever is not changed: the original is never touched, and
 * a small change of a large status costs little. Several changes of one step go into one draft and so into one update.
 */
export class StatusDraft {
  readonly #original: XmlElement;
  #draft: XmlElement | undefined;
  /** Elements made for this draft: only these may be changed. */
  readonly #own = new Set<XmlElement>();

  constructor(cib: XmlElement) {
    this.#original = cib;
  }

  /** The document as it stands, the original one while nothing was changed. */
  get cib(): XmlElement {
    return this.#draft ?? this.#original;
  }

  get isChanged(): boolean {
    return this.#draft !== undefined;
  }

  /** The document as it stands, which later changes of this draft do not touch. */
  snapshot(): XmlElement {
    this.#own.clear();
    return this.cib;
  }

  /** The states of all nodes, to be read. */
  states(): readonly XmlElement[] {
    return nodeStates(this.cib);
  }

  /** State element of a node by name, to be read; undefined when there is none. */
  nodeStateNamed(name: string): XmlElement | undefined {
    return nodeStateNamed(this.cib, name);
  }

  /** State element of a node by name, ready to be changed but for its resources (see `record`, `forget`); undefined when there is none. */
  changeableState(name: string): XmlElement | undefined {
    const state = this.nodeStateNamed(name);
    return state && this.#changeable(state);
  }

  /** As `changeableState`, by id; made when it is missing. */
  nodeState(nodeId: string, name: string): XmlElement {
    const known = this.states().find((state) => state.id === nodeId);
    if (!known) this.#status().children.push(this.#made("node_state", nodeId));
    const state = this.#changeable(known ?? (this.#status().child("node_state", nodeId) as XmlElement));
    if (state.get("uname") === undefined) state.set("uname", name);
    return state;
  }

  /** Removes a node's state. */
  removeState(state: XmlElement): void {
    this.#status().remove(state);
  }

  /** Sets attributes of the root element (have-quorum, dc-uuid). */
  setRoot(name: string, value: string): void {
    this.#status();
    this.#draft?.set(name, value);
  }

  /** The node is a member since `epochSeconds`. */
  markMember(nodeId: string, name: string, epochSeconds: number): void {
    const state = this.nodeState(nodeId, name);
    const isNew = state.get("crmd") === undefined || state.get("crmd") === "0";
    if (isNew) {
      state.set("in_ccm", String(epochSeconds));
      state.set("crmd", String(epochSeconds));
    }
    state.set("crm-debug-origin", "do_state_transition");
    state.set("join", "member");
    state.set("expected", "member");
  }

  /** The node fell silent: what it expected of itself stays, so that it counts as unclean. */
  markLost(given: XmlElement): void {
    if (given.get("in_ccm") === "0" && given.get("crmd") === "0") return;
    const state = this.#changeable(given);
    state.set("in_ccm", "0");
    state.set("crmd", "0");
    state.set("crm-debug-origin", "post_cache_update");
    removeChild(state, "transient_attributes");
  }

  /** The node is down for certain: it said goodbye. Its history stays until it comes back. */
  markLeft(given: XmlElement): void {
    this.markLost(given);
    const state = this.#changeable(given);
    state.set("join", "down");
    state.set("expected", "down");
  }

  /** The node is down for certain: it was fenced. Nothing runs there. */
  markFenced(given: XmlElement): void {
    const state = this.#changeable(given);
    for (const name of ["in_ccm", "crmd"]) state.set(name, "0");
    for (const name of ["join", "expected"]) state.set(name, "down");
    state.set("crm-debug-origin", "update_node_state_after_fencing");
    removeChild(state, "transient_attributes");
    removeChild(state, "lrm");
  }

  /** A remote node was told whether it is in maintenance; the scheduler compares this with what holds. */
  markMaintenance(nodeId: string, name: string, isInMaintenance: boolean): void {
    const state = this.nodeState(nodeId, name);
    if (state.get("crm-debug-origin") === undefined) state.set("remote_node", "true").set("crm-debug-origin", "remote_ra_maintenance");
    state.set("node_in_maintenance", isInMaintenance ? "1" : "0");
  }

  /** Replaces a node's resource history by its own report. */
  replaceHistory(given: XmlElement, lrmText: string): void {
    const state = this.#changeable(given);
    removeChild(state, "lrm");
    const lrm = parseXml(lrmText);
    state.children.push(lrm.ok ? lrm.value : element("lrm", { id: state.id }, [element("lrm_resources")]));
  }

  /** Replaces what is recorded of one resource on a node by the node's own `<lrm_resource>`; undefined when it has none. */
  replaceResourceHistory(state: XmlElement, resourceId: string, history: XmlElement | undefined): void {
    this.forget(state, resourceId);
    if (history) this.#resources(state).children.push(history);
  }

  /** Records history entries of a resource on a node. */
  record(state: XmlElement, resource: ActionResource, entries: readonly XmlElement[]): void {
    const list = this.#resources(state);
    const index = list.children.findIndex((holder) => holder.name === "lrm_resource" && holder.id === resource.id);
    const holder = index < 0 ? new XmlElement("lrm_resource", [["id", resource.id]]) : (list.children[index] as XmlElement).clone();
    if (index < 0) list.children.push(holder);
    else list.children[index] = holder;
    recordIn(holder, resource, entries);
  }

  /** Removes a resource's history (or one entry of it) from a node. */
  forget(given: XmlElement, resourceId: string, entryId?: string): void {
    const state = this.nodeStateNamed(given.get("uname") ?? "") ?? given;
    const holder = state.descend("lrm", "lrm_resources")?.child("lrm_resource", resourceId);
    if (!holder || (entryId !== undefined && !holder.child("lrm_rsc_op", entryId))) return;
    const list = this.#resources(state);
    if (entryId === undefined) list.remove(holder);
    else list.children[list.children.indexOf(holder)] = withoutChild(holder, entryId);
  }

  /** The status, with a list of children that may be changed. */
  #status(): XmlElement {
    if (!this.#draft) {
      this.#draft = shallowCopy(this.#original);
      const version = cibVersion(this.#draft);
      setCibVersion(this.#draft, { ...version, numUpdates: version.numUpdates + 1 });
    } else if (!this.#own.has(this.#draft)) this.#draft = shallowCopy(this.#draft);
    this.#own.add(this.#draft);
    return this.#part(this.#draft, "status");
  }

  #made(name: string, id?: string): XmlElement {
    const made = new XmlElement(name, id === undefined ? [] : [["id", id]]);
    this.#own.add(made);
    return made;
  }

  /** The child of an element of this draft, of this draft as well: copied or made where it was not. */
  #part(parent: XmlElement, name: string, id?: string): XmlElement {
    const found = parent.child(name, id);
    if (found && this.#own.has(found)) return found;
    const own = found ? shallowCopy(found) : this.#made(name, id);
    this.#own.add(own);
    if (found) parent.children[parent.children.indexOf(found)] = own;
    else parent.children.push(own);
    return own;
  }

  /** A node's state as one of this draft, all of it but the resources' histories. */
  #changeable(state: XmlElement): XmlElement {
    if (this.#own.has(state)) return state;
    const status = this.#status();
    const known = status.children.includes(state)
      ? state
      : status.children.find((other) => other.id === state.id && other.name === state.name);
    if (!known || this.#own.has(known)) return known ?? state;
    const children = known.children.map((child) => (child.name === "lrm" ? child : child.clone()));
    const own = new XmlElement(known.name, known.attributes, children, known.text);
    this.#own.add(own);
    status.children[status.children.indexOf(known)] = own;
    return own;
  }

  /** The list of resources of a state, of this draft; made when it is missing. */
  #resources(state: XmlElement): XmlElement {
    const own = this.#changeable(state);
    return this.#part(this.#part(own, "lrm", own.id), "lrm_resources");
  }
}

function withoutChild(element: XmlElement, id: string): XmlElement {
  const children = element.children.filter((child) => child.id !== id);
  return new XmlElement(element.name, element.attributes, children, element.text);
}

function removeChild(parent: XmlElement, name: string): void {
  const child = parent.child(name);
  if (child) parent.remove(child);
}
