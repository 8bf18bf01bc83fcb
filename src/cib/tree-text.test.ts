import fc from "fast-check";
import { expect, it } from "vitest";
import { CDATA, COMMENT, element, XmlElement } from "../xml/element.ts";
import { writeCompact } from "../xml/write.ts";
import { isSameText, shallowCopy } from "./shared-copy.ts";
import { treeText } from "./tree-text.ts";

const leaf = fc.oneof(
  fc.string({ maxLength: 5 }).map((text) => new XmlElement(COMMENT, [], [], text.replaceAll("-", "+"))),
  fc.string({ maxLength: 5 }).map((text) => new XmlElement(CDATA, [], [], text)),
);
const tree = fc.letrec<{ node: XmlElement }>((tie) => ({
  node: fc
    .tuple(
      fc.constantFrom("a", "b"),
      fc.dictionary(fc.constantFrom("id", "x", "y"), fc.string({ maxLength: 3 })),
      fc.oneof({ maxDepth: 4 }, fc.constant<XmlElement[]>([]), fc.array(fc.oneof(tie("node"), leaf), { maxLength: 3 })),
      fc.string({ maxLength: 4 }),
    )
    .map(([name, attributes, children, text]) => new XmlElement(name, Object.entries(attributes), children, text)),
})).node;

it("is the text that writeCompact writes, however often it is asked for", () => {
  fc.assert(
    fc.property(tree, (root) => {
      const text = writeCompact(root);
      expect([treeText(root), treeText(root), treeText(element("outer", {}, [root]))]).toEqual([text, text, `<outer>${text}</outer>`]);
    }),
  );
});

it("holds what is new in a document that shares the rest, large and small", () => {
  const resources = Array.from({ length: 400 }, (_, index) =>
    element("primitive", { id: `r${index}` }, [element("op", { id: `o${index}` })]),
  );
  const before = element("cib", {}, [element("configuration", {}, [element("resources", {}, resources)])]);
  expect(treeText(before)).toBe(writeCompact(before));
  const own = shallowCopy(resources[7] as XmlElement);
  own.children.push(element("op", { id: "new" }));
  const after = element("cib", {}, [element("configuration", {}, [element("resources", {}, resources.with(7, own))])]);
  expect(treeText(after)).toBe(writeCompact(after));
  expect(treeText(before)).toBe(writeCompact(before));
});

it("two documents are the same exactly when their texts are", () => {
  fc.assert(
    fc.property(tree, tree, (one, other) => {
      expect(isSameText(one, one.clone())).toBe(true);
      const shape = (node: XmlElement): string =>
        `${node.name}|${JSON.stringify([...node.attributes])}|${JSON.stringify(node.text)}(${node.children.map(shape).join(",")})`;
      expect(isSameText(one, other)).toBe(shape(one) === shape(other));
    }),
  );
});
