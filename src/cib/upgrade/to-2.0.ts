import { element, XmlElement } from "../../xml/element.ts";
import type { UpgradeNote } from "./upgrade-note.ts";

const KINDS = ["read", "write", "deny"];

/**
 * From pacemaker-1.3 to pacemaker-2.0: users with permissions of their own become targets with a role `auto-USER`, and
 * permissions get today's names. `cib` is changed. Source: Pacemaker Explained, "Access Control Lists", 1.x and 2.x.
 */
export function upgradeTo20(cib: XmlElement): UpgradeNote[] {
  const notes: UpgradeNote[] = [];
  const acls = cib.descend("configuration", "acls");
  if (acls) acls.children.splice(0, acls.children.length, ...acls.children.flatMap((child) => upgraded(child, notes)));
  return notes;
}

function upgraded(node: XmlElement, notes: UpgradeNote[]): XmlElement[] {
  if (node.name === "acl_user") return upgradedUser(node, notes);
  if (KINDS.includes(node.name)) return [permission(node, notes)];
  const name = node.name === "role_ref" ? "role" : node.name;
  const children = node.children.flatMap((child) => upgraded(child, notes));
  return [new XmlElement(name, node.attributes, children, node.text)];
}

function upgradedUser(user: XmlElement, notes: UpgradeNote[]): XmlElement[] {
  if (user.child("role_ref")) {
    const children = user.children.flatMap((child) => upgraded(child, notes));
    return [new XmlElement("acl_target", user.attributes, children)];
  }
  const target = new XmlElement("acl_target", user.attributes);
  const permissions = user.children.filter((child) => KINDS.includes(child.name));
  if (permissions.length === 0) return [target];
  const id = `auto-${user.id}`;
  target.children.push(element("role", { id }));
  const role = element(
    "acl_role",
    { id },
    permissions.map((child) => permission(child, notes)),
  );
  return [target, role];
}

function permission(node: XmlElement, notes: UpgradeNote[]): XmlElement {
  const { id } = node;
  const [ref, tag, xpath, attribute] = ["ref", "tag", "xpath", "attribute"].map((name) => node.get(name));
  const note = (text: string): void => void notes.push({ severity: "info", text: `ACLs: ${text}` });
  const made = element("acl_permission", { id, kind: node.name });
  if (ref !== undefined) {
    if (attribute !== undefined) note(`attribute ${attribute} of ${id} is ignored beside ref`);
    return made.set("reference", ref);
  }
  if (tag !== undefined) {
    if (attribute !== undefined) note(`attribute ${attribute} of ${id} counts for all elements ${tag}`);
    return made.set("object-type", tag).set("attribute", attribute);
  }
  if (attribute !== undefined) note(`attribute ${attribute} of ${id} is now part of its xpath`);
  return made.set("xpath", xpath === undefined || attribute === undefined ? xpath : `${xpath}[@${attribute}]`);
}
