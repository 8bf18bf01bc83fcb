import { element, type XmlElement } from "../../src/xml/element.ts";
import { type Mutation, resourcesOf } from "./mutation.ts";

function topLevel(cib: XmlElement, name: string): XmlElement[] {
  return cib.descend("configuration", "resources")?.childrenNamed(name) ?? [];
}

function replace(parent: XmlElement | undefined, old: readonly XmlElement[], made: XmlElement): void {
  const at = parent?.children.findIndex((child) => old.includes(child)) ?? -1;
  if (parent === undefined || at < 0) return;
  const rest = parent.children.filter((child) => !old.includes(child));
  parent.children.splice(0, parent.children.length, ...rest);
  parent.children.splice(Math.min(at, parent.children.length), 0, made);
}

const wrapInClone: Mutation = ({ cib, choice, id }) => {
  const one = choice.maybe([...topLevel(cib, "primitive"), ...topLevel(cib, "group")].filter((two) => two.get("class") !== "stonith"));
  if (one === undefined) return;
  const isPromotable = choice.chance(0.4) && [...one.walk()].every((two) => two.name !== "primitive" || two.get("class") === "ocf");
  const meta = element("meta_attributes", { id: `${id}-meta` }, [
    element("nvpair", { id: `${id}-promotable`, name: "promotable", value: String(isPromotable) }),
    element("nvpair", { id: `${id}-interleave`, name: "interleave", value: choice.one(["true", "false"]) }),
  ]);
  replace(cib.descend("configuration", "resources"), [one], element("clone", { id: `${id}-clone` }, [meta, one]));
};

const wrapInGroup: Mutation = ({ cib, choice, id }) => {
  const some = choice.some(
    topLevel(cib, "primitive").filter((one) => one.get("class") !== "stonith"),
    1,
    3,
  );
  if (some.length > 0) replace(cib.descend("configuration", "resources"), some, element("group", { id: `${id}-group` }, some));
};

const removeResource: Mutation = ({ cib, choice }) => {
  const parents = [cib.descend("configuration", "resources"), ...resourcesOf(cib).filter((one) => one.name === "group")];
  const parent = choice.maybe(parents.flatMap((one) => one ?? []));
  const members = parent?.children.filter((child) => ["primitive", "group", "clone", "bundle"].includes(child.name)) ?? [];
  const one = choice.maybe(members);
  if (parent === undefined || one === undefined || (parent.name === "group" && members.length < 2)) return;
  parent.remove(one);
};

const removePair: Mutation = ({ cib, choice }) => {
  const configuration = cib.child("configuration");
  const parents = [...(configuration?.walk() ?? [])].filter((one) =>
    one.children.some((child) => child.name === "nvpair" || child.name === "op"),
  );
  const parent = choice.maybe(parents);
  const child = choice.maybe(parent?.children ?? []);
  if (child?.name === "nvpair" || child?.name === "op") parent?.remove(child);
};

const removeConstraint: Mutation = ({ cib, choice }) => {
  const constraints = cib.descend("configuration", "constraints");
  const child = choice.maybe(constraints?.children ?? []);
  if (child !== undefined) constraints?.remove(child);
};

/** Changes of which resources there are and how they are put together. */
export const STRUCTURE_MUTATIONS: readonly Mutation[] = [wrapInClone, wrapInGroup, removeResource, removePair, removeConstraint];
