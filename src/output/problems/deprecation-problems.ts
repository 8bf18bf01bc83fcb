import { parseBoolean } from "../../cib/document.ts";
import { Targets } from "../../scheduler/constrain/targets.ts";
import { clusterOptionValues, type Unpacked } from "../../scheduler/unpack/unpack.ts";
import type { XmlElement } from "../../xml/element.ts";
import { deprecation, LATER, type Problem } from "./problem.ts";

const AS_TRUE = "is deprecated and will be removed (and behave as true) in a future release";

/** Options that are on their way out, where they are not at the value that stays. */
const OPTIONS: readonly (readonly [string, readonly string[], string])[] = [
  [
    "enable-startup-probes",
    [],
    `${AS_TRUE}. Use a location constraint with resource-discovery=never instead to disable probes where desired.`,
  ],
  ["concurrent-fencing", [], `${AS_TRUE}.`],
  ["stop-removed-resources", ["stop-orphan-resources"], `${AS_TRUE}.`],
  ["cancel-removed-actions", ["stop-orphan-actions"], `${AS_TRUE}.`],
];

const ROLES: Readonly<Record<string, string>> = { master: "Promoted", slave: "Unpromoted" };
const ROLE_ATTRIBUTES = ["role", "rsc-role", "with-rsc-role"];
const ENDS = ["rsc", "with-rsc", "first", "then"];
const GROUP_FLAGS = ["ordered", "collocated"];
const CLONE_LIMITS = ["master-max", "master-node-max"];
const HOLDERS_OF_OPERATIONS = ["op", "op_defaults"];

/** Cluster options that Pacemaker 3.0.2 announces to drop; each is said once. */
export function optionDeprecations({ cib, nowEpochSeconds }: Unpacked): Problem[] {
  const values = clusterOptionValues(cib, { nowEpochSeconds });
  return OPTIONS.flatMap(([name, aliases, fate]): Problem[] => {
    const value = [name, ...aliases].map((one) => values.get(one)).find((one) => one !== undefined);
    return parseBoolean(value) === false ? [deprecation("unpack_config", `Support for the ${name} cluster property ${fate}`)] : [];
  });
}

/**
 * Settings with the value that takes a name out again, of a resource and what it is in, for each resource; and of the
 * cluster. Source: Pacemaker 3.0.2, reading of sets of values.
 */
export function defaultProblems(sections: readonly XmlElement[], setName: string): Problem[] {
  const pairs = sections.flatMap((section) => section.childrenNamed(setName)).flatMap((set) => set.childrenNamed("nvpair"));
  return pairs
    .filter((pair) => pair.get("value")?.toLowerCase() === "#default")
    .map((pair) => {
      const what = `Support for setting meta-attributes (such as ${pair.get("name")}) to the explicit value '#default'`;
      return deprecation("insert_value_from_nvpair", `${what} ${LATER}`);
    });
}

/** What resources use that is announced to be dropped; each is said once. */
export function resourceDeprecations(unpacked: Unpacked): Problem[] {
  const section = unpacked.cib.descend("configuration", "resources");
  const all = [...(section?.walk() ?? [])];
  return [...limitDeprecations(all), ...groupDeprecations(all), ...roleDeprecations(targetRoles(unpacked))];
}

function limitDeprecations(all: readonly XmlElement[]): Problem[] {
  const metaNames = (clone: XmlElement): (string | undefined)[] => metaPairs(clone).map((pair) => pair.get("name"));
  const isPromotable = (clone: XmlElement): boolean =>
    clone.name === "master" ||
    metaPairs(clone).some((pair) => pair.get("name") === "promotable" && parseBoolean(pair.get("value")) === true);
  const clones = all.filter((xml) => xml.name === "clone" || xml.name === "master").filter(isPromotable);
  return CLONE_LIMITS.flatMap((name): Problem[] => {
    const newName = name.replace("master", "promoted");
    const user = clones.find((clone) => metaNames(clone).includes(name) && !metaNames(clone).includes(newName));
    if (!user) return [];
    const text = `Support for the ${name} meta-attribute (such as in ${user.id}) ${LATER}. Use the ${newName} meta-attribute instead.`;
    return [deprecation("unpack_promotion_limit", text)];
  });
}

