import fc from "fast-check";
import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import { COMMENT, XmlElement } from "./element.ts";
import { ElementKind } from "./element-kind.ts";
import { parseXml } from "./parse.ts";
import { writeCompact } from "./write.ts";

/** The same tree by an independent strict parser; undefined for what it refuses. */
function readBySaxes(text: string): XmlElement | undefined {
  const parser = new SaxesParser({ xmlns: false });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  const refuse = (): never => {
    throw new Error("refused");
  };
  const addText = (chunk: string): void => {
    const parent = open.at(-1);
    if (parent) parent.text += chunk;
  };
  parser.on("error", refuse);
  parser.on("doctype", refuse);
  parser.on("processinginstruction", refuse);
  parser.on("opentag", (tag) => {
    const made = new XmlElement(tag.name, Object.entries(tag.attributes as Record<string, string>));
    if (open.length > 0) open.at(-1)?.children.push(made);
    else root = made;
    open.push(made);
  });
  parser.on("closetag", () => {
    const closed = open.pop();
    if (closed && closed.text.trim() === "") closed.text = "";
  });
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("comment", (comment) => {
    open.at(-1)?.children.push(new XmlElement(COMMENT, [], [], comment));
  });
  try {
    parser.write(text).close();
    return root;
  } catch {
    return undefined;
  }
}

const HALF_CHARACTER = /\p{Surrogate}/u;

const plain = (node: XmlElement): unknown => [node.name, [...node.attributes], node.text, node.children.map(plain)];

const space = fc.constantFrom("", " ", "\n", "\r\n", "\t", "\r", "  \n  ");
const gap = fc.constantFrom(" ", "\n", "\r\n\t", "  ");
const name = fc.constantFrom("a", "b", "cib", "a-b", "a.b", "x:y", "_", "é", "名前", "a·", "𐀀x", "ab");
const reference = fc.constantFrom("&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#10;", "&#x9;", "&#13;", "&#x1F600;", "&#32;");
const words = fc.constantFrom("x", "1", "INFINITY", "é", "日本", "😀", "a b", "]]", "]", "-", "=", "\u00a0", "\ud7ff", "\ufffd");
const joined = (...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.array(fc.oneof(...parts), { maxLength: 4 }).map((list) => list.join(""));
const value = fc.oneof(
  joined(words, reference, space, fc.constantFrom("'", ">")).map((text) => `"${text}"`),
  joined(words, reference, space, fc.constantFrom('"', ">")).map((text) => `'${text}'`),
);
const attribute = fc
  .tuple(gap, name, space, space, value)
  .map(([before, key, left, right, text]) => `${before}${key}${left}=${right}${text}`);
const comment = joined(words, space, fc.constantFrom("<", "&", "&#1;", ">", "'")).map((text) => `<!--${text}-->`);
const section = joined(words, space, fc.constantFrom("<a>", "&", "]]", "]")).map((text) => `<![CDATA[${text}]]>`);
const document = fc.letrec<{ element: string }>((tie) => ({
  element: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.tuple(name, fc.array(attribute, { maxLength: 3 }), space).map(([tag, attributes, end]) => `<${tag}${attributes.join("")}${end}/>`),
    fc
      .tuple(name, fc.array(attribute, { maxLength: 3 }), space, joined(tie("element"), words, reference, space, comment, section))
      .map(([tag, attributes, end, inner]) => `<${tag}${attributes.join("")}${end}>${inner}</${tag}${end}>`),
  ),
})).element;
const head = fc.constantFrom(
  "",
  "\ufeff",
  "<?xml version='1.0'?>",
  '<?xml version="1.0" encoding="utf-8"?>\n',
  '\ufeff<?xml version="1.0" standalone = "no" ?>',
  " ",
);
const text = fc
  .tuple(head, fc.option(comment, { nil: "" }), document, space, fc.option(comment, { nil: "" }))
  .map((parts) => parts.join(""));

