import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NodeSet } from "./node-set.ts";

describe("NodeSet", () => {
  it("holds what a set of the same numbers holds", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200)), fc.array(fc.nat(200)), (indexes, taken) => {
        const nodes = new NodeSet();
        for (const index of indexes) nodes.add(index);
        const expected = new Set(indexes);
        for (const index of taken) expect(nodes.delete(index)).toBe(expected.delete(index));
        expect(nodes.size).toBe(expected.size);
        expect([...nodes]).toEqual([...expected].sort((a, b) => a - b));
        for (let index = 0; index <= 200; index += 1) expect(nodes.has(index)).toBe(expected.has(index));
      }),
    );
  });
});
