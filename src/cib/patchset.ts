import { fail, ok, type Result } from "../base/result.ts";
import { COMMENT, element, XmlElement } from "../xml/element.ts";
import { compilePath, selectElements } from "../xml/path.ts";
import { wireDigest } from "./digest.ts";
import { copyAlong, stepsOf } from "./shared-copy.ts";
import { type CibVersion, cibVersion, compareCibVersions, formatCibVersion } from "./version.ts";

/** Why a patchset could not be applied; "newer-source" asks for a full copy of the document. */
export interface PatchError {
  readonly kind: "not-a-patch" | "older-source" | "newer-source" | "mismatch";
  readonly message: string;
}

/** What a patchset says besides the changes of values and elements. */
export interface PatchsetStyle {
  /** Attributes that only changed their place count as changed. */
  readonly isOrderKept?: boolean;
  readonly isVersionLeftOut?: boolean;
  /** Digest of the second document, for the reader to check. */
  readonly digest?: string;
}

/**
 * Difference between two documents as `<diff format="2">`: deletions first, then depth first the changed
 * attributes, creations and moves. Source: Pacemaker's patchset format 2.
 */
export function makePatchset(before: XmlElement, after: XmlElement, style: PatchsetStyle = {}): XmlElement {
  const changes: XmlElement[] = [];
  deletions(before, after, stepOf(after), changes);
  differences(before, after, stepOf(after), style.isOrderKept === true, changes);
  const versions = [versionElement("source", cibVersion(before)), versionElement("target", cibVersion(after))];
  return element("diff", { format: 2, digest: style.digest }, [
    ...(style.isVersionLeftOut === true ? [] : [element("version", {}, versions)]),
    ...changes,
  ]);
}

/** Versions a patchset leads from and to; undefined when it carries none. */
export function patchsetVersions(diff: XmlElement): { source: CibVersion; target: CibVersion } | undefined {
  const source = diff.descend("version", "source");
  const target = diff.descend("version", "target");
  return source && target ? { source: cibVersion(source), target: cibVersion(target) } : undefined;
}

/** The single changes a patchset makes. */
export function patchsetChanges(diff: XmlElement): XmlElement[] {
  return diff.childrenNamed("change");
}

/**
 * Changes `cib` in place; on an error it may be half changed, so callers pass a copy. A digest in the patchset has to
 * fit the result.
 */
export function applyPatchset(
  cib: XmlElement,
  diff: XmlElement,
  style: { isVersionIgnored?: boolean } = {},
): Result<undefined, PatchError> {
  if (diff.name !== "diff" || diff.get("format") !== "2") {
    return fail({ kind: "not-a-patch", message: `expected <diff format="2">, found <${diff.name} format="${diff.get("format") ?? ""}">` });
  }
  const versions = patchsetVersions(diff);
  if (versions && style.isVersionIgnored !== true) {
    const order = compareCibVersions(versions.source, cibVersion(cib));
    const message = `patch starts at ${formatCibVersion(versions.source)}, document is at ${formatCibVersion(cibVersion(cib))}`;
    if (order < 0) return fail({ kind: "older-source", message });
    if (order > 0) return fail({ kind: "newer-source", message });
  }
  const applied = applyChanges(cib, patchsetChanges(diff));
  const digest = diff.get("digest");
  if (!applied.ok || digest === undefined || digest.toLowerCase() === wireDigest(cib)) return applied;
  return fail({ kind: "mismatch", message: "the patched document has another digest than the patch says" });
}

/**
 * The document a patchset makes of `cib`, which is not touched: what the patchset leaves alone is shared by both, so that a
 * small change of a large document costs little.
 */
export function patched(cib: XmlElement, diff: XmlElement): Result<XmlElement, PatchError> {
  const next = copyAlong(cib, [stepOf(cib), ...patchsetChanges(diff).flatMap(touchedPath)]) ?? cib.clone();
  const applied = applyPatchset(next, diff);
  return applied.ok ? ok(next) : applied;
}

