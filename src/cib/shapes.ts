import { CONFIGURATION_SECTIONS } from "./document.ts";

/** What an element may hold. */
export interface Shape {
  readonly children: readonly string[];
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  /** Children that may be there once only. */
  readonly once?: readonly string[];
  /** Children that former versions allowed: documents with them are still read. */
  readonly former?: readonly string[];
  /** Attributes of which those of one group may be there. */
  readonly rivals?: readonly (readonly string[])[];
}

const NVSET: Shape = { children: ["rule", "nvpair"], required: ["id"], optional: ["id-ref", "score"] };
const COLLECTIVE_CHILDREN = ["description", "meta_attributes", "instance_attributes"];
/** What only primitives, and templates of such, have. */
const OF_MEMBERS = ["utilization", "operations"];
const RESOURCE_CHILDREN = [...COLLECTIVE_CHILDREN, ...OF_MEMBERS];
const RESOURCE_OPTIONAL = ["description"];
const DOCKER: Shape = {
  children: [],
  required: ["image"],
  optional: ["replicas", "replicas-per-host", "promoted-max", "masters", "run-command", "network", "options"],
};
const ACL_OF_USER: Shape = { children: ["role"], required: ["id"], optional: ["name"] };
const DATE_PARTS = [
  ...["seconds", "minutes", "hours", "days", "monthdays", "weekdays", "yearsdays", "yeardays"],
  ...["weeks", "months", "years", "weekyears", "moon"],
];
/** Of the schemas before pacemaker-2.0. */
const OLD_PERMISSIONS = ["read", "write", "deny"];
const OLD_PERMISSION: Shape = { children: [], required: ["id"], optional: ["ref", "tag", "attribute", "xpath"] };
const ALERT_KINDS = ["select_nodes", "select_fencing", "select_resources", "select_attributes"];
const CONSTRAINT_LIFE = ["lifetime", "rule"];

/**
 * Elements that documents on disks were not held to in former versions: nothing that is wrong with them keeps a document from being
 * read.
 */
const RECENT_SHAPES: Readonly<Record<string, Shape>> = {
  date_expression: {
    children: ["duration", "date_spec"],
    required: ["id", "operation"],
    optional: ["start", "end"],
    once: ["duration", "date_spec"],
  },
  duration: { children: [], required: ["id"], optional: DATE_PARTS },
  date_spec: { children: [], required: ["id"], optional: DATE_PARTS },
  rsc_expression: { children: [], required: ["id"], optional: ["class", "provider", "type"] },
  op_expression: { children: [], required: ["id", "name"], optional: ["interval"] },
  tag: { children: ["obj_ref"], required: ["id"] },
  acls: { children: ["acl_target", "acl_group", "acl_role", "acl_user"] },
  acl_target: ACL_OF_USER,
  acl_group: ACL_OF_USER,
  role: { children: [], required: ["id"] },
  acl_user: { children: ["role_ref", ...OLD_PERMISSIONS], required: ["id"] },
  role_ref: { children: [], required: ["id"] },
  read: OLD_PERMISSION,
  write: OLD_PERMISSION,
  deny: OLD_PERMISSION,
  acl_role: { children: ["acl_permission", ...OLD_PERMISSIONS], required: ["id"], optional: ["description"] },
  acl_permission: {
    children: [],
    required: ["id", "kind"],
    optional: ["xpath", "reference", "object-type", "attribute", "description"],
    rivals: [["xpath"], ["reference"], ["object-type", "attribute"]],
  },
  alerts: { children: ["alert"] },
  alert: {
    children: ["meta_attributes", "instance_attributes", "select", "recipient"],
    required: ["id", "path"],
    optional: ["description"],
    once: ["select"],
  },
  select: { children: ALERT_KINDS, once: ALERT_KINDS },
  select_nodes: { children: [] },
  select_fencing: { children: [] },
  select_resources: { children: [] },
  select_attributes: { children: ["attribute"] },
  attribute: { children: [], required: ["id", "name"] },
  recipient: { children: ["meta_attributes", "instance_attributes"], required: ["id", "value"], optional: ["description"] },
  "fencing-level": {
    children: [],
    required: ["id", "index", "devices"],
    optional: ["target", "target-pattern", "target-attribute", "target-value"],
    rivals: [["target"], ["target-pattern"], ["target-attribute", "target-value"]],
  },
  network: {
    children: ["port-mapping"],
    optional: ["ip-range-start", "control-port", "host-interface", "host-netmask", "add-host"],
  },
  "port-mapping": {
    children: [],
    required: ["id"],
    optional: ["port", "internal-port", "range"],
    rivals: [["port", "internal-port"], ["range"]],
  },
  storage: { children: ["storage-mapping"] },
  "storage-mapping": {
    children: [],
    required: ["id", "target-dir"],
    optional: ["source-dir", "source-dir-root", "options"],
    rivals: [["source-dir"], ["source-dir-root"]],
  },
};

