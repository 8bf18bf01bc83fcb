import { COMMENT, type XmlElement } from "../xml/element.ts";
import { compilePath, selectElements } from "../xml/path.ts";
import { clusterOption, parseBoolean } from "./document.ts";

/** Somebody who asks for the CIB or for a change. */
export interface AclUser {
  readonly name: string;
  readonly groups: readonly string[];
}

/** What a user may do with an element. */
export type Access = "write" | "read" | "deny";

interface Rule {
  readonly kind: Access;
  readonly path: string;
}

/** The administrator of the machine. */
export const ROOT_USER: AclUser = { name: "root", groups: [] };

/** Users whom no rule binds. */
const PRIVILEGED = ["root", "hacluster"];

/** True for users whom no rule binds, and who alone may fence and stop. */
export const isPrivileged = (user: AclUser): boolean => PRIVILEGED.includes(user.name);

/** The rules that bind a user; undefined when none do, as ACLs are off or the user is privileged. */
export function aclFor(cib: XmlElement, user: AclUser | undefined): Acl | undefined {
  if (!user || user.name === "" || isPrivileged(user)) return undefined;
  return parseBoolean(clusterOption(cib, "enable-acl")) === true ? new Acl(cib, user) : undefined;
}

/** One user's rules, in the order of the configuration. Source: Pacemaker Explained 3.0.2, "Access Control Lists". */
export class Acl {
  readonly userName: string;
  readonly #rules: readonly Rule[];

  constructor(cib: XmlElement, user: AclUser) {
    this.userName = user.name;
    this.#rules = rulesOf(cib, user);
  }

  /** True when no rule speaks of this user: then nothing is allowed. */
  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** The kinds of rules that name each element itself, without what its parents say. */
  marks(root: XmlElement): Map<XmlElement, Set<Access>> {
    const marks = new Map<XmlElement, Set<Access>>();
    for (const rule of this.#rules) {
      for (const node of matches(root, rule)) {
        const kinds = marks.get(node);
        if (kinds) kinds.add(rule.kind);
        else marks.set(node, new Set([rule.kind]));
      }
    }
    return marks;
  }

  /** What the user can see of a document; undefined when that is nothing. */
  readableCopy(cib: XmlElement): XmlElement | undefined {
    return this.#withheld(cib.clone());
  }

  /** What the user can see, and which element of the document each element of it stands for. */
  readablePairs(cib: XmlElement): { readonly copy: XmlElement | undefined; readonly originals: ReadonlyMap<XmlElement, XmlElement> } {
    const copy = cib.clone();
    const whole = [...cib.walk()];
    const originals = new Map([...copy.walk()].flatMap((node, index) => (whole[index] ? [[node, whole[index]] as const] : [])));
    return { copy: this.#withheld(copy), originals };
  }

  /** Takes what may not be read out of a copy. */
  #withheld(copy: XmlElement): XmlElement | undefined {
    const marks = this.marks(copy);
    for (const rule of this.#rules) {
      if (rule.kind !== "deny") continue;
      for (const node of matches(copy, rule)) if (!withhold(copy, node, marks) && node === copy) return undefined;
    }
    return withhold(copy, copy, marks) && !this.isEmpty ? copy : undefined;
  }
}

/** True when marks on an element itself allow reading it. */
function isReadable(kinds: ReadonlySet<Access> | undefined): boolean {
  return kinds !== undefined && !kinds.has("deny") && kinds.size > 0;
}

/** Takes what may not be read out of an element; false (and the element is gone) when nothing is left. */
function withhold(root: XmlElement, node: XmlElement, marks: ReadonlyMap<XmlElement, ReadonlySet<Access>>): boolean {
  if (isReadable(marks.get(node))) return true;
  for (const name of [...node.attributes.keys()]) if (name !== "id") node.attributes.delete(name);
  const kept = node.children.filter((child) => child.name !== COMMENT).filter((child) => withhold(root, child, marks));
  node.children.splice(0, node.children.length, ...kept);
  if (kept.length > 0) return true;
  for (const parent of root.walk()) if (parent.remove(node)) break;
  return false;
}

function rulesOf(cib: XmlElement, user: AclUser): Rule[] {
  const section = cib.descend("configuration", "acls");
  const rules: Rule[] = [];
  for (const holder of section?.children ?? []) {
    const id = holder.get("name") ?? holder.id;
    const isMeant = holder.name === "acl_target" ? id === user.name : holder.name === "acl_group" && user.groups.includes(id ?? "");
    if (!isMeant) continue;
    for (const child of holder.children) {
      const role = child.name === "role" ? section?.child("acl_role", child.id ?? "") : holder;
      const permissions = child.name === "role" ? (role?.childrenNamed("acl_permission") ?? []) : [child];
      for (const permission of permissions) rules.push(...ruleOf(permission));
    }
  }
  return rules;
}

function ruleOf(permission: XmlElement): Rule[] {
  const kind = permission.get("kind");
  if (permission.name !== "acl_permission" || (kind !== "read" && kind !== "write" && kind !== "deny")) return [];
  const xpath = permission.get("xpath");
  if (xpath !== undefined) return [{ kind, path: elementPath(xpath) }];
  const type = permission.get("object-type");
  const reference = permission.get("reference");
  const attribute = permission.get("attribute");
  if (type === undefined && reference === undefined) return [];
  const conditions = [...(reference === undefined ? [] : [`@id='${reference}'`]), ...(attribute === undefined ? [] : [`@${attribute}`])];
  return [{ kind, path: `//${type ?? "*"}${conditions.length === 0 ? "" : `[${conditions.join(" and ")}]`}` }];
}

/** A path to attributes stands for the elements that have them, the document for its root. */
function elementPath(xpath: string): string {
  if (xpath === "/") return "/*";
  const attribute = /^(.*?)(\/\/?)@([\w.-]+)$/.exec(xpath);
  if (!attribute) return xpath;
  const [, before = "", slashes = "", name = ""] = attribute;
  return slashes === "//" || before === "" ? `${before}//*[@${name}]` : `${before}[@${name}]`;
}

/** Elements a rule is about. A rule to deny something that cannot be understood denies all. */
function matches(root: XmlElement, rule: Rule): XmlElement[] {
  const path = compilePath(rule.path);
  if (path.ok) return selectElements(root, path.value);
  return rule.kind === "deny" ? [root] : [];
}

/** What the user may do with each element, parents counted. */
export function accessOf(root: XmlElement, acl: Acl): Map<XmlElement, Access> {
  const marks = acl.marks(root);
  const access = new Map<XmlElement, Access>();
  const visit = (node: XmlElement, inherited: Access): void => {
    const own = decided(marks.get(node)) ?? inherited;
    access.set(node, own);
    for (const child of node.children) visit(child, own);
  };
  visit(root, "deny");
  return access;
}

function decided(kinds: ReadonlySet<Access> | undefined): Access | undefined {
  return (["deny", "write", "read"] as const).find((kind) => kinds?.has(kind));
}
