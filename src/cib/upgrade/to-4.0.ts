import { element, XmlElement } from "../../xml/element.ts";
import { orderSets } from "./set-order.ts";
import type { UpgradeNote } from "./upgrade-note.ts";

/** Begins the ids of what is new in the document. */
const NEW = "pcmk__3_10_upgrade-";
/** An XPath that selects nothing: of a permission for something that is gone. */
const NOTHING = "/*[false()]";

/** Cluster options under names that are gone, and what they are called now. */
export const RENAMED_OPTIONS: Readonly<Record<string, string>> = {
  "crmd-finalization-timeout": "join-finalization-timeout",
  "crmd-integration-timeout": "join-integration-timeout",
  "crmd-transition-delay": "transition-delay",
};

/** Classes of agents that are no longer supported. */
export const DROPPED_CLASSES: readonly string[] = ["nagios", "upstart"];

/** Meta-attributes that are no longer supported, by the elements that hold their sets. */
export const DROPPED_META: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ["template", "primitive", "group", "clone", "master", "bundle", "rsc_defaults"].map((name) => [name, ["restart-type"]]),
  ),
  op: ["can_fail", "role_after_failure"],
  op_defaults: ["can_fail", "role_after_failure"],
};

/**
 * From pacemaker-3.10 to pacemaker-4.0: `<master>` becomes a promotable clone, a location with several rules several
 * locations, its lifetime a part of its rule, and what is no longer supported is dropped with everything that refers to it.
 * `cib` is changed.
 * Source: Pacemaker 3.0 release notes, "Changes since Pacemaker 2.1"; the schema pacemaker-4.0.
 */
export function upgradeTo40(cib: XmlElement): UpgradeNote[] {
  const notes: UpgradeNote[] = [];
  const configuration = cib.child("configuration");
  if (!configuration) return notes;
  const idsBefore = idsIn(cib);
  orderSets(configuration);
  upgradeOptions(configuration, notes);
  nameReferences(configuration);
  dropPairs(configuration, notes);
  replaceMasters(configuration);
  const gone = dropResources(configuration, notes);
  dropReferences(configuration, gone);
  splitLocations(configuration);
  dropLifetimes(configuration, notes);
  const idsAfter = idsIn(cib);
  for (const node of configuration.walk()) {
    const reference = node.name === "acl_permission" ? node.get("reference") : undefined;
    if (reference === undefined || idsAfter.has(reference) || !idsBefore.has(reference)) continue;
    node.set("reference", undefined);
    node.set("xpath", NOTHING);
  }
  if ([...configuration.walk()].some((node) => node.name === "acl_permission" && node.get("xpath") !== undefined)) {
    const text =
      'CIB syntax changes may invalidate ACLs that use "xpath". It is strongly recommended to run "cibadmin --upgrade" and then examine the updated CIB carefully to ensure ACLs still match the desired intent.';
    notes.push({ severity: "warning", text });
  }
  return notes;
}

function idsIn(cib: XmlElement): Set<string> {
  return new Set([...cib.walk()].flatMap((node) => node.id ?? []));
}

const dropped = (notes: UpgradeNote[], text: string): void => void notes.push({ severity: "warning", text: `Dropping ${text}` });

function upgradeOptions(configuration: XmlElement, notes: UpgradeNote[]): void {
  for (const set of configuration.child("crm_config")?.childrenNamed("cluster_property_set") ?? []) {
    for (const pair of set.childrenNamed("nvpair")) {
      const name = pair.get("name") ?? "";
      const now = Object.hasOwn(RENAMED_OPTIONS, name) ? RENAMED_OPTIONS[name] : undefined;
      const isSet = set.children.some((other) => other.get("name") === now);
      if (name === "remove-after-stop") {
        set.remove(pair);
        dropped(notes, `nvpair ${pair.id} because the ${name} property is unsupported`);
      } else if (now !== undefined && isSet) {
        set.remove(pair);
        dropped(notes, `${name} from ${set.id} because it is no longer supported`);
      } else if (now !== undefined) {
        pair.set("name", now);
        notes.push({ severity: "info", text: `Renaming ${name} in ${set.id} as ${now}` });
      } else if (name === "stonith-action" && pair.get("value") === "poweroff") {
        pair.set("value", "off");
        notes.push({ severity: "info", text: `Replacing the value poweroff of stonith-action in ${set.id} with off` });
      }
    }
  }
}

