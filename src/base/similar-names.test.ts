import { describe, expect, it } from "vitest";
import { didYouMean, similarNames } from "./similar-names.ts";

describe("names that may have been meant", () => {
  it("finds what is one slip away, the likeliest first", () => {
    expect(similarNames("wbe", ["web", "db", "web-clone", "vip"])).toEqual(["web"]);
    expect(similarNames("node-1", ["node1", "node2", "other"])).toEqual(["node1", "node2"]);
  });

  it("finds what is a part, whatever the letters' case", () => {
    expect(similarNames("WEB", ["web-clone", "db"])).toEqual(["web-clone"]);
    expect(similarNames("web:1", ["web"])).toEqual(["web"]);
  });

  it("proposes nothing that is not similar", () => {
    expect(didYouMean("xyzzy", ["web", "db"])).toBe("");
    expect(didYouMean("dbb", ["web", "db"])).toBe("; did you mean db?");
  });
});
