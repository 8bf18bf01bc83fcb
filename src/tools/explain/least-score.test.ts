import { expect, it } from "vitest";
import { leastScore } from "./least-score.ts";

const always = (): boolean => false;

it("finds the least score that is enough, wherever it is", () => {
  for (const least of [1, 2, 61, 1234, 10_001, 150_000, 654_321, 999_999])
    for (const expected of [1, 61, 100_000, 1_000_000])
      expect(leastScore((score) => score >= least, expected, always)).toEqual({ score: least });
});

it("knows that no finite score is enough", () => {
  expect(leastScore(() => false, 5, always)).toEqual({ score: undefined });
});

it("says nothing when the time is up before it is known", () => {
  expect(
    leastScore(
      (score) => score >= 77,
      5,
      () => true,
    ),
  ).toBeUndefined();
});