const damage = fc.constantFrom(
  ..."<>&;\"'=/!?[]- \t\r\nax:#\u0000\u0001\ufffe\ud800\udc00é".split(""),
  ...[
    "<?xml version='1.0'?>",
    "<?a?>",
    "]]>",
    "--",
    "<!DOCTYPE a>",
    "&x;",
    "&#0;",
    "<a",
    "</a>",
    "<![CDATA[",
    "",
    "&#xD800;",
    "&#X41;",
    "&amp",
  ],
);

describe("scanner", () => {
  it("reads what an independent strict parser reads, and refuses what that refuses", () => {
    let accepted = 0;
    fc.assert(
      fc.property(text, (good) => {
        const read = parseXml(good);
        const other = readBySaxes(good);
        if (read.ok) accepted += 1;
        expect(read.ok && plain(read.value)).toEqual(other !== undefined && plain(other));
      }),
      { seed: 20, numRuns: 1500 },
    );
    expect(accepted).toBeGreaterThan(500);
  });

  it("agrees on damaged documents", () => {
    fc.assert(
      fc.property(text, fc.array(fc.tuple(fc.nat(), fc.nat(3), damage), { minLength: 1, maxLength: 2 }), (good, damages) => {
        let bad = good;
        for (const [where, length, what] of damages) {
          const at = where % (bad.length + 1);
          bad = bad.slice(0, at) + what + bad.slice(at + length);
        }
        const read = parseXml(bad);
        // Saxes takes half a character for a whole one.
        const other = HALF_CHARACTER.test(bad) ? undefined : readBySaxes(bad);
        expect(read.ok && plain(read.value)).toEqual(other !== undefined && plain(other));
      }),
      { seed: 21, numRuns: 4000 },
    );
  });

  it("agrees on rows of alike elements, good and damaged", () => {
    const cell = fc.constantFrom('"1"', '"a b"', '"&lt;"', '"a\nb"', "'q'", '"é"', '">"', '"\'"', '"😀"', '""', '"\t"');
    const row = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(cell, cell).map(([id, key]) => `<op id=${id} name=${key}/>`) },
      fc.tuple(cell, cell).map(([id, key]) => `<op id=${id} name2=${key}></op>`),
      fc.constantFrom("<o/>", '<ops id="1"/>', '<op id="1"  name="2" />', "<op>x</op>", "<op/>", '<op name="1" id="2"></op >'),
    );
    const between = fc.constantFrom("", "\n  ", "\n  ", "\n", " ", "\r\n", "x");
    const rows = fc.array(fc.tuple(between, row), { maxLength: 8 }).map((list) => `<ops>${list.flat().join("")}\n</ops>`);
    fc.assert(
      fc.property(rows, fc.option(fc.tuple(fc.nat(), fc.nat(2), damage)), (good, hurt) => {
        const at = hurt ? hurt[0] % good.length : 0;
        const read = hurt ? good.slice(0, at) + hurt[2] + good.slice(at + hurt[1]) : good;
        const own = parseXml(read);
        const other = HALF_CHARACTER.test(read) ? undefined : readBySaxes(read);
        expect(own.ok && plain(own.value)).toEqual(other !== undefined && plain(other));
      }),
      { seed: 22, numRuns: 3000 },
    );
  });

  it("agrees on many elements with the same things in them, good and damaged, whatever is looked at first", () => {
    const cell = fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom("1", "a b", "", "é", ">", "'", "x:7:y") },
      fc.constantFrom("&lt;", "a\nb", "😀", "\t"),
    );
    const before = fc.oneof({ weight: 12, arbitrary: fc.constant("\n  ") }, fc.constantFrom("", " ", "\r\n", "x", "<!--c-->"));
    const row = fc.tuple(before, cell, cell, cell, fc.nat(20)).map(([gap, id, key, value, kind]) => {
      const begin = `${gap}<rsc id="${id}" type="${key}">`;
      if (kind === 0) return `${begin}<op id="${key}" rc="${value}"></op></rsc>`;
      if (kind === 1) return `${begin}<op id="${key}"/><op rc="${value}"/></rsc>`;
      if (kind === 2) return `${begin}text<op id="${key}" rc="${value}"/></rsc>`;
      return `${begin}${gap}<op id="${key}" rc="${value}"/>${gap}</rsc>`;
    });
    const rows = fc.array(row, { minLength: 30, maxLength: 70 }).map((list) => `<list><rest/>${list.join("")}\n</list>`);
    const looks: ((root: XmlElement) => void)[] = [
      (root) => root.parts.map((part) => (part instanceof XmlElement ? part : part.at(part.count - 1))),
      (root) => root.parts.map((part) => !(part instanceof XmlElement) && part.startTag(0)),
      (root) => root.childrenNamed("rsc").map((child) => [child.get("type"), child.id]),
      (root) => root.children.at(-1)?.child("op"),
      (root) => root.children.at(-1)?.set("id", root.children.at(-1)?.get("id")),
      (root) => root.attributes,
    ];
    let foldedCount = 0;
    fc.assert(
      fc.property(rows, fc.option(fc.tuple(fc.nat(), fc.nat(2), damage)), fc.nat(looks.length - 1), (good, hurt, look) => {
        const at = hurt ? hurt[0] % good.length : 0;
        const read = hurt ? good.slice(0, at) + hurt[2] + good.slice(at + hurt[1]) : good;
        const own = parseXml(read);
        const other = HALF_CHARACTER.test(read) ? undefined : readBySaxes(read);
        if (own.ok) {
          for (const part of own.value.parts) if (!(part instanceof XmlElement)) foldedCount += part.count;
          const copy = own.value.clone();
          looks[look]?.(own.value);
          expect(plain(copy)).toEqual(plain(own.value));
        }
        expect(own.ok && plain(own.value)).toEqual(other !== undefined && plain(other));
      }),
      { seed: 23, numRuns: 1500 },
    );
    expect(foldedCount).toBeGreaterThan(1000);
  });

  it("tells the same of elements whether they are folded or not", () => {
    const kind = new ElementKind("op", { rc: "7" }, { key: '[^":]*:7:[^"]*', id: '(?![^"]*_end(?:"|$))[^"]*' });
    const row = fc
      .tuple(
        fc.constantFrom("1", "2"),
        fc.constantFrom("7", "0", "77"),
        fc.constantFrom("1:7:a", "1:0:a", ":7:", "7"),
        fc.constantFrom("x", "x_end"),
      )
      .map(([id, rc, key, own]) => `<rsc id="${id}" type="t"><op id="${own}" rc="${rc}" key="${key}"/></rsc>`);
    fc.assert(
      fc.property(fc.array(row, { minLength: 50, maxLength: 60 }), fc.boolean(), fc.boolean(), (list, isExpected, isCopied) => {
        const document = `<list>${list.join("")}</list>`;
        const read = parseXml(document, isExpected ? { frequent: kind } : {});
        const other = parseXml(document);
        if (!read.ok || !other.ok) throw new Error("refused");
        const unfolded = other.value.children.map((child) => new XmlElement(child.name, child.attributes, child.children, child.text));
        const root = isCopied ? read.value.clone() : read.value;
        const seen: unknown[] = [];
        for (const part of root.parts) {
          if (part instanceof XmlElement) {
            seen.push(part.fits(kind));
            continue;
          }
          for (let at = 0; at < part.count; at += 1) {
            const startTag = /^<[^>]*>/.exec(list[seen.length] ?? "")?.[0] ?? "";
            expect(part.startTag(at)).toBe(startTag);
            const tags = ['<rsc id="3" type="t">', startTag, startTag];
            const isTwice = list[seen.length + 1]?.startsWith(startTag) === true && at + 1 < part.count;
            expect(part.countBegunBy(tags, 0, at)).toBe(0);
            expect(part.countBegunBy(tags, 1, at)).toBe(isTwice ? 2 : 1);
            const fits = (): boolean => part.endOfKind(kind, at, at + 1) === at + 1;
            seen.push(fits());
            expect(part.endOfKind(kind, at, at)).toBe(at);
            const end = part.endOfKind(kind, at, part.count);
            for (let other = at; other < end; other += 1) expect(part.endOfKind(kind, other, other + 1)).toBe(other + 1);
            if (end < part.count) expect(part.endOfKind(kind, end, end + 1)).toBe(end);
            const made = part.at(at);
            expect(part.at(at)).toBe(made);
            expect([part.startTag(at), fits(), made.fits(kind)]).toEqual([startTag, seen.at(-1), seen.at(-1)]);
            expect([part.countBegunBy(tags, 1, at), made.isBegunBy(startTag), made.isBegunBy("<rsc>")]).toEqual([0, true, false]);
            expect(made.id).toBe(/id="(.)"/.exec(startTag)?.[1]);
          }
        }
        expect(seen).toEqual(unfolded.map((child) => child.fits(kind)));
        expect(root.children.map((child) => child.fits(kind))).toEqual(seen);
      }),
      { seed: 24, numRuns: 300 },
    );
  });

  it("keeps its bounds among elements with the same things in them", () => {
    const rows = `<list>${"<a><b x='1'/></a>".replaceAll("'", '"').repeat(60)}</list>`;
    expect(parseXml(rows, { elements: 121, depth: 3 }).ok).toBe(true);
    expect(parseXml(rows, { elements: 120 })).toMatchObject({ ok: false, error: { message: "more than 120 elements" } });
    const deep = `<list>${'<a><b x="1"/></a>'.repeat(60)}<c><a><b x="1"/></a></c></list>`;
    expect(parseXml(deep, { depth: 2 })).toMatchObject({ ok: false, error: { message: "elements nested deeper than 2" } });
    expect(parseXml(`<list>${'<a><b x="1"/></a>'.repeat(60)}</list><a><b x="1"/></a>`)).toMatchObject({
      ok: false,
      error: { message: "more than one root element" },
    });
  });

  it("tells line and column of what is wrong", () => {
    const places: [string, number, number][] = [
      ["<a>\n  <b x='1' x='2'/>\n</a>", 2, 12],
      ["<a>\r\n<b>\r\n</c></a>", 3, 1],
      ["<a>\n<b y='&nix;'/></a>", 2, 7],
      ["<a>\n<b></b>", 2, 8],
      ["<a/>\n\n x", 3, 2],
    ];
    for (const [bad, line, column] of places) expect(parseXml(bad)).toMatchObject({ ok: false, error: { line, column } });
  });

  it("keeps values apart when one of two elements that share their names changes", () => {
    const read = parseXml('<a><b x="1" y="2"/><b x="3" y="4"/></a>');
    if (!read.ok) throw new Error(read.error.message);
    const copy = read.value.clone();
    read.value.children[0]?.set("y", "5").set("z", "6").set("x", undefined);
    expect(writeCompact(read.value)).toBe('<a><b y="5" z="6"/><b x="3" y="4"/></a>');
    expect(writeCompact(copy)).toBe('<a><b x="1" y="2"/><b x="3" y="4"/></a>');
  });

  it("reads a large document in time that grows with its size", () => {
    const many = Array.from({ length: 300 }, (_, index) => ` a${index}="${index}"`).join("");
    const wide = `<a>${`<b${many}/>`.repeat(200)}</a>`;
    const names = `<a>${Array.from({ length: 20_000 }, (_, index) => `<b${index} c${index}="1"/>`).join("")}</a>`;
    for (const large of [wide, names, `<a>${"x &amp; ".repeat(100_000)}</a>`, `<a>${"<!-- -->".repeat(100_000)}</a>`])
      expect(parseXml(large).ok).toBe(true);
  });
});
