import type { XmlElement } from "../../src/xml/element.ts";

/** Something in which 3.0.2 differs from 2.1.5 on purpose. */
export interface KnownDifference {
  readonly name: string;
  /** True when the difference in this document, with these lines on one side only, is of this kind. */
  readonly explains: (cib: XmlElement, lines: readonly string[]) => boolean;
}

/** Deliberate changes of behaviour between the versions. Each is as narrow as can be told from outside. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    // pcmk__block_colocation_dependents asks for all colocations with a group since 2.1.6, those with its members included.
    name: "a blocked group blocks what has to be with one of its members",
    explains: (cib, lines) => {
      const dependents = dependentsOfMembers(cib);
      return lines.every((line) => [...dependents].some((id) => line.startsWith(`- rsc_op start ${id}_start_0 `)));
    },
  },
  {
    // Membership as the time since when it holds is new in 2.1.7; 2.1.5 takes such a node for offline.
    name: "membership as a time",
    explains: (cib) => (cib.child("status")?.childrenNamed("node_state") ?? []).some((state) => Number(state.get("in_ccm")) > 1),
  },
  {
    // Option fence-remote-without-quorum (3.0.0), off by default; before, nothing kept remote nodes from being fenced.
    name: "remote nodes are not fenced without quorum",
    explains: (cib, lines) => cib.get("have-quorum") === "0" && lines.every((line) => isFencingOfRemote(cib, line)),
  },
];

/** True for a fencing by 2.1.5 alone whose target is no configured cluster node. */
function isFencingOfRemote(cib: XmlElement, line: string): boolean {
  const target = /^- Fence \(\w+\) (\S+)/.exec(line)?.[1];
  const nodes = cib.descend("configuration", "nodes")?.childrenNamed("node") ?? [];
  const isMember = nodes.some((node) => node.get("uname") === target && node.get("type") !== "remote");
  return target !== undefined && !isMember;
}

/** What has to be with a single member of a group. */
function dependentsOfMembers(cib: XmlElement): Set<string> {
  const groups = [...(cib.descend("configuration", "resources")?.walk() ?? [])].filter((xml) => xml.name === "group");
  const members = new Set(groups.flatMap((group) => group.childrenNamed("primitive")).map((member) => member.id));
  const colocations = cib.descend("configuration", "constraints")?.childrenNamed("rsc_colocation") ?? [];
  const mandatory = colocations.filter((xml) => xml.get("score") === "INFINITY" && members.has(xml.get("with-rsc")));
  return new Set(mandatory.flatMap((xml) => xml.get("rsc") ?? []));
}