function groupDeprecations(all: readonly XmlElement[]): Problem[] {
  const pairs = all.filter(({ name }) => name === "group").flatMap(metaPairs);
  const isTurnedOff = (name: string): boolean =>
    pairs.some((pair) => pair.get("name") === name && parseBoolean(pair.get("value")) === false);
  return GROUP_FLAGS.filter(isTurnedOff).map((name) =>
    deprecation("set_group_flag", `Support for the '${name}' group meta-attribute ${LATER} (use a resource set instead)`),
  );
}

function metaPairs(holder: XmlElement): XmlElement[] {
  return holder.childrenNamed("meta_attributes").flatMap((set) => set.childrenNamed("nvpair"));
}

function targetRoles({ resources }: Unpacked): (string | undefined)[] {
  return resources.top.flatMap((top) => top.withDescendants().map(({ meta }) => meta.get("target-role")));
}

/** Old names of roles, once each. */
function roleDeprecations(words: readonly (string | undefined)[]): Problem[] {
  const used = new Set(words.map((word) => word?.toLowerCase()));
  return Object.keys(ROLES).flatMap((name): Problem[] => {
    if (!used.has(name)) return [];
    const shown = name.charAt(0).toUpperCase() + name.slice(1);
    return [deprecation("pcmk_parse_role", `Support for the ${shown} role ${LATER}. Use ${ROLES[name]} instead.`)];
  });
}

/** What constraints and operations use that is announced to be dropped; each is said once, and not what resources were told of. */
export function planningDeprecations(unpacked: Unpacked): Problem[] {
  const configuration = unpacked.cib.child("configuration");
  const targets = new Targets(unpacked);
  const isKnown = (id: string): boolean => targets.resource(id) !== undefined || targets.members(id) !== undefined;
  const used = (configuration?.child("constraints")?.children ?? []).filter((xml) =>
    ENDS.every((name) => xml.get(name) === undefined || isKnown(xml.get(name) ?? "")),
  );
  const constraints = used.flatMap((xml) => [...xml.walk()]);
  const operations = unpacked.resources.top.flatMap((top) =>
    top.primitives().flatMap(({ xml }) => xml.child("operations")?.childrenNamed("op") ?? []),
  );
  const said = new Set(roleDeprecations(targetRoles(unpacked)).map(({ text }) => text));
  const roles = [...constraints, ...operations].flatMap((xml) => ROLE_ATTRIBUTES.map((name) => xml.get(name)));
  return [
    ...orderDeprecations(constraints, targets),
    ...setDeprecations(constraints),
    ...roleDeprecations(roles).filter(({ text }) => !said.has(text)),
    ...ruleDeprecations(configuration),
  ];
}

function orderDeprecations(constraints: readonly XmlElement[], targets: Targets): Problem[] {
  const orders = constraints.filter(({ name }) => name === "rsc_order");
  const problems: Problem[] = [];
  if (orders.some((order) => order.get("score") !== undefined && order.get("kind") === undefined))
    problems.push(deprecation("get_ordering_type", `Support for 'score' in rsc_order ${LATER} (use 'kind' instead)`));
  const isHeeded = (order: XmlElement): boolean => {
    const first = targets.resource(order.get("first"));
    return first?.kind === "clone" && first.meta.get("clone-min") === undefined;
  };
  if (orders.some((order) => order.get("require-all") !== undefined && isHeeded(order))) {
    const instead = "(use clone-min clone meta-attribute instead)";
    problems.push(deprecation("get_minimum_first_instances", `Support for require-all in ordering constraints ${LATER} ${instead}`));
  }
  return problems;
}

function setDeprecations(constraints: readonly XmlElement[]): Problem[] {
  const sets = constraints.filter(({ name }) => name === "rsc_colocation").flatMap((xml) => xml.childrenNamed("resource_set"));
  const odd = sets.find((set) => (set.get("ordering") ?? "group") !== "group");
  if (!odd) return [];
  const text = `Support for 'ordering' other than 'group' in resource_set (such as ${odd.id}) ${LATER}`;
  return [deprecation("unpack_colocation_set", text)];
}

/** Rules about nodes where it is operations that are spoken of. */
function ruleDeprecations(configuration: XmlElement | undefined): Problem[] {
  const holders = [...(configuration?.walk() ?? [])].filter(({ name }) => HOLDERS_OF_OPERATIONS.includes(name));
  if (!holders.some((holder) => [...holder.walk()].some(({ name }) => name === "expression"))) return [];
  const what = "Support for rules with node attribute expressions in op or op_defaults";
  return [deprecation("check_for_deprecated_rules", `${what} is deprecated and will be dropped in a future release`)];
}
