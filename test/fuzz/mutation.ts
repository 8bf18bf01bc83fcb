import { element, type XmlElement } from "../../src/xml/element.ts";
import type { RandomChoice } from "./random-choice.ts";

/** What a mutation works on. */
export interface Scene {
  readonly cib: XmlElement;
  readonly choice: RandomChoice;
  /** Start of ids for new elements, not used before. */
  readonly id: string;
}

/** One random change of a CIB; does nothing where there is nothing to change. */
export type Mutation = (scene: Scene) => void;

const RESOURCES = new Set(["primitive", "group", "clone", "bundle"]);

/** Scores, common ones more often. */
export const SCORES = ["INFINITY", "INFINITY", "-INFINITY", "100", "-100", "1", "-1", "0", "5000", "-5000"];

/** All configured resources, members of collections included. */
export function resourcesOf(cib: XmlElement): XmlElement[] {
  const root = cib.descend("configuration", "resources");
  return root === undefined ? [] : [...root.walk()].filter((one) => RESOURCES.has(one.name));
}

/** All configured nodes with a name. */
export function nodesOf(cib: XmlElement): XmlElement[] {
  return cib.descend("configuration", "nodes")?.childrenNamed("node") ?? [];
}

/** The states of all nodes. */
export function statesOf(cib: XmlElement): XmlElement[] {
  return cib.descend("status")?.childrenNamed("node_state") ?? [];
}

/** Names of nodes as constraints may use them. */
export function nodeNames(cib: XmlElement): string[] {
  return nodesOf(cib).flatMap((node) => node.get("uname") ?? []);
}

/** Sets a name to a value in the first set of this kind below `holder`, which is made when missing. */
export function setPair(holder: XmlElement, set: string, id: string, name: string, value: string): void {
  let pairs = holder.children.find((child) => child.name === set && child.get("id-ref") === undefined);
  if (pairs === undefined) {
    pairs = element(set, { id: `${id}-set` });
    // Sets come before the members of a collection.
    const first = holder.children.findIndex((child) => RESOURCES.has(child.name) || child.name === "template");
    if (first < 0) holder.children.push(pairs);
    else holder.children.splice(first, 0, pairs);
  }
  const known = pairs.children.find((pair) => pair.get("name") === name);
  if (known === undefined) pairs.children.push(element("nvpair", { id: `${id}-pair`, name, value }));
  else known.set("value", value);
}

/** Adds one side of a live migration to a resource's history; it may have succeeded, failed, or (`isOpen`) be under way. */
export function recordMigration(
  history: XmlElement,
  choice: RandomChoice,
  move: {
    readonly operation: "migrate_to" | "migrate_from";
    readonly from: XmlElement;
    readonly to: XmlElement;
    readonly transition: number;
    readonly isOpen: boolean;
    readonly nowEpochSeconds: number;
  },
): void {
  const { operation, from, to, transition, isOpen, nowEpochSeconds } = move;
  const callId = 1 + Math.max(0, ...history.children.map((entry) => Number(entry.get("call-id")) || 0));
  const ends: (readonly [string, string])[] = [
    ["0", "0"],
    ["4", "1"],
  ];
  const [status, code] = choice.one(isOpen ? [...ends, ["-1", "193"] as const] : ends);
  const key = `${transition}:1:0:00000000-0000-0000-0000-000000000000`;
  history.children.push(
    element("lrm_rsc_op", {
      id: `${history.id}_${operation}_0`,
      operation_key: `${history.id}_${operation}_0`,
      operation,
      "crm-debug-origin": "fuzz",
      crm_feature_set: "3.13.0",
      "transition-key": key,
      "transition-magic": `${status}:${code};${key}`,
      "call-id": callId,
      "rc-code": code,
      "op-status": status,
      interval: 0,
      "last-rc-change": nowEpochSeconds - 2000 + transition,
      migrate_source: from.get("uname"),
      migrate_target: to.get("uname"),
      on_node: (operation === "migrate_to" ? from : to).get("uname"),
    }),
  );
}
