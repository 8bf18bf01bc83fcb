import { element, type XmlElement } from "../xml/element.ts";

/** Newest schema kodou writes. Source: Pacemaker 3.0.2. */
export const NEWEST_SCHEMA = "pacemaker-4.0";

/**
 * Schema of a new cluster's configuration: the newest that Debian 12's crmsh and pcs can work with. They write roles and
 * elements that pacemaker-4.0 no longer has, and crmsh reads its grammar from the schema's file. `cibadmin --upgrade`
 * leads to the newest.
 */
export const INITIAL_SCHEMA = "pacemaker-3.9";

/** Feature set of the documents and histories kodou writes. Source: Pacemaker 3.0.2. */
export const FEATURE_SET = "3.20.5";

/** Sections below `<configuration>`, in the order an empty document has or may get them. */
export const CONFIGURATION_SECTIONS = [
  "crm_config",
  "nodes",
  "resources",
  "constraints",
  "tags",
  "acls",
  "fencing-topology",
  "alerts",
  "op_defaults",
  "rsc_defaults",
] as const;

/** What a cluster has that was never configured: nothing, at version 0.0.0. */
export function initialCib(): XmlElement {
  return emptyCib(0, INITIAL_SCHEMA);
}

/** A document with nothing in it, at version 0.0.0 or with the given epoch. */
export function emptyCib(epoch = 0, schema: string = NEWEST_SCHEMA): XmlElement {
  return element("cib", { crm_feature_set: FEATURE_SET, "validate-with": schema, admin_epoch: 0, epoch, num_updates: 0 }, [
    element("configuration", {}, [element("crm_config"), element("nodes"), element("resources"), element("constraints")]),
    element("status"),
  ]);
}

/** The element of a section name as tools give it: `cib`, `all`, `configuration`, `status` or one below configuration. */
export function findSection(cib: XmlElement, scope: string): XmlElement | undefined {
  if (scope === "cib" || scope === "all") return cib;
  if (scope === "configuration" || scope === "status") return cib.child(scope);
  return cib.descend("configuration", scope);
}

/** True for the names `findSection` knows. */
export function isSectionName(scope: string): boolean {
  return ["cib", "all", "configuration", "status", ...CONFIGURATION_SECTIONS].includes(scope);
}

/** True for the configuration and its sections. */
export function isPartOfConfiguration(scope: string | undefined): boolean {
  return scope === "configuration" || CONFIGURATION_SECTIONS.some((name) => name === scope);
}

/** The section, created where it belongs when the document lacks it. */
export function sectionOrCreate(cib: XmlElement, scope: string): XmlElement {
  if (scope === "cib" || scope === "all") return cib;
  if (scope === "configuration" || scope === "status") return cib.childOrCreate(scope);
  return cib.childOrCreate("configuration").childOrCreate(scope);
}

/** Value of a cluster option, `cib-bootstrap-options` first; undefined when unset. */
export function clusterOption(cib: XmlElement, ...names: readonly string[]): string | undefined {
  const sets = cib.descend("configuration", "crm_config")?.childrenNamed("cluster_property_set") ?? [];
  const ordered = [...sets].sort((a, b) => Number(b.id === "cib-bootstrap-options") - Number(a.id === "cib-bootstrap-options"));
  for (const set of ordered) {
    for (const pair of set.childrenNamed("nvpair")) if (names.includes(pair.get("name") ?? "")) return pair.get("value");
  }
  return undefined;
}

/** Boolean as the CIB spells it: true/on/yes/y/1 and false/off/no/n/0; undefined for anything else. */
export function parseBoolean(text: string | undefined): boolean | undefined {
  if (text === undefined || text === "") return undefined;
  // As it is mostly written.
  if (text === "true") return true;
  if (text === "false") return false;
  if (/^(true|on|yes|y|1)$/i.test(text)) return true;
  if (/^(false|off|no|n|0)$/i.test(text)) return false;
  return undefined;
}

/** Sets one name in a `<cluster_property_set>`, with the ids tools give it. */
export function setClusterOption(cib: XmlElement, name: string, value: string): void {
  const set = sectionOrCreate(cib, "crm_config").childOrCreate("cluster_property_set", "cib-bootstrap-options");
  const pair = set.children.find((child) => child.get("name") === name);
  if (pair) pair.set("value", value);
  else set.children.push(element("nvpair", { id: `cib-bootstrap-options-${name}`, name, value }));
}
