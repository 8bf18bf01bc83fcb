import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Action } from "./action.ts";
import { ActionBook } from "./action-book.ts";

function bookOf(count: number): { readonly book: ActionBook; readonly actions: readonly Action[] } {
  const book = new ActionBook();
  for (let at = 0; at < count; at += 1)
    book.add({
      key: `all_${at}`,
      task: "all",
      resource: undefined,
      node: undefined,
      intervalMs: 0,
      isOptional: true,
      configuration: undefined,
    });
  return { book, actions: book.all };
}

describe("relations", () => {
  it.each([200, 30, 8])("are made where there is none with one of the flags, between few or many of %i actions", (count) => {
    const pair = fc.record({
      first: fc.integer({ min: 0, max: count - 1 }),
      second: fc.integer({ min: 0, max: count - 1 }),
      flag: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 2000, size: "max" }), (pairs) => {
        const { book, actions } = bookOf(count);
        const expected = new Map<string, number>();
        for (const { first, second, flag } of pairs) {
          if (first === second) continue;
          const key = `${first} ${second}`;
          const known = expected.get(key) ?? 0;
          expected.set(key, known | (1 << flag));
          expect(book.relate(actions[first], actions[second], 1 << flag)).toBe((known & (1 << flag)) === 0);
        }
      }),
      { seed: 7, numRuns: 30 },
    );
  });

  it("are told apart by their direction, and by flags that were there before there were many", () => {
    const { book, actions } = bookOf(40);
    const [hub] = actions;
    expect(book.relate(hub, actions[1], 8)).toBe(true);
    for (const one of actions.slice(2)) {
      expect(book.relate(hub, one, 1)).toBe(true);
      expect(book.relate(one, actions[1], 1)).toBe(true);
    }
    expect(book.relate(hub, actions[1], 8 | 2)).toBe(false);
    expect(book.relate(hub, actions[1], 2)).toBe(true);
    expect(book.relate(actions[1], hub, 8)).toBe(true);
    expect(book.relate(actions[3], actions[1], 1)).toBe(false);
  });
});
