import fc from "fast-check";
import { expect, it } from "vitest";
import { PairFlags } from "./pair-flags.ts";

it.each([0, 10, 4000])("takes flags that a pair does not have yet, with %i pairs expected", (expectedSize) => {
  const pair = fc.record({
    first: fc.integer({ min: 1, max: 60 }),
    second: fc.integer({ min: 1, max: 60 }),
    flag: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 5000 }), (pairs) => {
      const kept = new PairFlags(expectedSize);
      const expected = new Map<string, number>();
      return pairs.every(({ first, second, flag }) => {
        const key = `${first} ${second}`;
        const known = expected.get(key) ?? 0;
        const flags = 1 << flag;
        expected.set(key, known | flags);
        return kept.add(first, second, flags) === ((known & flags) === 0);
      });
    }),
    { seed: 7, numRuns: 50 },
  );
});

it("refuses flags of which the pair has one, and knows nothing of the pair the other way round", () => {
  const kept = new PairFlags(2);
  expect(kept.add(3, 4, 8)).toBe(true);
  expect(kept.add(3, 4, 8 | 2)).toBe(false);
  expect(kept.add(3, 4, 2)).toBe(true);
  expect(kept.add(4, 3, 8)).toBe(true);
});