/** Pairs without a value, and meta-attributes that no longer count. */
/** A pair that takes its value from another one, under a name of its own, becomes one; the next of the same refers to it. */
function nameReferences(configuration: XmlElement): void {
  const pairs = [...configuration.walk()].filter((node) => node.name === "nvpair");
  const byId = new Map(pairs.flatMap((pair) => (pair.id === undefined ? [] : [[pair.id, pair] as const])));
  for (const pair of pairs) {
    const [reference, name] = [pair.get("id-ref"), pair.get("name")];
    const value = byId.get(reference ?? "")?.get("value");
    if (reference === undefined || name === undefined || value === undefined) continue;
    const id = `${NEW}${reference}-${name}`;
    const isFirst = !byId.has(id);
    const attributes = isFirst
      ? ([
          ["id", id],
          ["name", name],
          ["value", value],
        ] as const)
      : ([["id-ref", id]] as const);
    pair.attributes.clear();
    for (const [key, text] of attributes) pair.set(key, text);
    byId.set(id, pair);
  }
}

function dropPairs(configuration: XmlElement, notes: UpgradeNote[]): void {
  const visit = (holder: XmlElement): void => {
    const names = Object.hasOwn(DROPPED_META, holder.name) ? (DROPPED_META[holder.name] ?? []) : [];
    for (const set of holder.children) {
      dropPairsOf(set, set.name === "meta_attributes" ? names : [], notes);
      visit(set);
    }
  };
  visit(configuration);
}

function dropPairsOf(set: XmlElement, names: readonly string[], notes: UpgradeNote[]): void {
  for (const pair of set.childrenNamed("nvpair")) {
    const name = pair.get("name") ?? "";
    if (names.includes(name)) {
      const instead =
        name === "restart-type" ? 'the "kind" attribute for relevant constraints' : 'the "on-fail" operation attribute instead';
      dropped(notes, `${name} meta-attribute from ${set.id} because it is no longer supported. Consider setting ${instead}`);
    } else if (name === "" || pair.get("value") !== undefined) continue;
    set.remove(pair);
  }
}

function replaceMasters(configuration: XmlElement): void {
  const resources = configuration.child("resources");
  for (const [at, node] of (resources?.children ?? []).entries()) {
    if (node.name === "bundle") {
      for (const container of node.children) rename(container, "masters", "promoted-max");
    }
    if (node.name !== "master") continue;
    const id = `${NEW}promotable-legacy-${node.id}-meta_attributes`;
    const pair = element("nvpair", { id: `${id}-promotable`, name: "promotable", value: "true" });
    // Before and above what was configured: a master was promotable whatever its meta-attributes said.
    const meta = element("meta_attributes", { id, score: "INFINITY" }, [pair]);
    if (resources) resources.children[at] = new XmlElement("clone", node.attributes, [meta, ...node.children], node.text);
  }
}

function rename(node: XmlElement, from: string, to: string): void {
  const value = node.get(from);
  if (value === undefined) return;
  node.set(from, undefined);
  node.set(to, value);
}

/** Drops what is no longer supported, and what would be empty without it; gives the ids that are gone. */
function dropResources(configuration: XmlElement, notes: UpgradeNote[]): Set<string> {
  const resources = configuration.child("resources");
  const gone = new Set<string>();
  const templates = new Map((resources?.childrenNamed("template") ?? []).map((template) => [template.id, template]));
  const isOldClass = (node: XmlElement | undefined): boolean => DROPPED_CLASSES.includes((node?.get("class") ?? "").toLowerCase());
  const drop = (parent: XmlElement, node: XmlElement, text: string): void => {
    parent.remove(node);
    gone.add(node.id ?? "");
    dropped(notes, text);
  };
  const visit = (parent: XmlElement, node: XmlElement): void => {
    const hadPrimitives = [...node.walk()].some((inner) => inner !== node && inner.name === "primitive");
    for (const child of [...node.children]) if (["primitive", "group"].includes(child.name)) visit(node, child);
    const template = node.name === "primitive" ? templates.get(node.get("template")) : undefined;
    if (isOldClass(node) || isOldClass(template)) {
      const what = node.name === "template" ? "template" : "resource";
      drop(parent, node, `${what} ${node.id} because ${node.get("class") ?? template?.get("class")} resources are no longer supported`);
    } else if (node.name === "bundle" && node.child("rkt")) {
      drop(parent, node, `bundle resource ${node.id} because rkt containers are no longer supported`);
    } else if (["group", "clone"].includes(node.name) && hadPrimitives && ![...node.walk()].some(({ name }) => name === "primitive")) {
      drop(parent, node, `${node.name} ${node.id} because it would become empty`);
    }
  };
  for (const node of [...(resources?.children ?? [])]) if (resources) visit(resources, node);
  return gone;
}

