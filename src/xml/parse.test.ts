import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseStringPromise } from "xml2js";
import { element, XmlElement } from "./element.ts";
import { parseXml } from "./parse.ts";
import { writeCompact, writePretty } from "./write.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/);
const value = fc
  .string({ unit: "binary", maxLength: 12 })
  .map((s) => [...s].filter((c) => /[\t\n\r\x20-\uD7FF\uE000-\uFFFD]/.test(c)).join(""));
const tree: fc.Memo<XmlElement> = fc.memo((depth) =>
  fc
    .tuple(
      name,
      fc.uniqueArray(fc.tuple(name, value), { selector: ([n]) => n, maxLength: 4 }),
      depth > 1 ? fc.array(tree(depth - 1), { maxLength: 3 }) : fc.constant<XmlElement[]>([]),
    )
    .map(([n, attributes, children]) => new XmlElement(n, attributes, children)),
);

describe("XML", () => {
  it("survives writing and reading, in both forms", () => {
    fc.assert(
      fc.property(tree(4), (root) => {
        for (const text of [writeCompact(root), writePretty(root)]) {
          const read = parseXml(text);
          expect(read.ok && writeCompact(read.value)).toBe(writeCompact(root));
        }
      }),
    );
  });

  it("writes what an independent reader understands the same way", async () => {
    await fc.assert(
      fc.asyncProperty(tree(3), async (root) => {
        const other = await parseStringPromise(writeCompact(root), {
          explicitRoot: false,
          explicitChildren: true,
          preserveChildrenOrder: true,
          attrkey: "$",
          emptyTag: () => ({}),
        });
        expect(Object.entries(other.$ ?? {})).toEqual([...root.attributes]);
        expect((other.$$ ?? []).length).toBe(root.children.length);
      }),
      { numRuns: 50 },
    );
  });

  const refused: [string, string, string][] = [
    ["a DTD", '<!DOCTYPE cib [<!ENTITY a "b">]><cib/>', "DTD"],
    ["an undefined entity", "<cib a='&b;'/>", "entity"],
    ["a processing instruction", "<cib><?php x?></cib>", "processing instruction"],
    ["an unclosed element", "<cib><a></cib>", ""],
    ["two roots", "<a/><b/>", ""],
    ["a duplicate attribute", '<a x="1" x="2"/>', ""],
    ["text alone", "hello", ""],
    ["nothing", "", ""],
    ["a bare ampersand", '<a x="a & b"/>', ""],
  ];
  it.each(refused)("refuses %s with line and reason", (_what, text, reason) => {
    const read = parseXml(text);
    expect(read.ok).toBe(false);
    if (!read.ok) {
      expect(read.error.line).toBeGreaterThan(0);
      expect(read.error.message).toContain(reason);
    }
  });

  it("refuses what is too deep or too large before it costs anything", () => {
    expect(parseXml("<a>".repeat(100_000)).ok).toBe(false);
    expect(parseXml(`<a>${"<b/>".repeat(100)}</a>`, { elements: 50 }).ok).toBe(false);
    expect(parseXml(" ".repeat(1000), { documentBytes: 100 }).ok).toBe(false);
  });

  it("refuses every truncation of a document", () => {
    const text = writeCompact(element("cib", { epoch: 1 }, [element("configuration", { id: "x" }, [element("nodes")]), element("status")]));
    for (let end = 0; end < text.length; end += 1) expect(parseXml(text.slice(0, end)).ok).toBe(false);
  });

  it("keeps names like __proto__ apart from objects", () => {
    const read = parseXml('<a __proto__="x" constructor="y"/>');
    expect(read.ok && read.value.get("__proto__")).toBe("x");
    expect(read.ok && read.value.get("toString")).toBeUndefined();
  });
});
