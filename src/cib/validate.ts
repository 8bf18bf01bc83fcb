import { COMMENT, type XmlElement } from "../xml/element.ts";
import { NEWEST_SCHEMA } from "./document.ts";
import { type Complain, checkNames, type NameCheck, NameChecks, ofElement } from "./name-checks.ts";
import { isModern, isUpToDate, obsoleteIn } from "./obsolete.ts";
import type { SchemaProblem } from "./schema-problem.ts";
import { isKnownSchema, NO_SCHEMA, tooNewSections } from "./schemas.ts";
import { DATE_OPERATIONS, FORMS, isRecentShape, type Part, type Shape, WORDS } from "./shapes.ts";

const SCORE_ATTRIBUTE = /^([+-]?INFINITY|[+-]?\d+|red|yellow|green)$/;
const PROVIDER = 'a primitive has a template, or class "ocf" with a provider, or another class without one';
const NAME = /^[A-Za-z_][\w.:-]*$/;

/**
 * Checks the configuration of a CIB: known elements and attributes in their places, required attributes, well-formed
 * and unique ids, scores. The list is empty for a good document. Written after the schema Pacemaker 3.0.2 documents.
 */
export function validateCib(cib: XmlElement, schema = cib.get("validate-with")): SchemaProblem[] {
  return schemaCheck(cib)(schema);
}

/** The same for several schemas: what all of them say of a document is found out once. */
export function schemaCheck(cib: XmlElement): (schema: string | undefined) => SchemaProblem[] {
  let common: readonly SchemaProblem[] | undefined;
  let isClean: boolean | undefined;
  const obsolete = new Map<string, readonly SchemaProblem[]>();
  return (schema) => {
    const problems: SchemaProblem[] = [];
    if (schema === NO_SCHEMA) return problems;
    if (cib.name !== "cib") return [{ path: `/${cib.name}`, message: `the root element must be <cib>, not <${cib.name}>` }];
    const configurations = cib.childrenNamed("configuration");
    if (configurations.length !== 1) {
      return [{ path: "/cib", message: `must contain exactly one <configuration>, found ${configurations.length}` }];
    }
    for (const child of cib.children) {
      if (!["configuration", "status", COMMENT].includes(child.name)) {
        problems.push({ path: `/cib/${child.name}`, message: `element <${child.name}> is not allowed in <cib>`, isBearable: true });
      }
    }
    if (schema !== undefined && !isKnownSchema(schema)) problems.push({ path: "/cib", message: `there is no schema "${schema}"` });
    for (const { name } of tooNewSections(cib, schema ?? NEWEST_SCHEMA)) {
      problems.push({ path: `/cib/configuration/${name}`, message: `element <${name}> is newer than ${schema}`, isMisplaced: true });
    }
    const [major = ""] = (schema ?? NEWEST_SCHEMA).split(".");
    isClean ??= configurations.every(isUpToDate);
    if (!isClean || !isModern(schema ?? NEWEST_SCHEMA)) {
      const old = obsolete.get(major) ?? configurations.flatMap((one) => obsoleteProblems(one, schema ?? NEWEST_SCHEMA));
      obsolete.set(major, old);
      problems.push(...old);
    }
    common ??= [
      ...doubled(cib, "/cib"),
      ...configurations.flatMap((one) => doubled(one, "/cib/configuration")),
      ...rootProblems(cib),
      ...configurations.flatMap(configurationProblems),
    ];
    return [...problems, ...common];
  };
}

const COUNTS = ["admin_epoch", "epoch", "num_updates", "remote-tls-port", "remote-clear-port"];
const SWITCHES = ["have-quorum", "no-quorum-panic"];

/** Attributes of the document besides; the schemas of all versions know the same ones. */
const ROOT_NAMES = new Set([
  ...["validate-with", "crm_feature_set", "dc-uuid", "execution-date"],
  ...["cib-last-written", "update-origin", "update-client", "update-user", ...COUNTS, ...SWITCHES],
]);

function rootProblems(cib: XmlElement): SchemaProblem[] {
  const complaint = (names: readonly string[], pattern: RegExp, what: string): SchemaProblem[] =>
    names.flatMap((name) => {
      const value = cib.get(name);
      if (value === undefined || pattern.test(value)) return [];
      return [{ path: "/cib", message: `attribute "${name}" must be ${what}, not "${value}"`, attribute: name, isBearable: true }];
    });
  const unknown = [...cib.attributes.keys()].filter((name) => !ROOT_NAMES.has(name) && !name.startsWith("xmlns"));
  return [
    ...unknown.map((name) => ({ path: "/cib", message: `attribute "${name}" is not allowed on <cib>`, attribute: name, isBearable: true })),
    ...complaint(COUNTS, /^\s*(\+?\d+|-0+)\s*$/, "a number that is not negative"),
    ...complaint(SWITCHES, /^\s*(true|false|1|0)\s*$/, "one of true, false, 1, 0"),
  ];
}