/** The elements of a configuration. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  ...RECENT_SHAPES,
  configuration: {
    children: [...CONFIGURATION_SECTIONS, "domains"],
  },
  crm_config: { children: ["cluster_property_set"] },
  cluster_property_set: NVSET,
  nodes: { children: ["node"] },
  node: {
    children: ["instance_attributes", "utilization"],
    required: ["id", "uname"],
    optional: ["type", "description", "score"],
  },
  resources: { children: ["primitive", "group", "clone", "master", "bundle", "template"] },
  primitive: {
    children: RESOURCE_CHILDREN,
    required: ["id"],
    optional: ["class", "provider", "type", "template", ...RESOURCE_OPTIONAL],
  },
  template: { children: RESOURCE_CHILDREN, required: ["id", "class", "type"], optional: ["provider", ...RESOURCE_OPTIONAL] },
  group: { children: ["primitive", ...COLLECTIVE_CHILDREN], former: OF_MEMBERS, required: ["id"], optional: RESOURCE_OPTIONAL },
  clone: { children: ["primitive", "group", ...COLLECTIVE_CHILDREN], former: OF_MEMBERS, required: ["id"], optional: RESOURCE_OPTIONAL },
  master: { children: ["primitive", "group", ...COLLECTIVE_CHILDREN], former: OF_MEMBERS, required: ["id"], optional: RESOURCE_OPTIONAL },
  bundle: {
    children: ["docker", "podman", "rkt", "network", "storage", "primitive", ...COLLECTIVE_CHILDREN],
    former: OF_MEMBERS,
    required: ["id"],
    optional: RESOURCE_OPTIONAL,
  },
  docker: DOCKER,
  podman: DOCKER,
  rkt: DOCKER,
  operations: { children: ["op"], optional: ["id", "id-ref"] },
  op: {
    children: ["meta_attributes", "instance_attributes"],
    required: ["id", "name", "interval"],
    optional: [
      "id-ref",
      "timeout",
      "start-delay",
      "interval-origin",
      "enabled",
      "role",
      "requires",
      "on-fail",
      "record-pending",
      "description",
      "OCF_CHECK_LEVEL",
    ],
  },
  meta_attributes: NVSET,
  instance_attributes: NVSET,
  utilization: NVSET,
  nvpair: { children: [], required: ["id"], optional: ["id-ref", "name", "value"] },
  constraints: { children: ["rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket"] },
  rsc_location: {
    children: ["resource_set", ...CONSTRAINT_LIFE],
    required: ["id"],
    optional: ["rsc", "rsc-pattern", "role", "score", "node", "resource-discovery"],
  },
  rsc_colocation: {
    children: ["resource_set", ...CONSTRAINT_LIFE],
    required: ["id"],
    optional: [
      "score",
      "score-attribute",
      "score-attribute-mangle",
      "rsc",
      "with-rsc",
      "node-attribute",
      "rsc-role",
      "with-rsc-role",
      "rsc-instance",
      "with-rsc-instance",
      "influence",
      "symmetrical",
    ],
  },
  rsc_order: {
    children: ["resource_set", ...CONSTRAINT_LIFE],
    required: ["id"],
    optional: [
      "symmetrical",
      "score",
      "kind",
      "require-all",
      "first",
      "then",
      "first-action",
      "then-action",
      "first-instance",
      "then-instance",
    ],
  },
  rsc_ticket: { children: ["resource_set"], required: ["id", "ticket"], optional: ["rsc", "rsc-role", "loss-policy"] },
  resource_set: {
    children: ["resource_ref"],
    required: ["id"],
    optional: ["id-ref", "sequential", "require-all", "ordering", "action", "role", "score", "kind"],
  },
  resource_ref: { children: [], required: ["id"] },
  rule: {
    children: ["expression", "date_expression", "rsc_expression", "op_expression", "rule"],
    required: ["id"],
    optional: ["id-ref", "score", "score-attribute", "boolean-op", "role"],
  },
  expression: { children: [], required: ["id", "attribute", "operation"], optional: ["value", "type", "value-source"] },
  rsc_defaults: { children: ["meta_attributes"] },
  op_defaults: { children: ["meta_attributes"] },
  tags: { children: ["tag"] },
  obj_ref: { children: [], required: ["id"] },
  "fencing-topology": { children: ["fencing-level"] },
};

/** True for elements that documents are read with, whatever is wrong with them. */
export function isRecentShape(name: string): boolean {
  return Object.hasOwn(RECENT_SHAPES, name);
}

