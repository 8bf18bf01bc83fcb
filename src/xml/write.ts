import { LIMITS } from "../base/limits.ts";
import { CDATA, COMMENT, type XmlElement } from "./element.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\t": "&#9;",
  "\n": "&#10;",
  "\r": "&#13;",
};

const SPECIAL_IN_VALUE = /[&<>"\t\n\r]/;

/** Escapes text so that it survives as an attribute value, white space included. */
export function escapeAttribute(value: string): string {
  return SPECIAL_IN_VALUE.test(value) ? value.replace(/[&<>"\t\n\r]/g, (c) => ESCAPES[c] ?? c) : value;
}

function escapeText(value: string): string {
  return value.replace(/[&<>\r]/g, (c) => ESCAPES[c] ?? c);
}

/** Chooses attributes to leave out: true means omit. */
export type AttributeFilter = (name: string) => boolean;

/** The document as one line without any white space between elements (the form digests are made of). */
export function writeCompact(root: XmlElement, omit?: AttributeFilter): string {
  const out: string[] = [];
  writeInto(out, root, -1, omit);
  return out.join("");
}

/** The document with two-space indentation and a final newline (the form of files and tools). */
export function writePretty(root: XmlElement, omit?: AttributeFilter): string {
  const out: string[] = [];
  writeInto(out, root, 0, omit);
  return out.join("");
}

/** An element around its children as `writeCompact` writes them. */
export function writeAround(node: XmlElement, children: string): string {
  const out: string[] = [];
  writeStart(out, node, undefined);
  out.push(">", node.text === "" ? "" : escapeText(node.text), children, "</", node.name, ">");
  return out.join("");
}

function writeStart(out: string[], node: XmlElement, omit: AttributeFilter | undefined): void {
  out.push("<", node.name);
  node.attributes.forEach((value, name) => {
    if (omit === undefined || !omit(name)) out.push(" ", name, '="', escapeAttribute(value), '"');
  });
}

/** Indentation by depth. */
const INDENTS: string[] = [];

function indentOf(depth: number): string {
  let indent = INDENTS[depth];
  if (indent === undefined) {
    indent = "  ".repeat(depth);
    if (depth < LIMITS.xmlDepth) INDENTS[depth] = indent;
  }
  return indent;
}

function writeInto(out: string[], node: XmlElement, depth: number, omit: AttributeFilter | undefined): void {
  const indent = depth < 0 ? "" : indentOf(depth);
  const newline = depth < 0 ? "" : "\n";
  if (node.name === COMMENT) {
    out.push(indent, "<!--", node.text, "-->", newline);
    return;
  }
  out.push(indent);
  writeStart(out, node, omit);
  const children = node.childList;
  if (children.length === 0) {
    if (node.text === "") out.push("/>", newline);
    else out.push(">", escapeText(node.text), "</", node.name, ">", newline);
    return;
  }
  const only = children[0] as XmlElement;
  if (only.name === CDATA) {
    out.push("><![CDATA[", only.text.replaceAll("]]>", "]]]]><![CDATA[>"), "]]></", node.name, ">", newline);
    return;
  }
  out.push(">", newline);
  if (node.text !== "") out.push(escapeText(node.text));
  for (let at = 0; at < children.length; at += 1) writeInto(out, children[at] as XmlElement, depth < 0 ? -1 : depth + 1, omit);
  out.push(indent, "</", node.name, ">", newline);
}
