import { COMMENT, type XmlElement } from "../xml/element.ts";
import { SCHEMAS } from "./schemas.ts";
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
} from "./upgrade/to-3.0-names.ts";
import { DROPPED_CLASSES, DROPPED_META, RENAMED_OPTIONS } from "./upgrade/to-4.0.ts";

/** Something in a document that a newer schema no longer has. */
export interface Obsolete {
  readonly holder: XmlElement;
  readonly message: string;
  /** The element that may not be there any more. */
  readonly element?: XmlElement;
}

const AGES = ["pacemaker-2.0", "pacemaker-3.0", "pacemaker-4.0"].map((schema) => SCHEMAS.indexOf(schema));
const OLD_ACL = ["acl_user", "role_ref", "read", "write", "deny"];
const NEW_ACL = ["acl_target", "acl_group", "acl_permission", "role"];

/**
 * What a configuration has that schemas of that age no longer know; documents that have none of it go on unchanged from
 * one major version to the next. Source: what pacemaker-2.0, -3.0 and -4.0 left out.
 */
export function obsoleteIn(configuration: XmlElement, schema: string): Obsolete[] {
  const age = SCHEMAS.indexOf(schema);
  const [is20 = false, is30 = false, is40 = false] = AGES.map((since) => age >= since);
  const found: Obsolete[] = [];
  const report = (holder: XmlElement, message: string, element?: XmlElement): void =>
    void found.push({ holder, message, ...(element ? { element } : {}) });
  const acls = configuration.child("acls");
  for (const node of acls?.walk() ?? []) {
    for (const child of node.children) {
      if ((is20 ? OLD_ACL : NEW_ACL).includes(child.name)) report(node, `element <${child.name}> is not known to ${schema}`, child);
    }
  }
  if (!is30) return found;
  const visit = (holder: XmlElement): void => {
    reportOld30(holder, schema, report);
    if (is40) reportOld40(holder, schema, report);
    for (const child of holder.children) if (child.name !== COMMENT && child !== acls) visit(child);
  };
  visit(configuration);
  return found;
}

/** True for a schema to which nothing is obsolete but what is to newer ones, too. */
export function isModern(schema: string): boolean {
  return SCHEMAS.indexOf(schema) >= (AGES[0] ?? 0);
}

type Report = (holder: XmlElement, message: string, element?: XmlElement) => void;

function reportOld30(holder: XmlElement, schema: string, report: Report): void {
  switch (holder.name) {
    case "cluster_property_set":
      reportPairs(holder, CLUSTER_OPTIONS, schema, report);
      return;
    case "node":
      reportAttributes(holder, NODE_ATTRIBUTES, schema, report);
      return;
    case "rsc_colocation":
      reportAttributes(holder, COLOCATION_ATTRIBUTES, schema, report);
      return;
    case "primitive":
    case "template":
      reportSets(holder, "instance_attributes", DEVICE_PARAMETERS, schema, report);
      reportSets(holder, "meta_attributes", ISOLATION, schema, report);
      return;
    case "op":
      reportAttributes(holder, OPERATION_OPTIONS, schema, report);
      reportSets(holder, "instance_attributes", OPERATION_PARAMETERS, schema, report);
      reportSets(holder, "meta_attributes", OPERATION_OPTIONS, schema, report);
      return;
  }
}

function reportSets(holder: XmlElement, kind: string, table: Replacements, schema: string, report: Report): void {
  for (const set of holder.children) if (set.name === kind) reportPairs(set, table, schema, report);
}

function reportPairs(set: XmlElement, table: Replacements, schema: string, report: Report): void {
  for (const pair of set.children) {
    const name = pair.name === "nvpair" ? (pair.get("name") ?? "") : "";
    // "heartbeat" was the old stack's name, and is ours.
    if (!Object.hasOwn(table, name) || name === "cluster-infrastructure") continue;
    const value = pair.get("value") ?? "";
    const replacement = replacementFor(table, name, value, value);
    if (replacement) report(pair, `${name} is not known to ${schema}${insteadOf(replacement)}`);
  }
}

function reportAttributes(holder: XmlElement, table: Replacements, schema: string, report: Report): void {
  for (const name of holder.attributeNames) {
    if (!Object.hasOwn(table, name)) continue;
    const value = holder.get(name) ?? "";
    const replacement = replacementFor(table, name, value, value);
    if (replacement) report(holder, `attribute ${name}="${value}" is not known to ${schema}${insteadOf(replacement)}`);
  }
}

/** What to write instead, as the end of a sentence. */
function insteadOf({ to, where, value, extra }: Replacement): string {
  if (to !== undefined) return `: use ${to}${value === undefined ? "" : `="${value}"`}${where === undefined ? "" : ` in ${where}`}`;
  return extra === undefined ? ": leave it out" : `: ${extra}`;
}

/** The other old meta-attributes are upgraded too, but no schema forbids them. */
const ISOLATION = Object.fromEntries(Object.entries(RESOURCE_META).filter(([name]) => name.startsWith("isolation")));

function reportOld40(holder: XmlElement, schema: string, report: Report): void {
  const gone = (child: XmlElement, why: string): void => report(holder, `${why} in ${schema}`, child);
  for (const child of holder.children) {
    if (child.name === "master") gone(child, "<master> is a promotable clone");
    if (child.name === "rkt") gone(child, "<rkt> is not supported");
    if (child.name === "lifetime") gone(child, "<lifetime> is not supported");
    if (child.name === "meta_attributes" && Object.hasOwn(DROPPED_META, holder.name)) {
      for (const pair of child.childrenNamed("nvpair")) {
        const name = pair.get("name") ?? "";
        if (DROPPED_META[holder.name]?.includes(name)) report(pair, `${name} is not known to ${schema}`);
      }
    }
    if (child.name === "nvpair" && child.get("name") !== undefined && child.get("value") === undefined)
      report(child, `attribute "value" of <nvpair> is missing: ${schema} needs it`);
  }
  switch (holder.name) {
    case "cluster_property_set":
      for (const pair of holder.childrenNamed("nvpair")) {
        const name = pair.get("name") ?? "";
        if (name === "remove-after-stop" || Object.hasOwn(RENAMED_OPTIONS, name)) report(pair, `${name} is not known to ${schema}`);
        if (name === "stonith-action" && pair.get("value") === "poweroff")
          report(pair, `stonith-action can no longer be "poweroff" in ${schema}`);
      }
      return;
    case "primitive":
    case "template":
      if (DROPPED_CLASSES.includes(holder.get("class") ?? "")) report(holder, `class ${holder.get("class")} is not supported in ${schema}`);
      return;
    case "docker":
    case "podman":
      if (holder.get("masters") !== undefined) report(holder, `attribute masters is promoted-max in ${schema}`);
      return;
    case "rsc_location":
      for (const rule of holder.childrenNamed("rule").slice(1)) gone(rule, "a location has one rule");
      return;
  }
}
