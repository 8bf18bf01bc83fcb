import type { XmlElement } from "../../xml/element.ts";

/** The states of all nodes in a document, to be read. */
export function nodeStates(cib: XmlElement): readonly XmlElement[] {
  return cib.child("status")?.childrenNamed("node_state") ?? [];
}

/** State of a node by name in a document, to be read; undefined when there is none. */
export function nodeStateNamed(cib: XmlElement, name: string): XmlElement | undefined {
  return nodeStates(cib).find((state) => state.get("uname") === name);
}

/**
 * The histories (`<lrm_resource>`) in a node's state: of a resource, all its instances that are told apart by a number
 * included, or of all resources when it is undefined.
 */
export function resourceHistories(state: XmlElement, resource: string | undefined): XmlElement[] {
  const all = state.descend("lrm", "lrm_resources")?.children ?? [];
  return all.filter(({ id = "" }) => resource === undefined || id === resource || id.split(":")[0] === resource);
}

/** True when a node's state proves that it is down: it left cleanly or was fenced. */
export function isProvenDown(state: XmlElement): boolean {
  return state.get("expected") === "down" && (state.get("crmd") ?? "0") === "0";
}
