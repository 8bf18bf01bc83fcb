import { fail, ok, type Result } from "../base/result.ts";
import { EXIT } from "../model/exit-code.ts";
import { addScores, formatScore, parseScore } from "../score/score.ts";
import { element, type XmlElement } from "../xml/element.ts";
import { ancestry, compilePath, selectElements } from "../xml/path.ts";
import { FEATURE_SET, findSection, isSectionName, NEWEST_SCHEMA, sectionOrCreate } from "./document.ts";
import { applyPatchset } from "./patchset.ts";
import { type CibError, type CibRequest, NOT_FOUND } from "./request.ts";
import { updateSchema } from "./upgrade/schema-update.ts";
import { cibVersion, compareCibVersions, setCibVersion } from "./version.ts";

/** Does what a request asks for to a document, which is changed on the way; the result may be another one. */
export function perform(cib: XmlElement, request: CibRequest): Result<XmlElement, CibError> {
  switch (request.operation) {
    case "query":
      return ok(cib);
    case "create":
      return create(cib, request);
    case "modify":
      return modify(cib, request);
    case "replace":
      return replace(cib, request);
    case "delete":
      return remove(cib, request);
    case "erase":
      return ok(erase(cib));
    case "bump":
      return ok(cib);
    case "upgrade":
      return upgrade(cib);
    case "patch": {
      if (!request.input) return fail(inputMissing());
      const applied = applyPatchset(cib, request.input);
      if (applied.ok) return ok(cib);
      const exitCode = applied.error.kind === "older-source" ? EXIT.old : EXIT.dataError;
      return fail({ exitCode, message: `Application of update diff failed: ${applied.error.message}` });
    }
    case "commit-transaction":
      throw new Error("a transaction is not one step: see changeCib");
  }
}

/** To the newest schema; what is newly written counts from the beginning, so that no older document can take its place. */
function upgrade(cib: XmlElement): Result<XmlElement, CibError> {
  const { cib: updated, best, steps } = updateSchema(cib);
  const [problem] = steps.flatMap((step) => (step.kind === "transformed" ? (step.problem ?? []) : []));
  if (problem !== undefined) return fail({ exitCode: EXIT.configuration, message: "Schema transform failed", detail: problem });
  if (best === undefined) {
    const [found] = steps.flatMap((step) => (step.kind === "checked" ? step.problems : []));
    const detail = found ? `${found.path}: ${found.message}` : "it names no schema that is known";
    return fail({ exitCode: EXIT.configuration, message: "Update does not conform to the configured schema", detail });
  }
  if (best !== cib.get("validate-with")) setCibVersion(updated, { adminEpoch: cibVersion(cib).adminEpoch + 1, epoch: 1, numUpdates: 0 });
  return ok(updated);
}

function inputMissing(): CibError {
  return { exitCode: EXIT.usage, message: "The supplied command requires input via --xml-file, --xml-text, or --xml-pipe" };
}

/** The elements a path selects. */
export function select(cib: XmlElement, xpath: string): Result<XmlElement[], CibError> {
  const path = compilePath(xpath);
  return path.ok ? ok(selectElements(cib, path.value)) : fail({ exitCode: EXIT.invalidParameter, message: path.error });
}

/** The elements the input stands for: a section (or whole document) stands for its children. */
function payload(input: XmlElement, scope: string | undefined): XmlElement[] {
  return input.name === scope || (scope === undefined && isSectionName(input.name)) ? input.children : [input];
}

