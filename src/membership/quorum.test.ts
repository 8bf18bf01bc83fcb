import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commitRight, hasQuorum, type QuorumFacts } from "./quorum.ts";

const facts = (configured: string, members: string, more: Partial<QuorumFacts> = {}): QuorumFacts => ({
  configured: [...configured],
  members: [...members],
  hasSeenAll: true,
  options: { isTwoNode: false, isWaitForAll: false },
  ...more,
});
const TWO = { options: { isTwoNode: true, isWaitForAll: true } };

describe("hasQuorum", () => {
  it.each([
    ["abc", "ab", true],
    ["abc", "a", false],
    ["abcd", "ab", false],
    ["abcd", "abc", true],
    ["a", "a", true],
    // A node that is not configured has no vote.
    ["abc", "axy", false],
  ])("of %s: %s", (configured, members, expected) => expect(hasQuorum(facts(configured, members))).toBe(expected));

  it("needs one of two with two_node, once both have been seen", () => {
    expect(hasQuorum(facts("ab", "a", TWO))).toBe(true);
    expect(hasQuorum(facts("ab", "a", { ...TWO, hasSeenAll: false }))).toBe(false);
    expect(hasQuorum(facts("ab", "ab", { ...TWO, hasSeenAll: false }))).toBe(true);
    expect(hasQuorum(facts("abc", "a", TWO))).toBe(false);
  });

  it("is never on both sides of a partition, but for two_node", () => {
    const names = [..."abcdefg"];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.subarray(names), (count, side) => {
        const configured = names.slice(0, count).join("");
        const here = side.join("");
        const there = names.filter((name) => !side.includes(name)).join("");
        expect(hasQuorum(facts(configured, here)) && hasQuorum(facts(configured, there))).toBe(false);
      }),
    );
  });
});

describe("commitRight", () => {
  it("is given by a majority, or to one of two whose other is proven down", () => {
    expect(commitRight(facts("abc", "ab"), new Set())).toEqual({ isAllowed: true, reason: "majority" });
    expect(commitRight(facts("ab", "a", TWO), new Set("b"))).toEqual({ isAllowed: true, reason: "others-down" });
  });

  it.each([
    ["nobody knows what became of the other", facts("ab", "a", TWO), "", "b not proven down"],
    ["the other was never seen", facts("ab", "a", { ...TWO, hasSeenAll: false }), "b", "wait_for_all"],
    ["two of three are down: they could come back as a majority that knows nothing", facts("abc", "a"), "bc", "no majority"],
  ])("is refused when %s", (_what, given, down, reason) => {
    const right = commitRight(given, new Set(down));
    expect(right.isAllowed).toBe(false);
    expect(right.reason).toContain(reason);
  });

  it("is never on both sides at once without proof", () => {
    const names = [..."abcdefg"];
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.subarray(names), (count, side) => {
        const configured = names.slice(0, count).join("");
        const here = side.join("");
        const there = names.filter((name) => !side.includes(name)).join("");
        expect(
          commitRight(facts(configured, here, TWO), new Set()).isAllowed && commitRight(facts(configured, there, TWO), new Set()).isAllowed,
        ).toBe(false);
      }),
    );
  });
});
