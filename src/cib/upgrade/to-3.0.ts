import { element, XmlElement } from "../../xml/element.ts";
import {
  CLUSTER_OPTIONS,
  COLOCATION_ATTRIBUTES,
  DEVICE_PARAMETERS,
  NODE_ATTRIBUTES,
  OPERATION_OPTIONS,
  OPERATION_PARAMETERS,
  RESOURCE_META,
  type Replacement,
  type Replacements,
  replacementFor,
  replacementText,
} from "./to-3.0-names.ts";
import type { UpgradeNote } from "./upgrade-note.ts";

/** Begins the ids of what is new in the document. */
const NEW = "_2TO3_";
const DEFAULTS = ["op_defaults", "rsc_defaults"] as const;

/**
 * From pacemaker-2.10 to pacemaker-3.0: old names of options, and options in places where they no longer count, are
 * renamed, moved or dropped. `cib` is changed; references to attribute sets must be unfolded. Source: Pacemaker 2.0
 * release notes, "Configuration changes"; behaviour compared with Pacemaker 2.1.5's own upgrade.
 */
export function upgradeTo30(cib: XmlElement): UpgradeNote[] {
  const notes: UpgradeNote[] = [];
  const configuration = cib.child("configuration");
  if (!configuration) return notes;
  upgradeClusterOptions(configuration, notes);
  for (const node of [...configuration.walk()]) {
    if (node.name === "node") upgradeAttributes(node, NODE_ATTRIBUTES, `Cluster node: ${node.get("uname")} (id=${node.id})`, notes);
    if (node.name === "rsc_colocation") upgradeAttributes(node, COLOCATION_ATTRIBUTES, `Constraints-colocation: ${node.id}`, notes);
    if (node.name === "primitive" || node.name === "template") upgradeResource(node, notes);
  }
  return notes;
}

function note(notes: UpgradeNote[], context: string, name: string, replacement: Replacement): void {
  const label = replacement.severity ?? (replacement.extra === undefined ? "DEBUG" : "INFO");
  const severity = ({ WARNING: "warning", INFO: "info", DEBUG: "debug" } as const)[label];
  notes.push({ severity, text: `${context}: ${replacementText(name, replacement)}` });
  const [table = ""] = context.split(": ");
  if (replacement.extra !== undefined) notes.push({ severity, text: `${table}: ... ${replacement.extra}` });
}

/** The pair under its new name and with its new value. */
function renamed(pair: XmlElement, { to, value, prefix }: Replacement): XmlElement {
  const made = new XmlElement(pair.name, pair.attributes).set("name", to);
  if (value !== undefined) made.set("value", value);
  else if (prefix !== undefined) made.set("value", (pair.get("value") ?? "").slice(prefix.length));
  return made;
}

function upgradeAttributes(node: XmlElement, table: Replacements, context: string, notes: UpgradeNote[]): void {
  for (const [name, value] of [...node.attributes]) {
    const replacement = replacementFor(table, name, value);
    if (!replacement) continue;
    note(notes, context, name, replacement);
    node.set(replacement.to ?? name, replacement.to === undefined ? undefined : (replacement.value ?? value));
  }
}

const isRuled = (set: XmlElement): boolean => set.child("rule") !== undefined;
const pairsOf = (set: XmlElement): XmlElement[] => set.childrenNamed("nvpair");
const hasPair = (sets: readonly XmlElement[], name: string): boolean =>
  sets.some((set) => pairsOf(set).some((pair) => pair.get("name") === name));

/** Replaces a set's pairs one by one, without comments; a set that holds none afterwards is dropped from its parent. */
function replacePairs(parent: XmlElement, set: XmlElement, replace: (pair: XmlElement) => XmlElement | undefined): void {
  const kept = set.children.flatMap((child) => (child.name === "nvpair" ? (replace(child) ?? []) : child));
  set.children.splice(0, set.children.length, ...kept);
  if (pairsOf(set).length === 0) parent.remove(set);
}

function upgradeClusterOptions(configuration: XmlElement, notes: UpgradeNote[]): void {
  const options = configuration.child("crm_config");
  const moved: Record<(typeof DEFAULTS)[number], XmlElement[]> = { op_defaults: [], rsc_defaults: [] };
  for (const set of options?.childrenNamed("cluster_property_set") ?? []) {
    replacePairs(options as XmlElement, set, (pair) => {
      const name = pair.get("name") ?? "";
      const replacement = replacementFor(CLUSTER_OPTIONS, name, pair.get("value") ?? "");
      if (!replacement) return pair;
      note(notes, `Cluster properties: ${pair.id}`, name, replacement);
      if (replacement.to === undefined) return undefined;
      if (replacement.where === undefined) return renamed(pair, replacement);
      const to = DEFAULTS.find((where) => where === replacement.where);
      if (to !== undefined && !isRuled(set)) moved[to].push(renamed(pair, replacement));
      return undefined;
    });
  }
  for (const where of DEFAULTS) {
    const sets = (configuration.child(where)?.childrenNamed("meta_attributes") ?? []).filter((set) => !isRuled(set));
    const pairs = moved[where].filter((pair) => !hasPair(sets, pair.get("name") ?? ""));
    if (pairs.length === 0) continue;
    const target = sets[0] ?? element("meta_attributes", { id: `${NEW}-${where.replace("_", "-")}` });
    if (sets.length === 0) configuration.childOrCreate(where).children.push(target);
    target.children.push(...pairs);
  }
}

