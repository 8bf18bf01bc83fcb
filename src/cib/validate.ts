import { COMMENT, type XmlElement } from "../xml/element.ts";
import { NEWEST_SCHEMA } from "./document.ts";
import { isKnownSchema, NO_SCHEMA, tooNewSections } from "./schemas.ts";

/** One thing wrong with a document: where (a path with ids) and what. */
export interface SchemaProblem {
  readonly path: string;
  readonly message: string;
  /** The attribute whose value is wrong. */
  readonly attribute?: string;
  /** The element stands where it may not. */
  readonly isMisplaced?: boolean;
}

interface Shape {
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

const SHAPES: Readonly<Record<string, Shape>> = {
  configuration: {
    children: [
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
      "domains",
    ],
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
const WORDS: Readonly<Record<string, readonly string[]>> = {
  "first-action": ACTIONS,
  "then-action": ACTIONS,
  kind: ["Optional", "Mandatory", "Serialize"],
  "loss-policy": ["stop", "demote", "fence", "freeze"],
  "resource-discovery": ["always", "never", "exclusive"],
};

/** Elements whose ids need not be unique over the document. */
const REFERENCES = new Set(["resource_ref", "obj_ref", "role", "acl_target", "acl_group"]);

const SCORE_ATTRIBUTE = /^([+-]?INFINITY|[+-]?\d+|red|yellow|green)$/;
const NAME = /^[A-Za-z_][\w.:-]*$/;

/**
 * Checks the configuration of a CIB: known elements and attributes in their places, required attributes, well-formed
 * and unique ids, scores. The list is empty for a good document. Written after the schema Pacemaker 3.0.2 documents.
 */
export function validateCib(cib: XmlElement, schema = cib.get("validate-with")): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  if (schema === NO_SCHEMA) return problems;
  if (cib.name !== "cib") return [{ path: `/${cib.name}`, message: `the root element must be <cib>, not <${cib.name}>` }];
  const configurations = cib.childrenNamed("configuration");
  if (configurations.length !== 1) {
    return [{ path: "/cib", message: `must contain exactly one <configuration>, found ${configurations.length}` }];
  }
  for (const child of cib.children) {
    if (!["configuration", "status", COMMENT].includes(child.name)) {
      problems.push({ path: `/cib/${child.name}`, message: `element <${child.name}> is not allowed in <cib>` });
    }
  }
  if (schema !== undefined && !isKnownSchema(schema)) problems.push({ path: "/cib", message: `there is no schema "${schema}"` });
  for (const { name } of tooNewSections(cib, schema ?? NEWEST_SCHEMA)) {
    problems.push({ path: `/cib/configuration/${name}`, message: `element <${name}> is newer than ${schema}`, isMisplaced: true });
  }
  const ids = new Map<string, string>();
  for (const configuration of configurations) check(configuration, "/cib", ids, problems);
  return problems;
}

function check(node: XmlElement, parentPath: string, ids: Map<string, string>, problems: SchemaProblem[]): void {
  const path = `${parentPath}/${node.name}${node.id === undefined ? "" : `[@id='${node.id}']`}`;
  checkId(node, path, ids, problems);
  if (node.text.trim() !== "" && node.name !== "description")
    problems.push({ path, message: `text "${node.text.trim().slice(0, 40)}" is not allowed in <${node.name}>` });
  const shape = Object.hasOwn(SHAPES, node.name) ? SHAPES[node.name] : undefined;
  if (shape) checkShape(node, shape, path, problems);
  for (const child of node.children) {
    if (child.name === COMMENT) continue;
    if (shape && !shape.children.includes(child.name)) {
      problems.push({
        path: `${path}/${child.name}`,
        message: `element <${child.name}> is not allowed in <${node.name}>`,
        isMisplaced: true,
      });
      continue;
    }
    check(child, path, ids, problems);
  }
}

function checkShape(node: XmlElement, shape: Shape, path: string, problems: SchemaProblem[]): void {
  const isReference = node.get("id-ref") !== undefined;
  const required = shape.required ?? [];
  for (const name of required) {
    if (!isReference && !node.attributes.has(name)) problems.push({ path, message: `attribute "${name}" of <${node.name}> is missing` });
  }
  for (const [name, value] of node.attributes) {
    if (!shape.isOpen && !required.includes(name) && !(shape.optional ?? []).includes(name)) {
      problems.push({ path, message: `attribute "${name}" is not allowed on <${node.name}>` });
    }
    const words = WORDS[name];
    if (words && Object.hasOwn(WORDS, name) && !isReference && node.name.startsWith("rsc_") && !words.includes(value)) {
      problems.push({ path, message: `attribute "${name}" must be one of ${words.join(", ")}, not "${value}"`, attribute: name });
    }
    if (name === "score" && !SCORE_ATTRIBUTE.test(value)) {
      problems.push({ path, message: `attribute "score" must be an integer or INFINITY, not "${value}"` });
    }
  }
  if (node.name === "primitive" && !node.attributes.has("template")) {
    for (const name of ["class", "type"]) {
      if (!node.attributes.has(name))
        problems.push({ path, message: `attribute "${name}" of <primitive> is missing (or name a template)` });
    }
  }
  if (node.name === "nvpair" && !isReference && !node.attributes.has("name")) {
    problems.push({ path, message: 'attribute "name" of <nvpair> is missing' });
  }
}

function checkId(node: XmlElement, path: string, ids: Map<string, string>, problems: SchemaProblem[]): void {
  const id = node.id;
  if (id === undefined || REFERENCES.has(node.name)) return;
  if (!NAME.test(id) && node.name !== "node") {
    problems.push({ path, message: `attribute "id" must be an XML name (a letter or _, then letters, digits, . - _ :), not "${id}"` });
  }
  const earlier = ids.get(id);
  if (earlier !== undefined && node.name !== "node") problems.push({ path, message: `id "${id}" is already used by ${earlier}` });
  else ids.set(id, path);
}
