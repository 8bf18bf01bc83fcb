import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDurationMs } from "../../time/duration.ts";
import { element } from "../../xml/element.ts";
import { readOptions, timeMs } from "./options.ts";

const FALLBACK_MS = -7;

describe("timeMs", () => {
  it("reads whole seconds, as they are mostly written, like any other time", () => {
    const digits = fc.stringMatching(/^[0-9]{1,15}$/);
    fc.assert(
      fc.property(digits, fc.constantFrom("", "s", " s", "S", "ms", "m", "ss", "x"), (number, unit) => {
        const text = `${number}${unit}`;
        expect(timeMs(text, FALLBACK_MS)).toBe(parseDurationMs(text) ?? FALLBACK_MS);
      }),
    );
    for (const text of ["", "s", "-1s", "1.5s", "PT20S"])
      expect(timeMs(text, FALLBACK_MS)).toBe(text === "" ? FALLBACK_MS : (parseDurationMs(text) ?? FALLBACK_MS));
  });
});

it("hands times on as they are written where they are times", () => {
  const times = (delay: string, timeout: string): string[] => {
    const values = new Map([
      ["cluster-delay", delay],
      ["stonith-timeout", timeout],
    ]);
    const { clusterDelay, fencingTimeout } = readOptions(element("cib"), values);
    return [clusterDelay, fencingTimeout];
  };
  expect(times("90", "PT2M")).toEqual(["90", "PT2M"]);
  expect(times("soon", "-5")).toEqual(["60s", "60s"]);
});
