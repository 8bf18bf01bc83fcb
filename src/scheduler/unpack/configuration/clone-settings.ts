import { INT_MAX } from "../../../base/int-max.ts";
import { leadingInteger } from "../../../base/leading-integer.ts";
import { LIMITS } from "../../../base/limits.ts";
import { parseBoolean } from "../../../cib/document.ts";
import type { XmlElement } from "../../../xml/element.ts";
import type { CloneSettings, Resource } from "../../cluster/resource.ts";

/** Reads how a clone multiplies its members. Source: Pacemaker Explained, "Clones". */
export function readCloneSettings(clone: Resource, members: readonly XmlElement[], nodeCount: number): CloneSettings {
  const { meta } = clone;
  const count = (name: string, fallback: number, old?: string): number => {
    const text = meta.get(name) ?? (old === undefined ? undefined : meta.get(old));
    // What is no number counts as none.
    return text === undefined ? fallback : Math.max(0, leadingInteger(text, 0));
  };
  const flag = (name: string, fallback = false): boolean => (meta.has(name) ? parseBoolean(meta.get(name)) === true : fallback);
  const wantedPerNode = count("clone-node-max", 1);
  // What is no integer there does not say that there are to be several instances on a node.
  const isWantedUnique = flag("globally-unique", wantedPerNode > 1 && wantedPerNode <= INT_MAX);
  // Agents of other classes cannot tell their instances apart.
  const isUnique = isWantedUnique && members.every((xml) => ["ocf", "stonith"].includes(xml.get("class")?.toLowerCase() ?? ""));
  const max = Math.min(count("clone-max", Math.max(1, nodeCount)), LIMITS.instances);
  const isPromotable = isPromotableClone(clone);
  return {
    max: isWantedUnique && !isUnique ? Math.min(max, nodeCount) : max,
    nodeMax: isUnique ? wantedPerNode : isWantedUnique ? 1 : Math.min(wantedPerNode, 1),
    isUnique,
    isPromotable,
    promotedMax: isPromotable ? count("promoted-max", 1, "master-max") : 0,
    promotedNodeMax: isPromotable ? count("promoted-node-max", 1, "master-node-max") : 0,
    isInterleaved: flag("interleave"),
    isOrdered: flag("ordered"),
  };
}

/** True for a clone whose instances can be promoted. */
export function isPromotableClone(clone: Resource): boolean {
  return clone.xml.name === "master" || parseBoolean(clone.meta.get("promotable")) === true;
}
