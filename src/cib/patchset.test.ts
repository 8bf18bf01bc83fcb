import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { element, type XmlElement } from "../xml/element.ts";
import { writeCompact } from "../xml/write.ts";
import { applyPatchset, makePatchset, patched } from "./patchset.ts";

const leaf = fc.record({ id: fc.integer({ min: 0, max: 12 }), value: fc.string({ maxLength: 4, unit: "grapheme-ascii" }) });

/** A document whose elements all have ids of their own: `shape` lists sections, each with pairs. */
function build(shape: readonly { id: number; pairs: readonly { id: number; value: string }[] }[], numUpdates: number): XmlElement {
  const sections = unique(shape).map((section) =>
    element(
      "set",
      { id: `s${section.id}` },
      unique(section.pairs).map((pair) => element("nvpair", { id: `s${section.id}-p${pair.id}`, value: pair.value })),
    ),
  );
  return element("cib", { admin_epoch: 0, epoch: 1, num_updates: numUpdates }, [element("configuration", {}, sections)]);
}

function unique<T extends { id: number }>(list: readonly T[]): T[] {
  return [...new Map(list.map((item) => [item.id, item])).values()];
}

describe("patchset", () => {
  it("turns the first document into the second, order included", () => {
    const shape = fc.array(fc.record({ id: fc.integer({ min: 0, max: 6 }), pairs: fc.array(leaf, { maxLength: 6 }) }), { maxLength: 6 });
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const before = build(a, 1);
        const after = build(b, 2);
        const result = before.clone();
        const applied = applyPatchset(result, makePatchset(before, after));
        expect(applied.ok).toBe(true);
        expect(writeCompact(result)).toBe(writeCompact(after));
        const text = writeCompact(before);
        const shared = patched(before, makePatchset(before, after));
        expect(shared.ok && writeCompact(shared.value)).toBe(writeCompact(after));
        expect(writeCompact(before)).toBe(text);
      }),
      { numRuns: 400 },
    );
  });

  it("shares with the first document what the patch leaves alone", () => {
    const before = build(
      [...Array(5).keys()].map((id) => ({ id, pairs: [{ id: 1, value: "a" }] })),
      1,
    );
    const after = before.clone().set("num_updates", "2");
    after.descend("configuration")?.children[3]?.children[0]?.set("value", "b");
    const next = patched(before, makePatchset(before, after));
    const sets = (cib: XmlElement | undefined): XmlElement[] => cib?.child("configuration")?.children ?? [];
    const isShared = sets(before).map((set, index) => set === sets(next.ok ? next.value : undefined)[index]);
    expect(isShared).toEqual([true, true, true, false, true]);
  });

  it("copies the whole document where paths could mean several elements", () => {
    const twins = (value: string): XmlElement =>
      element("cib", {}, [element("a", {}, [element("b")]), element("a", {}, [element("b", { value })])]);
    const before = twins("1");
    const patch = element("diff", { format: 2 }, [
      element("change", { operation: "delete", path: "/cib/a" }),
      element("change", { operation: "modify", path: "/cib/a/b" }, [element("change-result", {}, [element("b", { value: "2" })])]),
    ]);
    const next = patched(before, patch);
    expect(next.ok && writeCompact(next.value)).toBe('<cib><a><b value="2"/></a></cib>');
    expect(writeCompact(before)).toBe(writeCompact(twins("1")));
  });

  it("refuses a patch that starts at another version and says which", () => {
    const before = build([], 1);
    const patch = makePatchset(before, build([{ id: 1, pairs: [] }], 2));
    const later = build([], 5);
    const older = applyPatchset(later, patch);
    expect(older.ok ? "" : older.error.kind).toBe("older-source");
    const newer = applyPatchset(build([], 0), patch);
    expect(newer.ok ? "" : newer.error.message).toContain("0.1.1");
  });
});
