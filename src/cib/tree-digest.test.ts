import fc from "fast-check";
import { expect, it } from "vitest";
import { Mixture } from "../base/mixture.ts";
import { element, XmlElement } from "../xml/element.ts";
import { treeDigest } from "./tree-digest.ts";

const tree = fc.letrec<{ node: XmlElement }>((tie) => ({
  node: fc
    .tuple(
      fc.constantFrom("a", "b"),
      fc.dictionary(fc.constantFrom("id", "x", "y"), fc.string({ maxLength: 3 })),
      fc.oneof({ maxDepth: 3 }, fc.constant<XmlElement[]>([]), fc.array(tie("node"), { maxLength: 3 })),
    )
    .map(([name, attributes, children]) => new XmlElement(name, Object.entries(attributes), children)),
})).node;

const text = (node: XmlElement): string => `${node.name}${JSON.stringify([...node.attributes])}(${node.children.map(text).join(",")})`;

it("is the same exactly for the same documents", () => {
  fc.assert(
    fc.property(tree, tree, (one, other) => {
      expect(treeDigest(one)).toBe(treeDigest(one.clone()));
      expect(treeDigest(one) === treeDigest(other)).toBe(text(one) === text(other));
    }),
  );
});

it("tells borders and places apart", () => {
  const forms = [
    element("a", { x: "12", y: "3" }),
    element("a", { x: "1", y: "23" }),
    element("a", { y: "3", x: "12" }),
    element("a", {}, [element("b"), element("c", {}, [element("d")])]),
    element("a", {}, [element("c", {}, [element("d")]), element("b")]),
    element("a", {}, [element("b", {}, [element("c")]), element("d")]),
  ];
  expect(new Set(forms.map(treeDigest)).size).toBe(forms.length);
});

it("has no two equal digests among many short texts", () => {
  const seen = new Set<string>();
  for (let i = 0; i < 200_000; i += 1) seen.add(new Mixture().text(`web_monitor_${i}`).hex());
  expect(seen.size).toBe(200_000);
  // Each lane alone: a few collisions are chance (about 4.7 are expected of 200000 in 2^32).
  for (const part of [(hex: string) => hex.slice(0, 8), (hex: string) => hex.slice(8)])
    expect(200_000 - new Set([...seen].map(part)).size).toBeLessThan(25);
});
