import { COMMENT, type XmlElement } from "../xml/element.ts";
import { NEWEST_SCHEMA } from "./document.ts";
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
  return visitObsolete(configuration, schema, false);
}

/** The same; with what the schemas before it forbid, and it does not, if so wished. */
function visitObsolete(configuration: XmlElement, schema: string, withEarlier: boolean): Obsolete[] {
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
  const pass: Pass = { schema, report, cleanNames: new Set() };
  const visit = (holder: XmlElement): void => {
    reportOldAttributes(holder, pass);
    if (is40) reportOld40(holder, pass);
    if (!is40 || withEarlier) reportOld30(holder, pass);
    const children = holder.childList;
    for (let at = 0; at < children.length; at += 1) {
      const child = children[at] as XmlElement;
      if (child.name !== COMMENT && child !== acls) visit(child);
    }
  };
  visit(configuration);
  return found;
}

/** True when a configuration has nothing that is obsolete to any schema since pacemaker-2.0. */
export function isUpToDate(configuration: XmlElement): boolean {
  return visitObsolete(configuration, NEWEST_SCHEMA, true).length === 0;
}

/** True for a schema to which nothing is obsolete that is not to be found that way. */
export function isModern(schema: string): boolean {
  return SCHEMAS.indexOf(schema) >= (AGES[0] ?? 0);
}

/** One way through a configuration. */
interface Pass {
  readonly schema: string;
  readonly report: (holder: XmlElement, message: string, element?: XmlElement) => void;
  /** Lists of attribute names without obsolete ones; elements of a kind that were read mostly share one. */
  readonly cleanNames: Set<readonly string[]>;
}

/** Attributes of elements that have not come back since they were dropped. */
function reportOldAttributes(holder: XmlElement, pass: Pass): void {
  switch (holder.name) {
    case "node":
      reportAttributes(holder, NODE_ATTRIBUTES, pass);
      return;
    case "rsc_colocation":
      reportAttributes(holder, COLOCATION_ATTRIBUTES, pass);
      return;
    case "op":
      reportAttributes(holder, OPERATION_OPTIONS, pass);
      return;
  }
}

/** Names that are not free for other uses in schemas of the third age; in the fourth they are. */
function reportOld30(holder: XmlElement, pass: Pass): void {
  switch (holder.name) {
    case "cluster_property_set":
      reportPairs(holder, CLUSTER_OPTIONS, pass);
      return;
    case "primitive":
    case "template":
      reportSets(holder, "instance_attributes", DEVICE_PARAMETERS, pass);
      reportSets(holder, "meta_attributes", ISOLATION, pass);
      return;
    case "op":
      reportSets(holder, "instance_attributes", OPERATION_PARAMETERS, pass);
      reportSets(holder, "meta_attributes", OPERATION_OPTIONS, pass);
      return;
  }
}

function reportSets(holder: XmlElement, kind: string, table: Replacements, pass: Pass): void {
  const children = holder.childList;
  for (let at = 0; at < children.length; at += 1) {
    const set = children[at] as XmlElement;
    if (set.name === kind) reportPairs(set, table, pass);
  }
}

function reportPairs(set: XmlElement, table: Replacements, { schema, report }: Pass): void {
  for (const pair of set.childList) {
    const name = pair.name === "nvpair" ? (pair.get("name") ?? "") : "";
    // "heartbeat" was the old stack's name, and is ours.
    if (!Object.hasOwn(table, name) || name === "cluster-infrastructure") continue;
    const value = pair.get("value") ?? "";
    const replacement = replacementFor(table, name, value, value);
    if (replacement) report(pair, `${name} is not known to ${schema}${insteadOf(replacement)}`);
  }
}

/** `table` is that for all elements of the name. */
function reportAttributes(holder: XmlElement, table: Replacements, { schema, report, cleanNames }: Pass): void {
  const names = holder.attributeNames;
  if (cleanNames.has(names)) return;
  let isClean = true;
  for (const name of names) {
    if (!Object.hasOwn(table, name)) continue;
    isClean = false;
    const value = holder.get(name) ?? "";
    const replacement = replacementFor(table, name, value, value);
    if (replacement) report(holder, `attribute ${name}="${value}" is not known to ${schema}${insteadOf(replacement)}`);
  }
  if (isClean) cleanNames.add(names);
}

/** What to write instead, as the end of a sentence. */
function insteadOf({ to, where, value, extra }: Replacement): string {
  if (to !== undefined) return `: use ${to}${value === undefined ? "" : `="${value}"`}${where === undefined ? "" : ` in ${where}`}`;
  return extra === undefined ? ": leave it out" : `: ${extra}`;
}

/** The other old meta-attributes are upgraded too, but no schema forbids them. */
const ISOLATION = Object.fromEntries(Object.entries(RESOURCE_META).filter(([name]) => name.startsWith("isolation")));

function reportOld40(holder: XmlElement, pass: Pass): void {
  const { schema, report } = pass;
  const children = holder.childList;
  for (let at = 0; at < children.length; at += 1) reportOldChild40(holder, children[at] as XmlElement, pass);
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
    case "template": {
      const agentClass = holder.get("class") ?? "";
      if (DROPPED_CLASSES.includes(agentClass)) report(holder, `class ${agentClass} is not supported in ${schema}`);
      return;
    }
    case "docker":
    case "podman":
      if (holder.get("masters") !== undefined) report(holder, `attribute masters is promoted-max in ${schema}`);
      return;
    case "rsc_location":
      for (const rule of holder.childrenNamed("rule").slice(1)) report(holder, `a location has one rule in ${schema}`, rule);
      return;
  }
}

function reportOldChild40(holder: XmlElement, child: XmlElement, { schema, report }: Pass): void {
  switch (child.name) {
    case "master":
      report(holder, `<master> is a promotable clone in ${schema}`, child);
      return;
    case "rkt":
    case "lifetime":
      report(holder, `<${child.name}> is not supported in ${schema}`, child);
      return;
    case "meta_attributes": {
      const dropped = Object.hasOwn(DROPPED_META, holder.name) ? DROPPED_META[holder.name] : undefined;
      for (const pair of dropped === undefined ? [] : child.childrenNamed("nvpair")) {
        const name = pair.get("name") ?? "";
        if (dropped?.includes(name)) report(pair, `${name} is not known to ${schema}`);
      }
      return;
    }
    case "nvpair":
      if (child.get("name") !== undefined && child.get("value") === undefined)
        report(child, `attribute "value" of <nvpair> is missing: ${schema} needs it`);
      return;
  }
}