/** Sections that are there again: each may be there once. */
function doubled(holder: XmlElement, path: string): SchemaProblem[] {
  const names = new Set<string>();
  const again = new Set<string>();
  for (const { name } of holder.children) {
    if (name !== COMMENT && names.has(name)) again.add(name);
    names.add(name);
  }
  return [...again].map((name) => ({
    path: `${path}/${name}`,
    message: `element <${name}> may be there once only`,
    isMisplaced: true,
    isBearable: true,
  }));
}

/** An element below the configuration; its path is put together only for a problem. */
class Place {
  readonly node: XmlElement;
  readonly #above: Place | undefined;

  constructor(node: XmlElement, above: Place | undefined) {
    this.node = node;
    this.#above = above;
  }

  get path(): string {
    const { name, id } = this.node;
    return `${this.#above?.path ?? "/cib"}/${name}${id === undefined ? "" : `[@id='${id}']`}`;
  }
}

function obsoleteProblems(configuration: XmlElement, schema: string): SchemaProblem[] {
  const found = obsoleteIn(configuration, schema);
  if (found.length === 0) return [];
  const places = new Map<XmlElement, Place>();
  const enter = (place: Place): void => {
    places.set(place.node, place);
    for (const child of place.node.children) enter(new Place(child, place));
  };
  enter(new Place(configuration, undefined));
  return found.map(({ holder, message, element }) => ({
    path: places.get(element ?? holder)?.path ?? "/cib/configuration",
    message,
    ...(element ? { isMisplaced: true } : {}),
  }));
}

function configurationProblems(configuration: XmlElement): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  const references: Reference[] = [];
  const ids = new Map<string, Place>();
  check(new Place(configuration, undefined), { ids, references, names: new NameChecks(), problems });
  for (const { place, attribute, id } of references) {
    if (ids.has(id)) continue;
    const message = `IDREF attribute ${attribute} references an unknown ID "${id}"`;
    problems.push({ path: place.path, message, isWhole: true, isBearable: true });
  }
  return problems;
}

/** An attribute that names an element by its id. */
interface Reference {
  readonly place: Place;
  readonly attribute: string;
  readonly id: string;
}

/** What is found out on the way through a configuration. */
interface Findings {
  readonly ids: Map<string, Place>;
  readonly references: Reference[];
  readonly names: NameChecks;
  readonly problems: SchemaProblem[];
}

function noteReferences(place: Place, attributes: readonly string[], references: Reference[]): void {
  for (const attribute of attributes) {
    const id = place.node.get(attribute);
    if (id !== undefined) references.push({ place, attribute, id });
  }
}

/** Whether an element has what it cannot be without. */
function checkParts(place: Place, parts: NameCheck["parts"], problems: SchemaProblem[]): void {
  const { node } = place;
  for (const alternatives of parts) {
    if (alternatives.some((part) => hasChildren(node, part))) continue;
    const words = alternatives.map(({ children = [], attributes = [] }) =>
      [...children.map((name) => `<${name}>`), ...attributes].join(", "),
    );
    problems.push({ path: place.path, message: `<${node.name}> must have ${words.join(" or ")}`, isBearable: true });
  }
}

function hasChildren(node: XmlElement, { children, isSingle = false }: Part): boolean {
  const count = node.children.filter((child) => children?.includes(child.name)).length;
  return isSingle ? count === 1 : count > 0;
}

/** Whether a primitive, or template, tells its agent in one of the ways there are. */
function checkAgent(place: Place, problems: SchemaProblem[]): void {
  const { node } = place;
  if (node.get("id-ref") !== undefined) return;
  const [isOfTemplate, agentClass, provider] = [node.get("template") !== undefined, node.get("class"), node.get("provider")];
  const isWrong = isOfTemplate
    ? (agentClass ?? provider ?? node.get("type")) !== undefined
    : (agentClass === "ocf") !== (provider !== undefined);
  if (isWrong) problems.push({ path: place.path, message: PROVIDER, isBearable: true });
}

/** Whether a comparison with dates has what its operation asks for, and nothing that it does not heed. */
function checkDates(place: Place, problems: SchemaProblem[]): void {
  const { node } = place;
  const operation = node.get("operation") ?? "";
  const allowed = Object.hasOwn(DATE_OPERATIONS, operation) ? DATE_OPERATIONS[operation] : undefined;
  if (!allowed) return;
  const { attributes, children, needed } = allowed;
  const where = `where operation is ${operation}`;
  const complain = (message: string): void => void problems.push({ path: place.path, message });
  for (const name of ["start", "end"].filter((one) => node.get(one) !== undefined && !attributes.includes(one)))
    complain(`attribute "${name}" is not allowed ${where}`);
  for (const name of ["date_spec", "duration"].filter((one) => node.child(one) && !children.includes(one)))
    complain(`element <${name}> is not allowed ${where}`);
  if (!needed.some((name) => node.get(name) !== undefined || node.child(name)))
    complain(`<date_expression> must have ${needed.join(" or ")} ${where}`);
}

