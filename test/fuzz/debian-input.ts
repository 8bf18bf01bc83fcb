import { element, type XmlElement } from "../../src/xml/element.ts";

/** Cluster options by their name in 3.0.2, and what 2.1.5 calls them. */
const OLD_OPTION_NAMES: ReadonlyMap<string, string> = new Map([
  ["fencing-enabled", "stonith-enabled"],
  ["fencing-action", "stonith-action"],
  ["fencing-timeout", "stonith-timeout"],
  ["fencing-watchdog-timeout", "stonith-watchdog-timeout"],
  ["fencing-max-attempts", "stonith-max-attempts"],
  ["fencing-reaction", "fence-reaction"],
  ["stop-removed-resources", "stop-orphan-resources"],
  ["cancel-removed-actions", "stop-orphan-actions"],
]);

/** Older feature sets keep fail counts under other names; newer ones than its own 2.1.5 refuses to write. */
export const DEBIAN_FEATURE_SET = "3.13.0";

/** A copy of a CIB that Pacemaker 2.1.5 reads as 3.0.2 reads the original: names of options, schema and feature set. */
export function debianInput(cib: XmlElement): XmlElement {
  const copy = cib.clone();
  copy.set("crm_feature_set", DEBIAN_FEATURE_SET);
  const schema = copy.get("validate-with") ?? "";
  if (schema === "pacemaker-3.10" || schema.startsWith("pacemaker-4")) copy.set("validate-with", "pacemaker-3.9");
  for (const pair of copy.descend("configuration", "crm_config")?.walk() ?? []) {
    const name = OLD_OPTION_NAMES.get(pair.get("name") ?? "");
    if (pair.name === "nvpair" && name !== undefined) pair.set("name", name);
    if (pair.get("name") === "no-quorum-policy" && pair.get("value") === "fence") pair.set("value", "suicide");
  }
  setOption(copy, "concurrent-fencing", "true");
  for (const clone of copy.descend("configuration", "resources")?.walk() ?? []) if (clone.name === "clone") tellUniqueness(clone);
  return copy;
}

/** Sets an option that has another default in 3.0.2, unless it is set. */
function setOption(cib: XmlElement, name: string, value: string): void {
  const options = cib.childOrCreate("configuration").childOrCreate("crm_config");
  if ([...options.walk()].some((pair) => pair.get("name") === name)) return;
  const pair = element("nvpair", { id: `default-${name}`, name, value });
  options.children.push(element("cluster_property_set", { id: `default-${name}-set` }, [pair]));
}

/** Instances that may share a node can be told apart by default in 3.0.2; for 2.1.5 that has to be said. */
function tellUniqueness(clone: XmlElement): void {
  const pairs = clone.childrenNamed("meta_attributes").flatMap((set) => set.children);
  const optionOf = (name: string): string | undefined => pairs.find((pair) => pair.get("name") === name)?.get("value");
  if (optionOf("globally-unique") !== undefined || !(Number(optionOf("clone-node-max")) > 1)) return;
  const nvpair = element("nvpair", { id: `${clone.id}-unique-by-default`, name: "globally-unique", value: "true" });
  clone.children.find((child) => child.name === "meta_attributes")?.children.push(nvpair);
}