const ACTIONS = ["start", "promote", "demote", "stop"];
const ROLES = ["Stopped", "Started", "Promoted", "Unpromoted", "Master", "Slave"];
const BOOLEANS = ["true", "false", "1", "0"];
const ORDER_KINDS = ["Optional", "Mandatory", "Serialize"];

/** Attributes that take one of a few words, by the element; those of all schemas together. */
export const WORDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  node: { type: ["normal", "member", "ping", "remote"] },
  primitive: { class: ["ocf", "lsb", "heartbeat", "stonith", "upstart", "service", "systemd", "nagios"] },
  op: {
    role: ROLES,
    requires: ["nothing", "quorum", "fencing", "unfencing"],
    "on-fail": ["ignore", "block", "demote", "stop", "restart", "standby", "fence", "restart-container"],
    enabled: BOOLEANS,
    "record-pending": BOOLEANS,
  },
  rsc_location: { role: ROLES, "resource-discovery": ["always", "never", "exclusive"] },
  rsc_colocation: { "rsc-role": ROLES, "with-rsc-role": ROLES },
  rsc_order: {
    "first-action": ACTIONS,
    "then-action": ACTIONS,
    kind: ORDER_KINDS,
    symmetrical: BOOLEANS,
    "require-all": BOOLEANS,
  },
  rsc_ticket: { "rsc-role": ROLES, "loss-policy": ["stop", "demote", "fence", "freeze"] },
  resource_set: {
    sequential: BOOLEANS,
    "require-all": BOOLEANS,
    ordering: ["group", "listed"],
    action: ACTIONS,
    role: ROLES,
    kind: ORDER_KINDS,
  },
  rule: { "boolean-op": ["or", "and"] },
  acl_permission: { kind: ["read", "write", "deny"] },
  network: { "add-host": BOOLEANS },
  expression: {
    operation: ["lt", "gt", "lte", "gte", "eq", "ne", "defined", "not_defined"],
    type: ["string", "integer", "number", "version"],
    "value-source": ["literal", "param", "meta"],
  },
  date_expression: { operation: ["in_range", "gt", "lt", "date_spec"] },
};

/** What a comparison with dates may have. */
interface DateOperation {
  readonly attributes: readonly string[];
  readonly children: readonly string[];
  /** Of these there has to be one. */
  readonly needed: readonly string[];
}

