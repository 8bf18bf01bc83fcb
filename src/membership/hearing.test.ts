import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupOf, type Hearing } from "./hearing.ts";

/** `a: b c | b` says that `a` hears b and c, and was in a view with b. */
function hearing(...lines: string[]): Map<string, Hearing> {
  return new Map(
    lines.map((line) => {
      const [name = "", rest = ""] = line.split(":");
      const [hears = "", companions = ""] = rest.split("|");
      const words = (text: string): Set<string> => new Set(text.split(" ").filter((word) => word !== ""));
      return [name, { hears: words(hears), companions: words(companions) }];
    }),
  );
}

describe("groupOf", () => {
  it("puts nodes that all hear each other together", () => {
    expect(groupOf("b", hearing("a: b c", "b: a c", "c: a b"))).toEqual(["a", "b", "c"]);
  });

  it("ends a chain in a pair and a single node, the same for all", () => {
    const chain = hearing("a: b", "b: a c", "c: b");
    expect(groupOf("a", chain)).toEqual(["a", "b"]);
    expect(groupOf("b", chain)).toEqual(["a", "b"]);
    expect(groupOf("c", chain)).toEqual(["c"]);
  });

  it("keeps companions together while a newcomer is heard by one of them only", () => {
    const joining = hearing("n1: n2 n3 | n3", "n2: n1", "n3: n1 | n1");
    expect(groupOf("n1", joining)).toEqual(["n1", "n3"]);
    expect(groupOf("n3", joining)).toEqual(["n1", "n3"]);
    expect(groupOf("n2", joining)).toEqual(["n2"]);
  });

  it("takes the newcomer in once all hear it and are heard", () => {
    expect(groupOf("n1", hearing("n1: n2 n3 | n3", "n2: n1 n3", "n3: n1 n2 | n1"))).toEqual(["n1", "n2", "n3"]);
  });

  it("does not keep companions that no longer hear each other", () => {
    const cut = hearing("a: b | b c", "b: a c | a c", "c: b | a b");
    expect(groupOf("a", cut)).toEqual(["a", "b"]);
    expect(groupOf("c", cut)).toEqual(["c"]);
  });

  it("divides any nodes into groups whose members hear each other and agree", () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const someNames = fc.subarray(names).map((list) => new Set(list));
    fc.assert(
      fc.property(fc.array(fc.record({ hears: someNames, companions: someNames }), { minLength: 6, maxLength: 6 }), (list) => {
        const nodes = new Map(names.map((name, i) => [name, list[i] ?? { hears: new Set<string>(), companions: new Set<string>() }]));
        for (const name of names) {
          const group = groupOf(name, nodes);
          expect(group).toContain(name);
          for (const member of group) expect(groupOf(member, nodes)).toEqual(group);
          for (const a of group) for (const b of group) expect(a === b || nodes.get(a)?.hears.has(b)).toBe(true);
        }
      }),
    );
  });
});
