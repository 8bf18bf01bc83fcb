import { cibVersion, setCibVersion } from "../cib/version.ts";
import { recordInLrm } from "../executor/history.ts";
import type { ActionResource } from "../model/transition-graph.ts";
import { element, XmlElement } from "../xml/element.ts";
import { parseXml } from "../xml/parse.ts";

/**
 * A changed copy of a CIB's status that shares the untouched configuration with the original. Several changes of one
 * step go into one draft and so into one update.
 */
export class StatusDraft {
  readonly #original: XmlElement;
  #draft: XmlElement | undefined;

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

  /** The status, ready to be changed. */
  status(): XmlElement {
    if (!this.#draft) {
      this.#draft = new XmlElement(
        this.#original.name,
        this.#original.attributes,
        this.#original.children.map((child) => (child.name === "status" ? child.clone() : child)),
      );
      const version = cibVersion(this.#draft);
      setCibVersion(this.#draft, { ...version, numUpdates: version.numUpdates + 1 });
    }
    return this.#draft.childOrCreate("status");
  }

  /** State element of a node, ready to be changed, made when it is missing. */
  nodeState(nodeId: string, name: string): XmlElement {
    const state = this.status().childOrCreate("node_state", nodeId);
    if (state.get("uname") === undefined) state.set("uname", name);
    return state;
  }

  /** State element of a node by name; undefined when there is none. */
  nodeStateNamed(name: string): XmlElement | undefined {
    return this.status().children.find((child) => child.name === "node_state" && child.get("uname") === name);
  }

  /** Sets attributes of the root element (have-quorum, dc-uuid). */
  setRoot(name: string, value: string): void {
    this.status();
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
  markLost(state: XmlElement): void {
    if (state.get("in_ccm") === "0" && state.get("crmd") === "0") return;
    state.set("in_ccm", "0");
    state.set("crmd", "0");
    state.set("crm-debug-origin", "post_cache_update");
    removeChild(state, "transient_attributes");
  }

  /** The node is down for certain: it said goodbye. Its history stays until it comes back. */
  markLeft(state: XmlElement): void {
    this.markLost(state);
    state.set("join", "down");
    state.set("expected", "down");
  }

  /** The node is down for certain: it was fenced. Nothing runs there. */
  markFenced(state: XmlElement): void {
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
  replaceHistory(state: XmlElement, lrmText: string): void {
    removeChild(state, "lrm");
    const lrm = parseXml(lrmText);
    state.children.push(lrm.ok ? lrm.value : element("lrm", { id: state.id }, [element("lrm_resources")]));
  }

  /** Replaces what is recorded of one resource on a node by the node's own `<lrm_resource>`; undefined when it has none. */
  replaceResourceHistory(state: XmlElement, resourceId: string, history: XmlElement | undefined): void {
    this.forget(state, resourceId);
    if (history) state.childOrCreate("lrm", state.id).childOrCreate("lrm_resources").children.push(history);
  }

  /** Records history entries of a resource on a node. */
  record(state: XmlElement, resource: ActionResource, entries: readonly XmlElement[]): void {
    recordInLrm(state.childOrCreate("lrm", state.id), resource, entries);
  }

  /** Removes a resource's history (or one entry of it) from a node. */
  forget(state: XmlElement, resourceId: string, entryId?: string): void {
    const list = state.descend("lrm", "lrm_resources");
    const holder = list?.child("lrm_resource", resourceId);
    if (!list || !holder) return;
    if (entryId === undefined) {
      list.remove(holder);
      return;
    }
    const entry = holder.child("lrm_rsc_op", entryId);
    if (entry) holder.remove(entry);
  }
}

/** True when a node's state proves that it is down: it left cleanly or was fenced. */
export function isProvenDown(state: XmlElement): boolean {
  return state.get("expected") === "down" && (state.get("crmd") ?? "0") === "0";
}

function removeChild(parent: XmlElement, name: string): void {
  const child = parent.child(name);
  if (child) parent.remove(child);
}
