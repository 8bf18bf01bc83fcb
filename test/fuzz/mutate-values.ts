import type { XmlElement } from "../../src/xml/element.ts";
import { type Mutation, SCORES } from "./mutation.ts";
import type { RandomChoice } from "./random-choice.ts";

/** What administrators, agents and other versions write where something else was meant. */
const ODD_VALUES = [
  "",
  "  ",
  "-1",
  "0",
  "1",
  "7",
  "99999999999999999999",
  "-2147483649",
  "4294967296",
  "INFINITY",
  "-INFINITY",
  "infinity",
  "1e9",
  "0x10",
  "010",
  "true",
  "false",
  "yes",
  "off",
  "TRUE",
  "nonsense",
  "stopped",
  "Promoted",
  "Master",
  "Started",
  "10s",
  "10 s",
  " 10s",
  "-5min",
  "10ms",
  "P1D",
  "PT1.5S",
  "1.5s",
  "+5",
  "1000001",
  "50%",
  "#uname",
  "RED",
  "stop",
  "freeze",
  "ignore",
  "demote",
  "fence",
  "block",
  "standby",
  "restart",
];

/** What attributes may say that mean the same wherever they are. */
const PLAUSIBLE: Readonly<Record<string, readonly string[]>> = {
  "rc-code": ["0", "1", "2", "5", "6", "7", "8", "9", "190", "191", "193"],
  "op-status": ["-1", "0", "1", "2", "3", "4"],
  operation: ["start", "stop", "monitor", "promote", "demote", "migrate_to", "migrate_from"],
  kind: ["Optional", "Mandatory", "Serialize"],
  role: ["Started", "Stopped", "Promoted", "Unpromoted"],
  "rsc-role": ["Started", "Stopped", "Promoted", "Unpromoted"],
  "with-rsc-role": ["Started", "Stopped", "Promoted", "Unpromoted"],
  "first-action": ["start", "stop", "promote", "demote"],
  "then-action": ["start", "stop", "promote", "demote"],
  action: ["start", "stop", "promote", "demote"],
  score: SCORES,
  interval: ["0", "10", "10s", "10000", "30s"],
  in_ccm: ["true", "false", "0", "1700000000"],
  crmd: ["online", "offline", "0", "1700000000"],
  join: ["member", "down", "pending", "banned", ""],
  expected: ["member", "down", "pending", "banned", ""],
};

const NAMES_OF_RESOURCES = new Set(["rsc", "with-rsc", "first", "then"]);

/** What makes another document of it, or is judged otherwise for good reasons: two nodes of one name, a rule's text. */
const LEFT_ALONE = new Set(["id", "uname", "crm-debug-origin", "crm_feature_set"]);

const LEFT_ALONE_IN = new Set(["cib", "expression", "date_expression", "date_spec", "duration"]);

function parts(cib: XmlElement): XmlElement[] {
  return [...cib.walk()].filter((one) => !LEFT_ALONE_IN.has(one.name));
}

function someAttribute(cib: XmlElement, choice: RandomChoice): { readonly xml: XmlElement; readonly name: string } | undefined {
  const xml = choice.maybe(parts(cib));
  const name = choice.maybe([...(xml?.attributes.keys() ?? [])].filter((one) => !LEFT_ALONE.has(one)));
  return xml && name !== undefined ? { xml, name } : undefined;
}

/** Has an attribute say what it says elsewhere, or may say: another resource, role, result, parameter. */
const sayAsElsewhere: Mutation = ({ cib, choice }) => {
  const found = someAttribute(cib, choice);
  if (!found) return;
  const { xml, name } = found;
  const all = parts(cib);
  const resources = all.filter((one) => ["primitive", "group", "clone", "bundle"].includes(one.name));
  const isAlike = (one: XmlElement): boolean => one.name === xml.name && (name !== "value" || one.get("name") === xml.get("name"));
  const elsewhere = NAMES_OF_RESOURCES.has(name)
    ? resources.flatMap((one) => one.id ?? [])
    : all.filter(isAlike).flatMap((one) => one.get(name) ?? []);
  const value = choice.maybe(PLAUSIBLE[name] ?? elsewhere);
  if (value !== undefined) xml.set(name, value);
};

/** Gives an option a value that was not made for it. Of capacities 3.0.3 takes what is no number for the least there is. */
const sayOddly: Mutation = ({ cib, choice }) => {
  const sets = [...cib.walk()].filter((one) => one.name !== "utilization");
  const pair = choice.maybe(sets.flatMap((one) => one.childrenNamed("nvpair")));
  pair?.set("value", choice.one(ODD_VALUES));
};

/** Gives any attribute such a value. */
const sayOddlyAnywhere: Mutation = ({ cib, choice }) => {
  const found = someAttribute(cib, choice);
  if (found && found.name !== "value") found.xml.set(found.name, choice.one(ODD_VALUES));
};

const dropAttribute: Mutation = ({ cib, choice }) => {
  const found = someAttribute(cib, choice);
  if (found) found.xml.attributes.delete(found.name);
};

/** Single values of a document made other ones. */
export const VALUE_MUTATIONS: readonly Mutation[] = [
  sayAsElsewhere,
  sayAsElsewhere,
  sayAsElsewhere,
  sayOddly,
  sayOddly,
  sayOddlyAnywhere,
  dropAttribute,
];
