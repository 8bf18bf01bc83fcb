import { XmlElement } from "../../xml/element.ts";
import { INITIAL_SCHEMA } from "../document.ts";

const OPTION_NAMES: Readonly<Record<string, string>> = {
  default_resource_stickiness: "default-resource-stickiness",
  default_resource_failure_stickiness: "default-resource-failure-stickiness",
  stonith_enabled: "fencing-enabled",
  stonith_action: "fencing-action",
  symmetric_cluster: "symmetric-cluster",
  no_quorum_policy: "no-quorum-policy",
  stop_orphan_resources: "stop-removed-resources",
  stop_orphan_actions: "cancel-removed-actions",
  remove_after_stop: "remove-after-stop",
  is_managed_default: "is-managed-default",
  short_resource_names: "short-resource-names",
  transition_idle_timeout: "cluster-delay",
  default_action_timeout: "default-action-timeout",
  startup_fencing: "startup-fencing",
  cluster_delay: "cluster-delay",
  pe_error_series_max: "pe-error-series-max",
  pe_warn_series_max: "pe-warn-series-max",
  pe_input_series_max: "pe-input-series-max",
};

const MILLISECOND_OPTIONS = new Set(["cluster-delay", "default-action-timeout"]);

/** Options of Heartbeat 2 stored as attributes of a resource; today they are meta-attributes. */
const RESOURCE_OPTIONS: Readonly<Record<string, string>> = {
  is_managed: "is-managed",
  restart_type: "restart-type",
  multiple_active: "multiple-active",
  resource_stickiness: "resource-stickiness",
  resource_failure_stickiness: "resource-failure-stickiness",
  target_role: "target-role",
  priority: "priority",
  ordered: "ordered",
  collocated: "collocated",
  interleave: "interleave",
  notify: "notify",
  globally_unique: "globally-unique",
};

const ROLES: Readonly<Record<string, string>> = { Master: "Promoted", Slave: "Unpromoted", stopped: "Stopped", started: "Started" };

/**
 * True when a document is written in the form of Heartbeat 2 (CRM 1.0): `<attributes>` wrappers, underscores in
 * option names, `from`/`to` in constraints. Source: crm-1.0.dtd of heartbeat 2.1.3.
 */
export function isHeartbeat2(cib: XmlElement): boolean {
  const configuration = cib.child("configuration");
  return configuration !== undefined && hasHeartbeat2In(configuration.childList);
}

function hasHeartbeat2In(list: readonly XmlElement[]): boolean {
  for (let at = 0; at < list.length; at += 1) {
    const node = list[at] as XmlElement;
    if (isOfHeartbeat2(node) || hasHeartbeat2In(node.childList)) return true;
  }
  return false;
}

function isOfHeartbeat2(node: XmlElement): boolean {
  switch (node.name) {
    case "attributes":
    case "master_slave":
      return true;
    case "rsc_order":
    case "rsc_colocation":
      return node.get("from") !== undefined;
    case "op":
      return node.get("prereq") !== undefined || node.get("on_fail") !== undefined;
    case "nvpair":
      return Object.hasOwn(OPTION_NAMES, node.get("name") ?? "");
    default:
      return false;
  }
}

/** Attributes of the document that nobody knows any more. */
const ROOT_ATTRIBUTES = [
  ...["ignore_dtd", "have_quorum", "dc_uuid", "ccm_transition", "num_peers", "generated"],
  ...["cib_feature_revision", "cib_feature_revision_max", "debug_source"],
];

/** The document in today's form: the very same object when it is already, else a new one. Unit-less times become milliseconds. */
export function upgradeHeartbeat2(cib: XmlElement): XmlElement {
  if (!isHeartbeat2(cib)) return cib;
  const next = cib.clone();
  const configuration = next.child("configuration");
  if (configuration) configuration.children.splice(0, configuration.children.length, ...configuration.children.map(upgradeElement));
  next.set("validate-with", INITIAL_SCHEMA);
  for (const old of ROOT_ATTRIBUTES) next.set(old, undefined);
  return next;
}

