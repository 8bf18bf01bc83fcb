import { describe, expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { loadLevel } from "./load-level.ts";

function cibWith(threshold: string | undefined) {
  const pair = threshold === undefined ? "" : `<nvpair id="o-l" name="load-threshold" value="${threshold}"/>`;
  const set = `<cluster_property_set id="cib-bootstrap-options">${pair}</cluster_property_set>`;
  const parsed = parseXml(`<cib><configuration><crm_config>${set}</crm_config></configuration></cib>`);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe("the level of a load", () => {
  it.each([
    [undefined, 4, 3.84, "negligible"],
    [undefined, 4, 3.85, "low"],
    [undefined, 4, 5.13, "medium"],
    [undefined, 4, 6.5, "high"],
    [undefined, 1, 0.57, "negligible"],
    [undefined, 1, 0.97, "high"],
    ["50%", 2, 1.3, "low"],
    ["50", 2, 2.1, "high"],
    ["0%", 2, 99, "negligible"],
    ["much", 2, 99, "negligible"],
  ] as const)("with load-threshold %s and %i processors, %d is %s", (threshold, processors, load, level) => {
    expect(loadLevel(load, processors, cibWith(threshold))).toBe(level);
  });
});
