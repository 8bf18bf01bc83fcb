import { COMMENT, XmlElement } from "../xml/element.ts";
import { escapeAttribute, writePretty } from "../xml/write.ts";
import { type Access, type Acl, accessOf } from "./acl.ts";

/** How a document can show what a user may do with it. */
export const ACCESS_STYLES = ["namespace", "text", "color"] as const;
export type AccessStyle = (typeof ACCESS_STYLES)[number];

const WORDS: Readonly<Record<Access, string>> = { write: "writable", read: "readable", deny: "denied" };
const BANNERS: Readonly<Record<Access, string>> = { write: "[ WRITABLE ]", read: "[ READABLE ]", deny: "[ ~DENIED~ ]" };
const COLORS: Readonly<Record<Access, string>> = { write: "\x1b[32m", read: "\x1b[34m", deny: "\x1b[31m" };
const PLAIN = "\x1b[0m";
const NAMESPACE = "http://clusterlabs.org/ns/pacemaker/access/";

/** The document with a user's rights shown. Source: `cibadmin --show-access` of Pacemaker 3.0.2. */
export function accessText(cib: XmlElement, acl: Acl, style: AccessStyle): string {
  const access = accessOf(cib, acl);
  const header = `<!-- ACLs as evaluated for user ${acl.userName} -->\n`;
  if (style === "namespace") return header + writePretty(prefixed(cib, undefined, access));
  const lines: string[] = [];
  show(cib, 0, undefined, access, style, lines);
  return `${header}${lines.map((line) => `${line}\n`).join("")}`;
}

/** The document with a prefix on each element where the rights change. */
function prefixed(node: XmlElement, around: Access | undefined, access: ReadonlyMap<XmlElement, Access>): XmlElement {
  const own = access.get(node);
  if (node.name === COMMENT || own === undefined) return node;
  const name = own === around ? node.name : `pcmk-access-${WORDS[own]}:${node.name}`;
  const made = new XmlElement(
    name,
    node.attributes,
    node.children.map((child) => prefixed(child, own, access)),
    node.text,
  );
  if (around === undefined) for (const word of Object.values(WORDS)) made.set(`xmlns:pcmk-access-${word}`, `${NAMESPACE}${word}`);
  return made;
}

function show(
  node: XmlElement,
  depth: number,
  around: Access | undefined,
  access: ReadonlyMap<XmlElement, Access>,
  style: AccessStyle,
  lines: string[],
): void {
  const indent = "  ".repeat(depth);
  const own = access.get(node);
  if (node.name === COMMENT || own === undefined) {
    lines.push(`${indent}<!--${node.text}-->`);
    return;
  }
  const isColored = style === "color";
  if (!isColored && own !== around) {
    if (depth > 0) lines.push(indent);
    lines.push(`${indent}vvv---${BANNERS[own]}---vvv`);
  }
  const [color, plain] = isColored ? [COLORS[own], PLAIN] : ["", ""];
  const start = `${indent}${color}<${node.name}${attributesText(node)}`;
  if (node.children.length === 0) {
    lines.push(`${start}/>${plain}`);
    return;
  }
  lines.push(`${start}>`);
  for (const child of node.children) show(child, depth + 1, own, access, style, lines);
  lines.push(`${indent}${color}</${node.name}>${plain}`);
}

function attributesText(node: XmlElement): string {
  return [...node.attributes].map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join("");
}