function upgradeElement(node: XmlElement): XmlElement {
  const children = unwrapAttributes(node).map(upgradeElement);
  const name = node.name === "master_slave" ? "clone" : node.name;
  const made = new XmlElement(name, node.attributes, children, node.text);
  if (["primitive", "group", "clone", "master_slave"].includes(node.name)) liftOptions(made, node.name === "master_slave");
  if (node.name === "op") upgradeOperation(made);
  if (node.name === "rsc_order" || node.name === "rsc_colocation") upgradeConstraint(made);
  if (node.name === "nvpair") upgradePair(made);
  if (node.name === "rule") rename(made, "boolean_op", "boolean-op");
  if (node.name === "node") rename(made, "type", undefined, "normal");
  return made;
}

function unwrapAttributes(node: XmlElement): XmlElement[] {
  return node.children.flatMap((child) => (child.name === "attributes" ? child.children : [child]));
}

function liftOptions(resource: XmlElement, isPromotable: boolean): void {
  const pairs: [string, string][] = isPromotable ? [["promotable", "true"]] : [];
  for (const [old, now] of Object.entries(RESOURCE_OPTIONS)) {
    const value = resource.get(old);
    if (value === undefined) continue;
    resource.set(old, undefined);
    pairs.push([now, ROLES[value] ?? value]);
  }
  if (pairs.length === 0) return;
  let meta = resource.child("meta_attributes");
  if (!meta) {
    meta = new XmlElement("meta_attributes", [["id", `${resource.id}-meta_attributes`]]);
    resource.children.unshift(meta);
  }
  for (const [name, value] of pairs) {
    if (meta.children.some((pair) => pair.get("name") === name)) continue;
    meta.children.push(
      new XmlElement("nvpair", [
        ["id", `${meta.id}-${name}`],
        ["name", name],
        ["value", value],
      ]),
    );
  }
}

function upgradeOperation(op: XmlElement): void {
  rename(op, "prereq", "requires");
  rename(op, "on_fail", "on-fail");
  rename(op, "start_delay", "start-delay");
  for (const name of ["interval", "timeout", "start-delay"]) op.set(name, asMilliseconds(op.get(name)));
  op.set("disabled", undefined);
  if (op.get("interval") === undefined) op.set("interval", "0");
  const role = op.get("role");
  if (role !== undefined) op.set("role", ROLES[role] ?? role);
}

function upgradeConstraint(constraint: XmlElement): void {
  const from = constraint.get("from");
  const to = constraint.get("to");
  if (from === undefined || to === undefined) return;
  if (constraint.name === "rsc_colocation") {
    rename(constraint, "from", "rsc");
    rename(constraint, "to", "with-rsc");
    return;
  }
  // `from A type=after to B` (the default): A starts after B.
  const isBefore = constraint.get("type") === "before";
  const action = constraint.get("action");
  const toAction = constraint.get("to_action");
  for (const name of ["from", "to", "type", "action", "to_action"]) constraint.set(name, undefined);
  constraint.set("first", isBefore ? from : to);
  constraint.set("then", isBefore ? to : from);
  constraint.set("first-action", isBefore ? action : toAction);
  constraint.set("then-action", isBefore ? toAction : action);
}

function upgradePair(pair: XmlElement): void {
  const name = pair.get("name") ?? "";
  const now = Object.hasOwn(OPTION_NAMES, name) ? OPTION_NAMES[name] : undefined;
  if (now === undefined) return;
  pair.set("name", now);
  if (MILLISECOND_OPTIONS.has(now)) pair.set("value", asMilliseconds(pair.get("value")));
}

/** A plain number is a time in milliseconds there; with a unit it stays as it is. */
function asMilliseconds(value: string | undefined): string | undefined {
  return value !== undefined && /^\d+$/.test(value) && value !== "0" ? `${value}ms` : value;
}

function rename(node: XmlElement, from: string, to: string | undefined, onlyValue?: string): void {
  const value = node.get(from);
  if (value === undefined || (onlyValue !== undefined && value !== onlyValue)) return;
  node.set(from, undefined);
  if (to !== undefined) node.set(to, value);
}
