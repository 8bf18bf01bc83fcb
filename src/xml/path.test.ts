import fc from "fast-check";
import { expect, it } from "vitest";
import { parseXml } from "./parse.ts";
import { compilePath, selectElements } from "./path.ts";

const parsed = parseXml('<cib><status><node_state id="138595012415526"/><node_state id="7"/><node_state id="n7"/></status></cib>');

function idsOf(path: string): (string | undefined)[] {
  const compiled = compilePath(path);
  if (!parsed.ok || !compiled.ok) throw new Error(path);
  return selectElements(parsed.value, compiled.value).map((node) => node.id);
}

it("compares attributes with numbers by value, as XPath does: text that is none equals none", () => {
  expect(idsOf("/cib/status/node_state[@id=138595012415526]")).toEqual(["138595012415526"]);
  expect(idsOf("//node_state[@id!=7]")).toEqual(["138595012415526", "n7"]);
  expect(idsOf("//node_state[2]")).toEqual(["7"]);
  expect(idsOf("//node_state[starts-with(@id,'7')]")).toEqual(["7"]);
  expect(idsOf("//node_state[contains(@id,'7')]")).toEqual(["7", "n7"]);
});

it("knows the axes pcs writes out", () => {
  expect(idsOf("//cib/descendant::node_state[@id='n7']")).toEqual(["n7"]);
  expect(idsOf("/cib/child::status/node_state[@id=7]")).toEqual(["7"]);
  expect(idsOf("/cib/child::node_state")).toEqual([]);
});

it("takes a slash for the root, and an attribute at the end for the elements that have it", () => {
  const namesOf = (path: string): string[] => {
    const compiled = compilePath(path);
    if (!parsed.ok || !compiled.ok) throw new Error(path);
    return selectElements(parsed.value, compiled.value).map((node) => node.name);
  };
  expect(namesOf("/")).toEqual(["cib"]);
  expect(namesOf("/ | //status")).toEqual(["cib", "status"]);
  expect(idsOf("//@id")).toEqual(["138595012415526", "7", "n7"]);
  expect(idsOf("//node_state[@id=7]/@id")).toEqual(["7"]);
  expect(idsOf("//node_state/@uname")).toEqual([]);
  for (const wrong of ["/@", "/@id", "//status//@id", "//@id/x", "//"]) expect(compilePath(wrong).ok).toBe(false);
});

it("goes up again, as pcs does to find the clone of a primitive", () => {
  const text =
    '<cib><clone id="c"><group id="g"><primitive id="p"/><primitive id="q"/></group></clone><clone id="d"><primitive id="r"/></clone></cib>';
  const document = parseXml(text);
  const select = (path: string): (string | undefined)[] => {
    const compiled = compilePath(path);
    if (!document.ok || !compiled.ok) throw new Error(path);
    return selectElements(document.value, compiled.value).map((node) => node.id ?? node.name);
  };
  expect(select("//clone/primitive[@id='r']/..")).toEqual(["d"]);
  expect(select("//clone/group/primitive[@id='p']/../..")).toEqual(["c"]);
  expect(select("//primitive/..")).toEqual(["g", "d"]);
  expect(select("//primitive/parent::group")).toEqual(["g"]);
  expect(select("//primitive/../primitive[2]")).toEqual(["q"]);
  expect(select("//primitive[@id='q']/./..")).toEqual(["g"]);
  expect(select("/cib/..")).toEqual([]);
  for (const wrong of ["..", "/..", "/.", "//..", "//primitive/...", "//primitive//.."]) expect(compilePath(wrong).ok).toBe(false);
});

it("refuses conditions that are nested deeper than anybody writes", () => {
  expect(compilePath(`//a[${"(".repeat(2000)}@id${")".repeat(2000)}]`).ok).toBe(false);
  expect(compilePath(`//a[${"(".repeat(20)}@id${")".repeat(20)}]`).ok).toBe(true);
});

it("reads or refuses whatever it is given", () => {
  const tokens = [
    "/",
    "//",
    "..",
    ".",
    "*",
    "@",
    "[",
    "]",
    "(",
    ")",
    "not(",
    "'x'",
    "1",
    "id",
    "cib",
    "status",
    "and",
    "or",
    "=",
    "!=",
    "|",
    " ",
    "é",
  ];
  const words = fc.constantFrom(...tokens, "child::", "parent::", "descendant::", "node_state", "99999999999", "\n");
  const property = fc.property(fc.array(words, { maxLength: 14 }), (parts) => {
    const compiled = compilePath(parts.join(""));
    if (parsed.ok && compiled.ok) selectElements(parsed.value, compiled.value);
  });
  fc.assert(property, { numRuns: 2000 });
});

it("selects in the order of the document, at whatever depth, and counts what the conditions before left", () => {
  const text = '<cib><a><p id="1" k="x"/></a><p id="2"/><b><a><p id="3"/><p id="4" k="x"/><p id="5" k="x"/></a></b><p id="6" k="x"/></cib>';
  const document = parseXml(text);
  const select = (path: string): (string | undefined)[] => {
    const compiled = compilePath(path);
    if (!document.ok || !compiled.ok) throw new Error(path);
    return selectElements(document.value, compiled.value).map((node) => node.id);
  };
  expect(select("//p")).toEqual(["1", "2", "3", "4", "5", "6"]);
  expect(select("//a/p")).toEqual(["1", "3", "4", "5"]);
  expect(select("/cib//p[@k='x']")).toEqual(["1", "4", "5", "6"]);
  expect(select("//p[@k='x'][2]")).toEqual(["5"]);
  expect(select("//p[2][@k='x']")).toEqual(["4", "6"]);
  expect(select("/cib/p | //a/p[1]")).toEqual(["1", "2", "3", "6"]);
  expect(select("//p[last()]")).toEqual(["1", "5", "6"]);
  expect(select("//p[@k='x'][position() = last()]")).toEqual(["1", "5", "6"]);
  expect(select("//p[position()=2]")).toEqual(["4", "6"]);
  expect(select("//p[contains(@id, '5') or starts-with(@k,'x')]")).toEqual(["1", "4", "5", "6"]);
  expect(select("//p[not(starts-with(@k,'x'))]")).toEqual(["2", "3"]);
  expect(select("//p[contains(@nothing,'')]")).toHaveLength(6);
  for (const wrong of ["//p[last]()", "//p[last(]", "//p[position()]", "//p[position()=x]", "//p[contains(@id)]", "//p[contains('a','a')]"])
    expect(compilePath(wrong).ok).toBe(false);
});
