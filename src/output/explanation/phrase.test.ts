import { describe, expect, it } from "vitest";
import { distinct, enumerated, joined, NOTHING, named, nameOf, namesAttribute, phrase, plain } from "./phrase.ts";

describe("phrases", () => {
  it("name what the phrases name that they are made of, and nothing that only looks like it", () => {
    const failure = phrase`monitor failed on n1 with 1 (error occurred: disk [sda] is gone)${named("web_last_failure_0")}`;
    const said = phrase`it has failed: ${failure}; location constraint ${nameOf("ban")} forbids ${2} nodes`;
    expect(said.text).toBe(
      "it has failed: monitor failed on n1 with 1 (error occurred: disk [sda] is gone) [web_last_failure_0]; location constraint ban forbids 2 nodes",
    );
    expect(namesAttribute(said)).toBe("web_last_failure_0 ban");
  });

  it("are put together with what they name", () => {
    const all = [plain("a"), nameOf("b"), nameOf("c")];
    expect(joined(all, "; ")).toEqual({ text: "a; b; c", names: ["b", "c"] });
    expect(enumerated(all)).toEqual({ text: "a, b and c", names: ["b", "c"] });
    expect(distinct([...all, NOTHING, nameOf("b")])).toHaveLength(3);
    expect(named("a", undefined, "b").text).toBe(" [a, b]");
    expect(named(undefined)).toBe(NOTHING);
    expect(namesAttribute(plain("a"))).toBeUndefined();
  });
});