function upgradeResource(resource: XmlElement, notes: UpgradeNote[]): void {
  const sets = (name: string): XmlElement[] => resource.childrenNamed(name);
  const operations = resource.child("operations")?.childrenNamed("op") ?? [];
  const requirements = requirementsFor(resource, operations);
  for (const op of operations) upgradeOperation(resource, op, notes);
  for (const set of sets("instance_attributes")) {
    replacePairs(resource, set, (pair) => {
      const name = pair.get("name") ?? "";
      const replacement = replacementFor(DEVICE_PARAMETERS, name, pair.get("value") ?? "");
      if (!replacement) return pair;
      note(notes, `Resource instance_attributes: ${pair.id}`, name, replacement);
      return replacement.to === undefined ? undefined : renamed(pair, replacement);
    });
  }
  for (const set of sets("meta_attributes")) {
    const made = new Set<string>();
    replacePairs(resource, set, (pair) => {
      const name = pair.get("name") ?? "";
      const replacement = replacementFor(RESOURCE_META, name, pair.get("value") ?? "");
      if (!replacement) return pair;
      note(notes, `Resource meta_attributes: ${resource.id} (meta=${set.id})`, name, replacement);
      if (replacement.to === undefined || made.has(replacement.to)) return undefined;
      made.add(replacement.to);
      return renamed(pair, replacement);
    });
  }
  resource.children.push(...requirements);
}

/** The meta-attributes that take over what operations required: that of a start or promote operation, the last counts. */
function requirementsFor(resource: XmlElement, operations: readonly XmlElement[]): XmlElement[] {
  const own = resource.childrenNamed("meta_attributes").filter((set) => !isRuled(set));
  if (hasPair(own, "requires")) return [];
  const counting = operations.filter((op) => OPERATION_OPTIONS.requires?.[0]?.when?.includes(op.get("name") ?? ""));
  const op = counting.findLast((candidate) => candidate.get("requires") !== undefined);
  if (op) {
    const pair = element("nvpair", { id: `${NEW}${op.id}-meta-requires`, name: "requires", value: op.get("requires") });
    return [element("meta_attributes", { id: `${NEW}${resource.id}-meta` }, [pair])];
  }
  const made: XmlElement[] = [];
  const kinds = ["meta_attributes", "instance_attributes"];
  const holders = counting.flatMap((one) => one.children.filter((set) => kinds.includes(set.name) && hasPair([set], "requires")));
  const isMeta = (set: XmlElement): boolean => set.name === "meta_attributes";
  for (const [at, set] of holders.entries()) {
    const isOverridden = holders.some(
      (other, place) => !isRuled(other) && ((other.name === set.name && place > at) || (isMeta(other) && !isMeta(set))),
    );
    if (isOverridden) continue;
    const copy = new XmlElement("meta_attributes", set.attributes).set("id", `${NEW}${set.id}`);
    const rest = set.children.filter((child) => child.name !== "nvpair").map((child) => child.clone());
    copy.children.push(...rest, ...pairsOf(set).filter((pair) => pair.get("name") === "requires"));
    made.push(copy);
  }
  return made;
}

function upgradeOperation(resource: XmlElement, op: XmlElement, notes: UpgradeNote[]): void {
  const operation = op.get("name") ?? "";
  const own = resource.childrenNamed("meta_attributes").filter((set) => !isRuled(set));
  const asked = op.get("requires");
  const ofAttribute = asked === undefined ? undefined : replacementFor(OPERATION_OPTIONS, "requires", asked, operation);
  if (ofAttribute) note(notes, `Resources-operation: ${op.id} (rsc=${resource.id})`, "requires", ofAttribute);
  op.set("requires", undefined);
  const moved = new Map<XmlElement, XmlElement[]>();
  const instanceSets = op.childrenNamed("instance_attributes");
  for (const [at, set] of instanceSets.entries()) {
    const later = instanceSets.slice(at + 1).filter((other) => !isRuled(other));
    const toMeta: XmlElement[] = [];
    replacePairs(op, set, (pair) => {
      const name = pair.get("name") ?? "";
      const replacement = replacementFor(OPERATION_PARAMETERS, name, pair.get("value") ?? "", operation);
      if (!replacement) return pair;
      note(notes, `Resources-operation instance_attributes: ${op.id} (rsc=${resource.id}, meta=${set.id})`, name, replacement);
      const isWanted = replacement.where === "meta_attributes" && !hasPair(own, name) && !hasPair(later, name);
      if (isWanted) toMeta.push(new XmlElement(pair.name, pair.attributes));
      return undefined;
    });
    if (toMeta.length > 0) moved.set(set, toMeta);
  }
  const common = [...moved].filter(([set]) => !isRuled(set)).flatMap(([, pairs]) => pairs);
  const metaSets = op.childrenNamed("meta_attributes");
  const target = metaSets.find((set) => !isRuled(set));
  for (const set of metaSets) {
    if (set === target) set.children.push(...common);
    replacePairs(op, set, (pair) => {
      const replacement = replacementFor(OPERATION_OPTIONS, pair.get("name") ?? "", pair.get("value") ?? "", operation);
      if (!replacement) return pair;
      note(notes, `Resources-operation: ${op.id} (rsc=${resource.id}, meta=${set.id})`, pair.get("name") ?? "", replacement);
      return undefined;
    });
  }
  if (!target && common.length > 0) op.children.push(element("meta_attributes", { id: `${NEW}${op.id}-meta` }, common));
  for (const [set, pairs] of moved) {
    if (!isRuled(set)) continue;
    const rest = set.children.filter((child) => child.name !== "nvpair").map((child) => child.clone());
    const made = new XmlElement("meta_attributes", set.attributes, [...rest, ...pairs]).set("id", `${NEW}${set.id}`);
    op.children.push(made);
  }
}
