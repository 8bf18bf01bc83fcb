import { CONFIGURATION_SECTIONS } from "./document.ts";

/** What an element may hold. */
export interface Shape {
  readonly children: readonly string[];
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
  /** Any attribute is fine (operation and alert elements that carry user data). */
  readonly isOpen?: boolean;
}

const NVSET: Shape = { children: ["rule", "nvpair"], required: [], optional: ["id", "id-ref", "score"] };
const RESOURCE_CHILDREN = ["description", "meta_attributes", "instance_attributes", "utilization", "operations"];
const RESOURCE_OPTIONAL = ["description"];
const CONSTRAINT_LIFE = ["lifetime", "rule"];

/** The elements of a configuration. */
export const SHAPES: Readonly<Record<string, Shape>> = {
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
  group: { children: ["primitive", ...RESOURCE_CHILDREN], required: ["id"], optional: RESOURCE_OPTIONAL },
  clone: { children: ["primitive", "group", ...RESOURCE_CHILDREN], required: ["id"], optional: RESOURCE_OPTIONAL },
  master: { children: ["primitive", "group", ...RESOURCE_CHILDREN], required: ["id"], optional: RESOURCE_OPTIONAL },
  bundle: {
    children: ["docker", "podman", "rkt", "network", "storage", "primitive", ...RESOURCE_CHILDREN],
    required: ["id"],
    optional: RESOURCE_OPTIONAL,
  },
  operations: { children: ["op"], optional: ["id", "id-ref"] },
  op: {
    children: ["meta_attributes", "instance_attributes"],
    required: ["name"],
    optional: [
      "id",
      "id-ref",
      "interval",
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
  nvpair: { children: [], optional: ["id", "id-ref", "name", "value"] },
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
    optional: ["id", "id-ref", "sequential", "require-all", "ordering", "action", "role", "score", "kind"],
  },
  resource_ref: { children: [], required: ["id"] },
  rule: {
    children: ["expression", "date_expression", "rsc_expression", "op_expression", "rule"],
    optional: ["id", "id-ref", "score", "score-attribute", "boolean-op", "role"],
  },
  expression: { children: [], required: ["id", "attribute", "operation"], optional: ["value", "type", "value-source"] },
  rsc_defaults: { children: ["meta_attributes"] },
  op_defaults: { children: ["meta_attributes"] },
  tags: { children: ["tag"] },
  tag: { children: ["obj_ref"], required: ["id"] },
  obj_ref: { children: [], required: ["id"] },
  "fencing-topology": { children: ["fencing-level"] },
};

const ACTIONS = ["start", "promote", "demote", "stop"];

/** Attributes of constraints that take one of a few words. */
export const WORDS: Readonly<Record<string, readonly string[]>> = {
  "first-action": ACTIONS,
  "then-action": ACTIONS,
  kind: ["Optional", "Mandatory", "Serialize"],
  "loss-policy": ["stop", "demote", "fence", "freeze"],
  "resource-discovery": ["always", "never", "exclusive"],
};
