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
});

it("knows the axes pcs writes out", () => {
  expect(idsOf("//cib/descendant::node_state[@id='n7']")).toEqual(["n7"]);
  expect(idsOf("/cib/child::status/node_state[@id=7]")).toEqual(["7"]);
  expect(idsOf("/cib/child::node_state")).toEqual([]);
});
