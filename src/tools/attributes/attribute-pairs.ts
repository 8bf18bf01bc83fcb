import { EXIT } from "../../model/exit-code.ts";
import type { ClientReply } from "../../node/interface/client.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { writeCompact } from "../../xml/write.ts";
import { askCib } from "../cib/cib-access.ts";
import type { ToolPorts } from "../frame/tool.ts";

/** A node of the cluster as its configuration knows it. */
export interface KnownNode {
  readonly id: string;
  readonly isRemote: boolean;
}

/** Which name-value pairs a tool means: where they are, and what is known of them. */
export interface PairPlace {
  /** `crm_config`, `rsc_defaults`, `op_defaults`, `tickets`, `nodes` or `status`. */
  readonly scope: string;
  /** The node whose pairs these are, for `nodes` and `status`. */
  readonly node?: KnownNode | undefined;
  readonly isUtilization?: boolean;
  readonly setId?: string | undefined;
  readonly pairId?: string | undefined;
  readonly name?: string | undefined;
}

const NODE_SCOPES = ["nodes", "status"];

/** True for scopes whose pairs belong to a node. */
export function isNodeScope(scope: string): boolean {
  return NODE_SCOPES.includes(scope);
}

/** A node by its name in any spelling: a member, a remote node, a guest, or one that is only left in the status. */
export function findNode(cib: XmlElement, name: string): KnownNode | undefined {
  const wanted = name.toLowerCase();
  const is = (text: string | undefined): boolean => text?.toLowerCase() === wanted;
  const configuration = cib.child("configuration");
  const listed = configuration?.child("nodes")?.childrenNamed("node");
  const member = listed?.find((node) => is(node.get("uname")));
  if (member) {
    const isRemote = member.get("type")?.toLowerCase() === "remote";
    return { id: (isRemote ? member.get("uname") : member.id) ?? name, isRemote };
  }
  for (const primitive of configuration?.child("resources")?.childrenNamed("primitive") ?? []) {
    if (primitive.get("provider") === "pacemaker" && primitive.get("type") === "remote" && is(primitive.id))
      return { id: primitive.id ?? name, isRemote: true };
    const guest = primitive
      .childrenNamed("meta_attributes")
      .flatMap((set) => set.childrenNamed("nvpair"))
      .find((pair) => pair.get("name") === "remote-node" && is(pair.get("value")));
    if (guest) return { id: guest.get("value") ?? name, isRemote: true };
  }
  const left = cib.child("status")?.childrenNamed("node_state");
  const state = left?.find((node) => node.get("remote_node") === "true" && is(node.id));
  return state && { id: state.get("uname") ?? name, isRemote: true };
}

/** The pairs at a place, in document order. */
export function findPairs(cib: XmlElement, place: PairPlace): XmlElement[] {
  const kind = setKind(place);
  const sets = [...(holder(cib, place)?.walk() ?? [])].filter(
    (node) => node.name === kind && (place.setId === undefined || node.id === place.setId),
  );
  return sets
    .flatMap((set) => [...set.walk()])
    .filter(
      (node) =>
        node.name === "nvpair" &&
        (place.pairId === undefined || node.id === place.pairId) &&
        (place.name === undefined || node.get("name") === place.name),
    );
}

function holder(cib: XmlElement, { scope, node }: PairPlace): XmlElement | undefined {
  if (scope === "tickets") return cib.descend("status", "tickets");
  if (scope === "status") return cib.child("status")?.child("node_state", node?.id ?? "");
  const section = cib.descend("configuration", scope);
  return scope === "nodes" ? section?.child("node", node?.id ?? "") : section;
}

function setKind({ scope, isUtilization }: PairPlace): string {
  if (scope === "crm_config") return "cluster_property_set";
  if (scope === "op_defaults" || scope === "rsc_defaults") return "meta_attributes";
  if (scope === "status") return "transient_attributes";
  return isUtilization ? "utilization" : "instance_attributes";
}

/** Writes a pair: over the one that was found, else into a new set (or the one named). */
export function writePair(
  ports: ToolPorts,
  client: string,
  place: PairPlace,
  found: XmlElement | undefined,
  value: string,
): Promise<ClientReply> {
  const setId = place.setId ?? usualSetId(place);
  const id = found?.id ?? place.pairId ?? `${setId}-${place.name}`.replace(/[^A-Za-z0-9_.-]/g, ".");
  const pair = element("nvpair", { id, name: place.name ?? (found ? undefined : id), value });
  return askCib(ports, client, {
    operation: "modify",
    scope: place.scope === "tickets" ? "status" : place.scope,
    input: writeCompact(found ? pair : framed(place, setId, pair)),
    isCreateAllowed: true,
    isScoreExpanded: true,
  });
}

/** Id of the set that new pairs go into. */
export function usualSetId({ scope, node, isUtilization }: PairPlace): string {
  if (scope === "crm_config") return "cib-bootstrap-options";
  if (scope === "tickets") return "status-tickets";
  if (!isNodeScope(scope)) return `${scope}-options`;
  return `${scope}-${node?.id}${isUtilization ? "-utilization" : ""}`;
}

/** A new pair with everything around it up to the section. */
function framed(place: PairPlace, setId: string, pair: XmlElement): XmlElement {
  const { scope, node } = place;
  const set = element(scope === "status" ? "instance_attributes" : setKind(place), { id: setId }, [pair]);
  if (scope === "tickets") return element("status", {}, [element("tickets", {}, [set])]);
  if (scope === "status") return element("node_state", { id: node?.id }, [element("transient_attributes", { id: node?.id }, [set])]);
  if (scope !== "nodes") return element(scope, {}, [set]);
  if (node?.isRemote) return element("nodes", {}, [element("node", { type: "remote", id: node.id, uname: node.id }, [set])]);
  return element("node", { id: node?.id }, [set]);
}

/** Deletes the pair with this id. */
export function deletePair(ports: ToolPorts, client: string, place: PairPlace, id: string): Promise<ClientReply> {
  const scope = place.scope === "tickets" ? "status" : place.scope;
  const input = writeCompact(element("nvpair", { id, name: place.name }));
  return askCib(ports, client, { operation: "delete", scope, input });
}

/** What a deletion says; the id is only known when it was looked for. */
export function deletedText(place: PairPlace, id: string | undefined): string {
  const what = place.node === undefined ? "option" : "attribute";
  const set = place.setId === undefined ? "" : ` set=${place.setId}`;
  const name = place.name === undefined ? "" : ` name=${place.name}`;
  return `Deleted ${place.scope} ${what}: id=${id ?? "(null)"}${set}${name}\n`;
}

/** What is said of a pattern that is no regular expression, or one that could run for ever. */
export function unusablePattern(pattern: string): string {
  return `'${pattern}' is not a regular expression that can be used`;
}

/** True when a reply says that there was nothing. */
export function isNotFound(reply: ClientReply): boolean {
  return reply.exitCode === EXIT.noSuchObject;
}
