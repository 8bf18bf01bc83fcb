import { fail, ok, type Result } from "../base/result.ts";
import { COMMENT, element, XmlElement } from "../xml/element.ts";
import { compilePath, selectElements } from "../xml/path.ts";
import { type CibVersion, cibVersion, compareCibVersions, formatCibVersion } from "./version.ts";

/** Why a patchset could not be applied; "newer-source" asks for a full copy of the document. */
export interface PatchError {
  readonly kind: "not-a-patch" | "older-source" | "newer-source" | "mismatch";
  readonly message: string;
}

/**
 * Difference between two documents as `<diff format="2">`: deletions first, then depth first the changed
 * attributes, creations and moves. Source: Pacemaker's patchset format 2.
 */
export function makePatchset(before: XmlElement, after: XmlElement): XmlElement {
  const changes: XmlElement[] = [];
  deletions(before, after, stepOf(after), changes);
  differences(before, after, stepOf(after), changes);
  return element("diff", { format: 2 }, [
    element("version", {}, [versionElement("source", cibVersion(before)), versionElement("target", cibVersion(after))]),
    ...changes,
  ]);
}

/** Versions a patchset leads from and to; undefined when it carries none. */
export function patchsetVersions(diff: XmlElement): { source: CibVersion; target: CibVersion } | undefined {
  const source = diff.descend("version", "source");
  const target = diff.descend("version", "target");
  return source && target ? { source: cibVersion(source), target: cibVersion(target) } : undefined;
}

/** Changes `cib` in place; on an error it may be half changed, so callers pass a copy. */
export function applyPatchset(cib: XmlElement, diff: XmlElement): Result<undefined, PatchError> {
  if (diff.name !== "diff" || diff.get("format") !== "2") {
    return fail({ kind: "not-a-patch", message: `expected <diff format="2">, found <${diff.name} format="${diff.get("format") ?? ""}">` });
  }
  const versions = patchsetVersions(diff);
  if (versions) {
    const order = compareCibVersions(versions.source, cibVersion(cib));
    const message = `patch starts at ${formatCibVersion(versions.source)}, document is at ${formatCibVersion(cibVersion(cib))}`;
    if (order < 0) return fail({ kind: "older-source", message });
    if (order > 0) return fail({ kind: "newer-source", message });
  }
  return applyChanges(cib, diff.childrenNamed("change"));
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
      if (target) parentOf(cib, target)?.remove(target);
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
      const parent = parentOf(cib, target);
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
  const pairs = matchChildren(before, after);
  before.children.forEach((child, index) => {
    const partner = pairs.get(child);
    if (!partner) {
      const position = child.name === COMMENT ? index : undefined;
      out.push(element("change", { operation: "delete", path: `${path}${stepOf(child)}`, position }));
    } else {
      deletions(child, partner, `${path}${stepOf(child)}`, out);
    }
  });
}

function differences(before: XmlElement, after: XmlElement, path: string, out: XmlElement[]): void {
  if (before === after) return;
  const changed = attributeChanges(before, after);
  if (changed.length > 0 || before.text !== after.text) {
    const result = new XmlElement(after.name, after.attributes, [], after.text);
    out.push(
      element("change", { operation: "modify", path }, [element("change-list", {}, changed), element("change-result", {}, [result])]),
    );
  }
  const pairs = matchChildren(before, after);
  const partners = new Map([...pairs].map(([old, now]) => [now, old]));
  const kept = new Set(longestIncreasing(after.children.flatMap((child) => partnerIndex(before, partners.get(child)))));
  after.children.forEach((child, position) => {
    const old = partners.get(child);
    if (!old) {
      out.push(element("change", { operation: "create", path, position }, [child.clone()]));
      return;
    }
    differences(old, child, `${path}${stepOf(child)}`, out);
    if (!kept.has(before.children.indexOf(old)))
      out.push(element("change", { operation: "move", path: `${path}${stepOf(child)}`, position }));
  });
}

function partnerIndex(before: XmlElement, old: XmlElement | undefined): number[] {
  return old ? [before.children.indexOf(old)] : [];
}

function attributeChanges(before: XmlElement, after: XmlElement): XmlElement[] {
  const out: XmlElement[] = [];
  for (const name of before.attributes.keys()) {
    if (!after.attributes.has(name)) out.push(element("change-attr", { name, operation: "unset" }));
  }
  for (const [name, value] of after.attributes) {
    if (before.attributes.get(name) !== value) out.push(element("change-attr", { name, operation: "set", value }));
  }
  return out;
}

/** Pairs children of two versions of one element: by name and id, without an id by name in turn. */
function matchChildren(before: XmlElement, after: XmlElement): Map<XmlElement, XmlElement> {
  const waiting = new Map<string, XmlElement[]>();
  const keyOf = (node: XmlElement): string => (node.name === COMMENT ? `${COMMENT} ${node.text}` : `${node.name} ${node.id ?? ""}`);
  for (const child of after.children) {
    const list = waiting.get(keyOf(child));
    if (list) list.push(child);
    else waiting.set(keyOf(child), [child]);
  }
  const pairs = new Map<XmlElement, XmlElement>();
  for (const child of before.children) {
    const partner = waiting.get(keyOf(child))?.shift();
    if (partner) pairs.set(child, partner);
  }
  return pairs;
}

/** Members of a longest increasing subsequence: the elements that need not move. */
function longestIncreasing(values: readonly number[]): number[] {
  const tails: number[] = [];
  const previous = new Map<number, number | undefined>();
  for (const value of values) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tails[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous.set(value, tails[low - 1]);
    tails[low] = value;
  }
  const out: number[] = [];
  for (let at = tails.at(-1); at !== undefined; at = previous.get(at)) out.unshift(at);
  return out;
}

function findByPath(cib: XmlElement, path: string, position: string | undefined): XmlElement | undefined {
  if (path.endsWith(`/${COMMENT}`)) {
    const parent = findByPath(cib, path.slice(0, -COMMENT.length - 1), undefined);
    const comment = parent?.children[Number(position ?? -1)];
    return comment?.name === COMMENT ? comment : undefined;
  }
  const compiled = compilePath(path);
  return compiled.ok ? selectElements(cib, compiled.value)[0] : undefined;
}

function parentOf(root: XmlElement, target: XmlElement): XmlElement | undefined {
  for (const node of root.walk()) if (node.children.includes(target)) return node;
  return undefined;
}

function stepOf(node: XmlElement): string {
  return `/${node.name}${node.id === undefined ? "" : `[@id='${node.id}']`}`;
}

function versionElement(name: string, version: CibVersion): XmlElement {
  return element(name, { admin_epoch: version.adminEpoch, epoch: version.epoch, num_updates: version.numUpdates });
}