/** Constraints and members of sets that are about resources that are gone. */
function dropReferences(configuration: XmlElement, gone: ReadonlySet<string>): void {
  if (gone.size === 0) return;
  const ends = ["rsc", "with-rsc", "first", "then"];
  const constraints = configuration.child("constraints");
  for (const constraint of [...(constraints?.children ?? [])]) {
    const sets = constraint.childrenNamed("resource_set");
    for (const set of sets) {
      const before = set.childrenNamed("resource_ref");
      for (const ref of before) if (gone.has(ref.id ?? "")) set.remove(ref);
      if (before.length > 0 && !set.child("resource_ref")) constraint.remove(set);
    }
    const isGone = ends.some((name) => gone.has(constraint.get(name) ?? ""));
    if (isGone || (sets.length > 0 && !constraint.child("resource_set"))) constraints?.remove(constraint);
  }
  for (const holder of [...configuration.walk()]) {
    for (const ref of holder.childrenNamed("obj_ref")) if (gone.has(ref.id ?? "")) holder.remove(ref);
  }
  const tags = configuration.child("tags");
  for (const tag of tags?.childrenNamed("tag") ?? []) if (!tag.child("obj_ref")) tags?.remove(tag);
}

/** Each rule of a location gets a location of its own; what they share stays with the first, the others refer to it. */
function splitLocations(configuration: XmlElement): void {
  const constraints = configuration.child("constraints");
  const split = (constraints?.children ?? []).flatMap((location): XmlElement[] => {
    const rules = location.name === "rsc_location" ? location.childrenNamed("rule") : [];
    if (rules.length < 2) return [location];
    return rules.map((rule, at) => {
      const shared = (name: string): XmlElement[] => location.childrenNamed(name).map((one) => (at === 0 ? one : referenceTo(one)));
      const made = new XmlElement("rsc_location", location.attributes, [...shared("resource_set"), rule, ...shared("lifetime")]);
      return made.set("id", `${NEW}${location.id}-${at + 1}`);
    });
  });
  constraints?.children.splice(0, constraints.children.length, ...split);
}

/**
 * The rules of a lifetime hold together with what a location has said so far, in a rule around both; it has no score, as
 * Pacemaker's has none. Other constraints lose theirs.
 */
function dropLifetimes(configuration: XmlElement, notes: UpgradeNote[]): void {
  for (const constraint of configuration.child("constraints")?.children ?? []) {
    const lifetime = constraint.child("lifetime");
    if (!lifetime) continue;
    constraint.remove(lifetime);
    if (constraint.name !== "rsc_location") {
      const what = `lifetime element from constraint ${constraint.id} because lifetime elements are no longer supported`;
      dropped(notes, `${what}. Any rules contained there will no longer apply to the constraint`);
      continue;
    }
    const rules = lifetime.childrenNamed("rule");
    const either = element("rule", { id: `${NEW}${constraint.id}-lifetime-or-rule`, "boolean-op": "or" }, rules);
    const own = constraint.childrenNamed("rule");
    const both = [...(own.length > 0 ? own : [ruleOfNode(constraint)]), ...(rules.length > 1 ? [either] : rules)];
    for (const rule of own) constraint.remove(rule);
    constraint.children.push(element("rule", { id: `${NEW}${constraint.id}-lifetime-and-rule`, "boolean-op": "and" }, both));
  }
}

/** What a location says of one node, as a rule. */
function ruleOfNode(location: XmlElement): XmlElement {
  const id = `${NEW}${location.id}-node-score-rule`;
  const expression = element("expression", { id: `${id}-expr`, attribute: "#uname", operation: "eq", value: location.get("node") });
  const rule = element("rule", { id, score: location.get("score") }, [expression]);
  location.set("node", undefined);
  location.set("score", undefined);
  return rule;
}

function referenceTo(node: XmlElement): XmlElement {
  if (node.id !== undefined) return new XmlElement(node.name, [["id-ref", node.id]]);
  return new XmlElement(node.name, node.attributes, node.children.map(referenceTo), node.text);
}