/** What comparisons with dates may have, by their operation. Source: the schemas of rules of Pacemaker 3.0.3. */
export const DATE_OPERATIONS: Readonly<Record<string, DateOperation>> = {
  in_range: { attributes: ["start", "end"], children: ["duration"], needed: ["start", "end"] },
  gt: { attributes: ["start"], children: [], needed: ["start"] },
  lt: { attributes: ["end"], children: [], needed: ["end"] },
  date_spec: { attributes: [], children: ["date_spec"], needed: ["date_spec"] },
};

/** How a value is written. */
export interface Form {
  readonly pattern: RegExp;
  /** What it has to be, in words. */
  readonly what: string;
}

const INTEGER: Form = { pattern: /^\s*[+-]?\d+\s*$/, what: "an integer" };
const CONTAINER = { replicas: INTEGER, "replicas-per-host": INTEGER, "promoted-max": INTEGER, masters: INTEGER };

/** Attributes whose values are written in one way, by the element. */
export const FORMS: Readonly<Record<string, Readonly<Record<string, Form>>>> = {
  docker: CONTAINER,
  podman: CONTAINER,
  rkt: CONTAINER,
  network: { "control-port": INTEGER, "host-netmask": INTEGER },
  "port-mapping": { port: INTEGER, "internal-port": INTEGER, range: { pattern: /^[\d-]+$/, what: "a range of ports as 80-90" } },
  "fencing-level": { devices: { pattern: /^[\w.-]+(,[\w.-]+)*$/, what: "ids of devices, with commas and no spaces between them" } },
};

/** Attributes that name an element by its id, by the element; `id-ref` does on any. */
export const ID_REFERENCES: Readonly<Record<string, readonly string[]>> = {
  primitive: ["template"],
  rsc_location: ["rsc"],
  rsc_colocation: ["rsc", "with-rsc"],
  rsc_order: ["first", "then"],
  rsc_ticket: ["rsc"],
  resource_ref: ["id"],
  role: ["id"],
  acl_permission: ["reference"],
};

/** What an element has to have: one of these groups of children, or of attributes. */
export interface Part {
  readonly children?: readonly string[];
  readonly attributes?: readonly string[];
  /** Of the children there may be but one. */
  readonly isSingle?: boolean;
}

const SET_OR = (...attributes: string[]): readonly Part[] => [{ children: ["resource_set"] }, { attributes }];

/** What elements have to have, by the element: each list is alternatives. */
export const PARTS: Readonly<Record<string, readonly (readonly Part[])[]>> = {
  configuration: ["crm_config", "nodes", "resources", "constraints"].map((name) => [{ children: [name] }]),
  group: [[{ children: ["primitive"] }]],
  clone: [[{ children: ["primitive", "group"], isSingle: true }]],
  master: [[{ children: ["primitive", "group"], isSingle: true }]],
  bundle: [[{ children: ["docker", "podman", "rkt"], isSingle: true }]],
  rsc_location: [
    [{ children: ["resource_set"] }, { attributes: ["rsc"] }, { attributes: ["rsc-pattern"] }],
    [{ children: ["rule", "lifetime"] }, { attributes: ["node"] }],
  ],
  rsc_colocation: [SET_OR("rsc", "with-rsc")],
  rsc_order: [SET_OR("first", "then")],
  rsc_ticket: [SET_OR("rsc")],
  resource_set: [[{ children: ["resource_ref"] }]],
  "fencing-level": [[{ attributes: ["target"] }, { attributes: ["target-pattern"] }, { attributes: ["target-attribute", "target-value"] }]],
  "port-mapping": [[{ attributes: ["port"] }, { attributes: ["range"] }]],
  "storage-mapping": [[{ attributes: ["source-dir"] }, { attributes: ["source-dir-root"] }]],
  tag: [[{ children: ["obj_ref"] }]],
  acl_permission: [[{ attributes: ["xpath"] }, { attributes: ["reference"] }, { attributes: ["object-type"] }]],
  rule: [[{ children: ["expression", "date_expression", "rsc_expression", "op_expression", "rule"] }]],
};
