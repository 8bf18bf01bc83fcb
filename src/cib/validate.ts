import { COMMENT, type XmlElement } from "../xml/element.ts";
import { NEWEST_SCHEMA } from "./document.ts";
import { isKnownSchema, NO_SCHEMA, tooNewSections } from "./schemas.ts";
import { SHAPES, type Shape, WORDS } from "./shapes.ts";

/** One thing wrong with a document: where (a path with ids) and what. */
export interface SchemaProblem {
  readonly path: string;
  readonly message: string;
  /** The attribute whose value is wrong. */
  readonly attribute?: string;
  /** The element stands where it may not. */
  readonly isMisplaced?: boolean;
}

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
