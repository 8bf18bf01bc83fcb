import { describe, expect, it } from "vitest";
import { element, type XmlElement } from "../../../xml/element.ts";
import { readPairs } from "./pairs.ts";
import { resolveReferences } from "./references.ts";

const set = (id: string, score: string | undefined, values: Readonly<Record<string, string>>, rules: XmlElement[] = []): XmlElement =>
  element("meta_attributes", { id, score }, [
    ...rules,
    ...Object.entries(values).map(([name, value]) => element("nvpair", { id: `${id}-${name}`, name, value })),
  ]);

describe("attribute sets", () => {
  const context = { nowEpochSeconds: 0 };

  it("are read highest score first, the first value of a name wins", () => {
    const holder = element("primitive", {}, [set("low", undefined, { a: "1", b: "2" }), set("high", "INFINITY", { a: "9" })]);
    expect(Object.fromEntries(readPairs(holder, "meta_attributes", context))).toEqual({ a: "9", b: "2" });
    const first = readPairs(holder, "meta_attributes", context, new Map(), "low");
    expect(first.get("a")).toBe("1");
  });

  it("are left out when their rule does not hold, and #default takes a name out", () => {
    const never = element("rule", { id: "r" }, [element("expression", { id: "e", attribute: "x", operation: "defined" })]);
    const holder = element("primitive", {}, [set("ruled", "5", { a: "9" }, [never]), set("plain", "1", { a: "1", b: "#default" })]);
    expect(Object.fromEntries(readPairs(holder, "meta_attributes", context, new Map([["b", "7"]])))).toEqual({ a: "1" });
  });

  it("may stand for others by reference", () => {
    const cib = element("cib", {}, [
      element("configuration", {}, [
        element("resources", {}, [
          element("primitive", { id: "p" }, [set("shared", undefined, { a: "1" })]),
          element("primitive", { id: "q" }, [element("meta_attributes", { "id-ref": "shared" })]),
        ]),
      ]),
    ]);
    const resources = resolveReferences(cib).descend("configuration", "resources");
    const second = resources?.children[1];
    expect(second && readPairs(second, "meta_attributes", context).get("a")).toBe("1");
    expect(cib.descend("configuration", "resources")?.children[1]?.children[0]?.children).toEqual([]);
  });
});
