import fc from "fast-check";
import { expect, it } from "vitest";
import { mergeSort } from "./merge-sort.ts";

it("sorts as the built-in does where the order is transitive, equals in place", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat())), (list) => {
      const compare = (a: readonly [number, number], b: readonly [number, number]): number => a[0] - b[0];
      expect(mergeSort(list, compare)).toEqual([...list].sort(compare));
    }),
  );
});
