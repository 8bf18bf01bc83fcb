import fc from "fast-check";
import { expect, it } from "vitest";
import { PairFlags } from "./pair-flags.ts";

it("keeps the flags of each pair", () => {
  const pair = fc.record({
    first: fc.integer({ min: 1, max: 60 }),
    second: fc.integer({ min: 1, max: 60 }),
    flag: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 3000 }), (pairs) => {
      const kept = new PairFlags();
      const expected = new Map<string, number>();
      for (const { first, second, flag } of pairs) {
        const key = `${first} ${second}`;
        if (kept.get(first, second) !== (expected.get(key) ?? 0)) return false;
        kept.add(first, second, 1 << flag);
        expected.set(key, (expected.get(key) ?? 0) | (1 << flag));
      }
      return [...expected].every(([key, flags]) => {
        const [first = 0, second = 0] = key.split(" ").map(Number);
        return kept.get(first, second) === flags;
      });
    }),
    { seed: 7, numRuns: 50 },
  );
});

it("knows nothing of a pair the other way round", () => {
  const kept = new PairFlags();
  kept.add(3, 4, 8);
  expect(kept.get(4, 3)).toBe(0);
  expect(kept.get(3, 4)).toBe(8);
});