function check(place: Place, findings: Findings): void {
  const { ids, references, names, problems } = findings;
  const { node } = place;
  const before = problems.length;
  const ofNames = names.of(node);
  const { shape } = ofNames;
  const children = node.childList;
  if (ofNames.hasOwnId) checkId(place, ids, problems);
  if (ofNames.references.length > 0) noteReferences(place, ofNames.references, references);
  if (ofNames.parts.length > 0) checkParts(place, ofNames.parts, problems);
  if (node.name === "primitive" || node.name === "template") checkAgent(place, problems);
  else if (node.name === "date_expression") checkDates(place, problems);
  if (node.text !== "" && node.text.trim() !== "" && node.name !== "description")
    problems.push({ path: place.path, message: `text "${node.text.trim().slice(0, 40)}" is not allowed in <${node.name}>` });
  checkShape(place, ofNames, problems);
  if (shape !== undefined && children.length > 0) checkChildren(place, shape, problems);
  if (problems.length > before && isRecentShape(node.name)) {
    for (let at = before; at < problems.length; at += 1) problems[at] = { ...(problems[at] as SchemaProblem), isBearable: true };
  }
  for (let at = 0; at < children.length; at += 1) {
    const child = children[at] as XmlElement;
    if (child.name !== COMMENT && (shape === undefined || shape.children.includes(child.name))) check(new Place(child, place), findings);
  }
}

/** Whether an element has the children it may have, as often as it may. */
function checkChildren(place: Place, { once, children: known, former }: Shape, problems: SchemaProblem[]): void {
  const { name, childList } = place.node;
  if (once !== undefined && childList.length > 1) {
    for (const single of once) {
      if (childList.filter((child) => child.name === single).length < 2) continue;
      problems.push({
        path: `${place.path}/${single}`,
        message: `element <${single}> may be there once only`,
        isMisplaced: true,
        isBearable: true,
      });
    }
  }
  for (let at = 0; at < childList.length; at += 1) {
    const child = (childList[at] as XmlElement).name;
    if (child === COMMENT || known.includes(child)) continue;
    const message = `element <${child}> is not allowed in <${name}>`;
    const isBearable = former?.includes(child) === true;
    problems.push({ path: `${place.path}/${child}`, message, isMisplaced: true, ...(isBearable ? { isBearable } : {}) });
  }
}

function checkShape(place: Place, { shape, isBad, valued }: NameCheck, problems: SchemaProblem[]): void {
  const { node } = place;
  if (!shape || (!isBad && valued.length === 0)) return;
  const complain: Complain = (message, more) => void problems.push({ path: place.path, message, ...more });
  const visit = (name: string): void => checkValue(node, name, complain);
  if (isBad) checkNames(node, shape, complain, visit);
  else valued.forEach(visit);
}

function checkValue(node: XmlElement, name: string, complain: Complain): void {
  const isReference = node.attributeNames.includes("id-ref");
  const wordsOfElement = ofElement(WORDS, node) ?? {};
  const words = Object.hasOwn(wordsOfElement, name) && !isReference ? wordsOfElement[name] : undefined;
  const value = words || name === "score" ? (node.get(name) ?? "") : "";
  if (words && !words.includes(value))
    complain(`attribute "${name}" must be one of ${words.join(", ")}, not "${value}"`, { attribute: name, isBearable: true });
  const forms = ofElement(FORMS, node) ?? {};
  const form = Object.hasOwn(forms, name) && !isReference ? forms[name] : undefined;
  if (form && !form.pattern.test(node.get(name) ?? ""))
    complain(`attribute "${name}" must be ${form.what}, not "${node.get(name)}"`, { attribute: name, isBearable: true });
  if (name === "score" && !SCORE_ATTRIBUTE.test(value)) complain(`attribute "score" must be an integer or INFINITY, not "${value}"`);
}

function checkId(place: Place, ids: Map<string, Place>, problems: SchemaProblem[]): void {
  const id = place.node.id ?? "";
  if (!NAME.test(id)) {
    problems.push({
      path: place.path,
      message: `attribute "id" must be an XML name (a letter or _, then letters, digits, . - _ :), not "${id}"`,
    });
  }
  const earlier = ids.get(id);
  if (earlier !== undefined) problems.push({ path: place.path, message: `id "${id}" is already used by ${earlier.path}` });
  else ids.set(id, place);
}