function create(cib: XmlElement, request: CibRequest): Result<XmlElement, CibError> {
  const { input, scope, xpath } = request;
  if (!input) return fail(inputMissing());
  if (input.name === "cib" || (scope === undefined && xpath === undefined)) return modify(cib, { ...request, isCreateAllowed: true });
  let parent: XmlElement | undefined;
  if (xpath !== undefined) {
    const hits = select(cib, xpath);
    if (!hits.ok) return hits;
    parent = hits.value[0];
    if (!parent) return fail(NOT_FOUND);
  } else {
    parent = sectionOrCreate(cib, scope ?? "cib");
  }
  const added = input.name === parent.name ? input.children : payload(input, scope);
  for (const child of added) {
    const existing = child.id === undefined ? undefined : parent.child(child.name, child.id);
    if (existing) {
      const output = element("failed", {}, [
        element("failed_update", { id: child.id, "object-type": child.name, operation: "cib_create", reason: "File exists" }, [
          child.clone(),
        ]),
      ]);
      return fail({ exitCode: EXIT.exists, message: "File exists", output });
    }
    parent.children.push(child.clone());
  }
  return ok(cib);
}

function modify(cib: XmlElement, request: CibRequest): Result<XmlElement, CibError> {
  const { input, scope, xpath } = request;
  if (!input) return fail(inputMissing());
  if (xpath !== undefined) {
    const hits = select(cib, xpath);
    if (!hits.ok) return hits;
    const selected = request.isMultiple ? hits.value : hits.value.slice(0, 1);
    const targets = selected.flatMap((hit) => findLike(hit, input) ?? []);
    if (targets.length === 0 || targets.length < selected.length) return fail(NOT_FOUND);
    for (const target of targets) merge(target, input, request);
    return ok(cib);
  }
  const section = sectionOrCreate(cib, scope ?? "cib");
  const target = findLike(section, input);
  if (target) {
    merge(target, input, request);
    return ok(cib);
  }
  // What belongs to the document itself is there, or has a section to be put into.
  if (!request.isCreateAllowed || section === cib) return fail(NOT_FOUND);
  section.children.push(input.clone());
  return ok(cib);
}

/** First element, depth first and root included, with the same name and the same id. */
function findLike(root: XmlElement, wanted: XmlElement): XmlElement | undefined {
  for (const node of root.walk()) if (node.name === wanted.name && node.id === wanted.id) return node;
  return undefined;
}

function merge(target: XmlElement, update: XmlElement, request: CibRequest): void {
  for (const [name, value] of update.attributes) {
    target.set(name, request.isScoreExpanded === false ? value : expandScore(target.get(name), name, value));
  }
  for (const child of update.children) {
    const existing = target.children.find((c) => c.name === child.name && c.id === child.id);
    if (existing) merge(existing, child, request);
    else target.children.push(child.clone());
  }
}

/** `value++` and `value+=N` added to the old value as scores; stored as text when there is no old value. */
export function expandScore(old: string | undefined, name: string, value: string): string {
  if (old === undefined) return value;
  const increment = value === `${name}++` ? 1 : value.startsWith(`${name}+=`) ? parseScore(value.slice(name.length + 2)) : undefined;
  return increment === undefined ? value : formatScore(addScores(parseScore(old) ?? 0, increment));
}

function replace(cib: XmlElement, request: CibRequest): Result<XmlElement, CibError> {
  const { scope, xpath } = request;
  if (!request.input) return fail(inputMissing());
  const isPart = request.input.name === "cib" && scope !== undefined && findSection(cib, scope) !== cib;
  const input = isPart ? findSection(request.input, scope) : request.input;
  if (!input) return fail(NOT_FOUND);
  if (input.name === "cib") return replaceWhole(cib, input, request.isStatusReplaced === true);
  let target: XmlElement | undefined;
  if (xpath !== undefined) {
    const hits = select(cib, xpath);
    if (!hits.ok) return hits;
    target = hits.value[0];
  } else {
    const section = scope === undefined ? cib : findSection(cib, scope);
    target = section?.name === input.name && scope !== undefined ? section : section && findLike(section, input);
    if (!target && scope === input.name) target = sectionOrCreate(cib, scope);
  }
  if (!target) return fail(NOT_FOUND);
  const chain = ancestry(cib, target);
  const parent = chain?.at(-2);
  if (!parent) return fail(NOT_FOUND);
  parent.children[parent.children.indexOf(target)] = input.clone();
  return ok(cib);
}