/** Path of the element whose attributes or children a change alters; one that is not plain for comments. */
function touchedPath(change: XmlElement): string[] {
  const path = change.get("path") ?? "";
  const isPlace = change.get("operation") === "delete" || change.get("operation") === "move";
  const parent = stepsOf(path)?.length === 1 ? path : path.slice(0, path.lastIndexOf("/"));
  return isPlace && !path.endsWith("comment") ? [parent, path] : [path];
}

interface Placement {
  readonly parent: XmlElement;
  readonly node: XmlElement;
  readonly position: number;
}

function applyChanges(cib: XmlElement, changes: readonly XmlElement[]): Result<undefined, PatchError> {
  const placements: Placement[] = [];
  const creations: { path: string; node: XmlElement; position: number }[] = [];
  for (const change of changes) {
    const path = change.get("path") ?? "";
    const operation = change.get("operation");
    const target = findByPath(cib, path, change.get("position"));
    if (operation === "delete") {
      if (target) parentOf(cib, target, path)?.remove(target);
      continue;
    }
    if (operation === "create") {
      const node = change.children[0];
      if (!node) return fail({ kind: "mismatch", message: `creation below ${path} without content` });
      creations.push({ path, node: node.clone(), position: Number(change.get("position") ?? -1) });
      continue;
    }
    if (!target) return fail({ kind: "mismatch", message: `nothing at ${path}` });
    if (operation === "modify") {
      const result = change.child("change-result")?.children[0];
      if (!result) return fail({ kind: "mismatch", message: `modification of ${path} without change-result` });
      target.attributes.clear();
      for (const [name, value] of result.attributes) target.attributes.set(name, value);
      target.text = result.text;
    } else if (operation === "move") {
      const parent = parentOf(cib, target, path);
      if (!parent) return fail({ kind: "mismatch", message: `cannot move ${path}` });
      placements.push({ parent, node: target, position: Number(change.get("position") ?? 0) });
    } else {
      return fail({ kind: "not-a-patch", message: `unknown operation ${operation ?? "(none)"}` });
    }
  }
  const detached = [...placements];
  for (const creation of creations) {
    const parent = findByPath(cib, creation.path, undefined);
    if (!parent) return fail({ kind: "mismatch", message: `nothing at ${creation.path} to create in` });
    placements.push({ parent, node: creation.node, position: creation.position });
  }
  for (const { parent, node } of detached) parent.remove(node);
  placements.sort((a, b) => a.position - b.position);
  for (const { parent, node, position } of placements) {
    if (position < 0 || position >= parent.children.length) parent.children.push(node);
    else parent.children.splice(position, 0, node);
  }
  return ok(undefined);
}

function deletions(before: XmlElement, after: XmlElement, path: string, out: XmlElement[]): void {
  if (before === after) return;
  if (haveSameChildren(before, after)) {
    forEachChanged(before, after, (old, now) => deletions(old, now, `${path}${stepOf(old)}`, out));
    return;
  }
  const pairs = matchChildren(before, after);
  let place = 0;
  for (const child of before.children) {
    const partner = pairs.get(child);
    const childPath = `${path}${stepOf(child)}`;
    if (partner) {
      place += 1;
      deletions(child, partner, childPath, out);
    } else {
      out.push(element("change", { operation: "delete", path: childPath, position: child.name === COMMENT ? place : undefined }));
    }
  }
}

function differences(before: XmlElement, after: XmlElement, path: string, isOrderKept: boolean, out: XmlElement[]): void {
  if (before === after) return;
  const changed = attributeChanges(before, after, isOrderKept);
  if (changed.length > 0 || before.text !== after.text) {
    const result = new XmlElement(after.name, after.attributes, [], after.text);
    out.push(
      element("change", { operation: "modify", path }, [element("change-list", {}, changed), element("change-result", {}, [result])]),
    );
  }
  if (haveSameChildren(before, after)) {
    forEachChanged(before, after, (old, now) => differences(old, now, `${path}${stepOf(now)}`, isOrderKept, out));
    return;
  }
  const pairs = matchChildren(before, after);
  const partners = new Map([...pairs].map(([old, now]) => [now, old]));
  const oldOrder = before.children.filter((child) => pairs.has(child));
  let place = 0;
  after.children.forEach((child, position) => {
    const old = partners.get(child);
    if (!old) {
      out.push(element("change", { operation: "create", path, position }, [child.clone()]));
      return;
    }
    const childPath = `${path}${stepOf(child)}`;
    differences(old, child, childPath, isOrderKept, out);
    if (oldOrder[place] !== old) out.push(element("change", { operation: "move", path: childPath, position }));
    place += 1;
  });
}

