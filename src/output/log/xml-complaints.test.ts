import { describe, expect, it } from "vitest";
import { xmlComplaints } from "./xml-complaints.ts";

const said = (text: string, name?: string): string[] => xmlComplaints(text, name).map((entry) => entry.text.replace("XML Error: ", ""));
const first = (text: string): string[] => said(text).filter((line) => line.startsWith("Entity: "));

describe("complaints about documents that are not well-formed", () => {
  it("show the line and the place, as libxml2 does", () => {
    expect(said("hello")).toEqual(["Entity: line 1: parser error : Start tag expected, '<' not found", "hello", "^"]);
    expect(said("", "f.xml")).toEqual(["f.xml:1: parser error : Document is empty", "", "^"]);
    expect(said("<cib\n")).toEqual(["Entity: line 2: parser error : Couldn't find end of Start Tag cib line 1", "", "^"]);
    expect(said("<a>\n\t<b/>\n\t</c>\n")).toEqual([
      "Entity: line 3: parser error : Opening and ending tag mismatch: a line 1 and c",
      "\t</c>",
      "\t    ^",
    ]);
  });

  it("go on behind what is wrong", () => {
    expect(first("<a><b></a>")).toEqual([
      "Entity: line 1: parser error : Opening and ending tag mismatch: b line 1 and a",
      "Entity: line 1: parser error : Premature end of data in tag a line 1",
    ]);
    expect(first('<a b=c d="<"/>')).toEqual([
      "Entity: line 1: parser error : AttValue: \" or ' expected",
      "Entity: line 1: parser error : attributes construct error",
      "Entity: line 1: parser error : Couldn't find end of Start Tag a line 1",
      "Entity: line 1: parser error : Extra content at the end of the document",
    ]);
  });

  it.each([
    ["<a/>x", "Extra content at the end of the document"],
    ["<a b/>", "Specification mandates value for attribute b"],
    ['<a b="<"/>', "Unescaped '<' not allowed in attributes values"],
    ['<a b="1" b="2"/>', "Attribute b redefined"],
    ['<a b="&x;"/>', "Entity 'x' not defined"],
    ["<a>& b</a>", "xmlParseEntityRef: no name"],
    ["<a>&amp b</a>", "EntityRef: expecting ';'"],
    ["<a>]]></a>", "Sequence ']]>' not allowed in content"],
    ["<a><!--->", "Comment not terminated"],
    ["<a></a", "expected '>'"],
    ["</a>", "StartTag: invalid element name"],
  ])("tell of %j that %s", (text, complaint) => {
    expect(first(text)[0]).toBe(`Entity: line 1: parser error : ${complaint}`);
  });

  it("are none about good documents, nor about a document type", () => {
    expect(said('<?xml version="1.0"?><!-- a --><!DOCTYPE a [<!ENTITY b "c">]>\n<a b="&#65;&lt;">&amp;<![CDATA[<]]></a>\n')).toEqual([]);
  });

  it("show at most 80 characters of a long line", () => {
    const [, line = "", mark = ""] = said(`<a>${"x".repeat(200)}</b>`);
    expect([line.length, mark.indexOf("^")]).toEqual([80, 80]);
  });
});