function replaceWhole(cib: XmlElement, input: XmlElement, isStatusReplaced: boolean): Result<XmlElement, CibError> {
  const old = cibVersion(cib);
  const offered = cibVersion(input);
  if (compareCibVersions(offered, old) < 0 && !isHeartbeat2Version(input)) {
    return fail({
      exitCode: EXIT.old,
      message: "Update was older than existing configuration",
    });
  }
  const next = input.clone();
  if (isHeartbeat2Version(input)) setCibVersion(next, old);
  if (next.get("crm_feature_set") === undefined) next.set("crm_feature_set", FEATURE_SET);
  if (next.get("validate-with") === undefined && !isOfThisAge(input)) next.set("validate-with", NEWEST_SCHEMA);
  next.childOrCreate("configuration");
  if (isStatusReplaced) {
    next.childOrCreate("status");
    return ok(next);
  }
  for (const name of ["have-quorum", "dc-uuid"]) next.set(name, cib.get(name));
  // The status is the cluster's own: a configuration file cannot bring one along.
  const status = next.child("status");
  if (status) next.remove(status);
  const ownStatus = cib.child("status");
  next.children.push(ownStatus ? ownStatus.clone() : element("status"));
  return ok(next);
}

/** True for documents that should name a schema: those of Heartbeat 2 did not. */
function isOfThisAge(input: XmlElement): boolean {
  return Number.parseInt(input.get("crm_feature_set") ?? "0", 10) >= 3;
}

/** Documents of Heartbeat 2 carry zero counters by habit and are meant to replace whatever is there. */
function isHeartbeat2Version(input: XmlElement): boolean {
  const version = cibVersion(input);
  const isUnversioned = version.adminEpoch === 0 && version.epoch === 0 && version.numUpdates === 0;
  return isUnversioned && input.get("validate-with") === undefined;
}

function remove(cib: XmlElement, request: CibRequest): Result<XmlElement, CibError> {
  const { input, scope, xpath } = request;
  if (xpath !== undefined) {
    const hits = select(cib, xpath);
    if (!hits.ok) return hits;
    const doomed = request.isMultiple ? [...hits.value].reverse() : hits.value.slice(0, 1);
    for (const node of doomed) {
      const parent = ancestry(cib, node)?.at(-2);
      if (!parent) return fail({ exitCode: EXIT.invalidParameter, message: "The root element cannot be deleted" });
      parent.remove(node);
    }
    return ok(cib);
  }
  if (!input) return fail(inputMissing());
  const section = findSection(cib, scope ?? "cib");
  if (!section) return ok(cib);
  const doomed = input.name === section.name && input.name === scope ? input.children : [input];
  for (const one of doomed) removeFirst(section, one);
  return ok(cib);
}

/** Removes the first element below the section that is like the one given; there need not be any. */
function removeFirst(section: XmlElement, wanted: XmlElement): void {
  for (const node of section.walk()) {
    const hit = node.children.find((child) => isLike(child, wanted));
    if (!hit) continue;
    node.remove(hit);
    return;
  }
}

function isLike(node: XmlElement, wanted: XmlElement): boolean {
  if (node.name !== wanted.name) return false;
  for (const [name, value] of wanted.attributes) if (node.get(name)?.toLowerCase() !== value.toLowerCase()) return false;
  return true;
}

function erase(cib: XmlElement): XmlElement {
  const version = cibVersion(cib);
  const configuration = cib.childOrCreate("configuration");
  configuration.children.splice(
    0,
    configuration.children.length,
    element("crm_config"),
    element("nodes"),
    element("resources"),
    element("constraints"),
  );
  cib.childOrCreate("status").children.length = 0;
  setCibVersion(cib, { ...version, adminEpoch: version.adminEpoch + 1 });
  return cib;
}