/** Whether both have the same children in the same order, whatever is in these: the usual case, and no pairs have to be sought. */
function haveSameChildren(before: XmlElement, after: XmlElement): boolean {
  if (before.children.length !== after.children.length) return false;
  return before.children.every((old, index) => {
    const now = after.children[index];
    return (
      now === old || (now !== undefined && now.name === old.name && now.id === old.id && (old.name !== COMMENT || now.text === old.text))
    );
  });
}

function forEachChanged(before: XmlElement, after: XmlElement, compare: (old: XmlElement, now: XmlElement) => void): void {
  before.children.forEach((old, index) => {
    const now = after.children[index];
    if (now && now !== old) compare(old, now);
  });
}

function attributeChanges(before: XmlElement, after: XmlElement, isOrderKept: boolean): XmlElement[] {
  const oldNames = [...before.attributes.keys()];
  const set = [...after.attributes].filter(
    ([name, value], index) => before.get(name) !== value || (isOrderKept && oldNames[index] !== name),
  );
  const unset = oldNames.filter((name) => !after.attributes.has(name));
  return [
    ...set.map(([name, value]) => element("change-attr", { name, operation: "set", value })),
    ...unset.map((name) => element("change-attr", { name, operation: "unset" })),
  ];
}

/**
 * Pairs children of two versions of one element: by name and id, without an id by name in turn. A comment stays the
 * same comment only with its text and at its place.
 */
export function matchChildren(before: XmlElement, after: XmlElement): Map<XmlElement, XmlElement> {
  const keyOf = (node: XmlElement, index: number): string =>
    node.name === COMMENT ? `${COMMENT} ${index} ${node.text}` : `${node.name} ${node.id ?? ""}`;
  const waiting = new Map<string, XmlElement[]>();
  after.children.forEach((child, index) => {
    const key = keyOf(child, index);
    const list = waiting.get(key);
    if (list) list.push(child);
    else waiting.set(key, [child]);
  });
  const pairs = new Map<XmlElement, XmlElement>();
  before.children.forEach((child, index) => {
    const partner = waiting.get(keyOf(child, index))?.shift();
    if (partner) pairs.set(child, partner);
  });
  return pairs;
}

function findByPath(cib: XmlElement, path: string, position: string | undefined): XmlElement | undefined {
  const end = /\/#?comment$/.exec(path);
  if (end && position !== undefined) {
    const parent = findByPath(cib, path.slice(0, end.index), undefined);
    const comment = parent?.children[Number(position ?? -1)];
    return comment?.name === COMMENT ? comment : undefined;
  }
  const compiled = compilePath(path);
  return compiled.ok ? selectElements(cib, compiled.value)[0] : undefined;
}

function parentOf(root: XmlElement, target: XmlElement, path: string): XmlElement | undefined {
  const above = compilePath(path.slice(0, path.lastIndexOf("/")));
  const likely = above.ok ? selectElements(root, above.value).find((node) => node.children.includes(target)) : undefined;
  if (likely) return likely;
  for (const node of root.walk()) if (node.children.includes(target)) return node;
  return undefined;
}

/** One step of a path, with the id when there is one. */
export function stepOf(node: XmlElement): string {
  if (node.name === COMMENT) return "/comment";
  return `/${node.name}${node.id === undefined ? "" : `[@id='${node.id}']`}`;
}

function versionElement(name: string, version: CibVersion): XmlElement {
  return element(name, { admin_epoch: version.adminEpoch, epoch: version.epoch, num_updates: version.numUpdates });
}
