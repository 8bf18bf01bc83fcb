import { expect, it } from "vitest";
import { element, type XmlElement } from "./element.ts";
import { parseXml } from "./parse.ts";

function read(text: string): XmlElement {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

it("tells how attributes behind the first one are written, as long as nothing was changed", () => {
  const [first, coded, odd, single, none] = read(
    `<list><op id="a" name="x" interval="10s"/><op id="&#65;" name="x&amp;" interval=""/><op id='b'  name='x'/><op id="c"/><op/></list>`,
  ).children as [XmlElement, XmlElement, XmlElement, XmlElement, XmlElement];
  expect(first.writtenBehindFirst).toBe('" name="x" interval="10s');
  expect(coded.writtenBehindFirst).toBe('" name="x&amp;" interval="');
  expect(odd.writtenBehindFirst).toBe("'  name='x");
  expect(single.writtenBehindFirst).toBe("");
  expect(none.writtenBehindFirst).toBeUndefined();
  expect(element("op", { id: "a", name: "x" }).writtenBehindFirst).toBeUndefined();
  expect(first.set("name", "y").writtenBehindFirst).toBeUndefined();
});

it("tells nothing of what was not taken apart yet", () => {
  const list = read(`<list>${'<a id="1"><b id="2" c="3"/></a>'.repeat(60)}</list>`);
  const last = list.children.at(-1) as XmlElement;
  expect(last.writtenBehindFirst).toBeUndefined();
  expect(last.children[0]?.writtenBehindFirst).toBe('" c="3');
  expect(last.writtenBehindFirst).toBe("");
});
