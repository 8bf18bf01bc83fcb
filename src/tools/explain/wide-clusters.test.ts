import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { cib, primitive, started } from "./example-cib.ts";
import { explain } from "./explain.ts";
import { whatIf } from "./what-if.ts";

const nodes = Array.from({ length: 12 }, (_, at) => `n${at + 1}`);
const names = Array.from({ length: 25 }, (_, at) => `r${at + 1}`);
/** Something runs on each node but the last; two or three of them; an instance of a clone on all. */
const document = cib({
  nodes,
  resources: `<clone id="c">${primitive("d")}</clone>${names.map((name) => primitive(name)).join("")}`,
  constraints: '<rsc_location id="keep" rsc="r1" node="n1" score="INFINITY"/><rsc_location id="ban" rsc="r1" node="n3" score="-INFINITY"/>',
  options: '<nvpair id="o-s" name="symmetric-cluster" value="true"/>',
  history: Object.fromEntries(
    nodes.map((node, at) => [
      node,
      { d: [started], ...Object.fromEntries(names.filter((_, which) => which % 11 === at).map((name) => [name, [started]])) },
    ]),
  ),
});

async function told(tool: typeof explain, ...words: string[]): Promise<string> {
  return (await runInMemory(tool, [...words, "-x", "cib"], { files: new Map([["cib", document]]) })).stdout;
}

describe("where there are many nodes", () => {
  it("tells of nodes together of which the same is to be told", async () => {
    const stdout = await told(explain, "r1");
    expect(stdout).toContain("  n2, n4, n5, n6, n7, n8, n9, n10, n11, n12: 0\n");
    expect(stdout).toMatch(/\n {2}n3: -INFINITY - ruled out\n +-INFINITY {2}location constraint ban\n/);
  });

  it("tells first what a loss changes, and in one line what goes on as it is", async () => {
    const lines = (await told(whatIf, "--node-down", "n1")).split("\n");
    expect(lines.slice(0, 3)).toEqual([
      "n1 dies:",
      "  * c goes on with 11 of 12 instances, on n2, n3, n4 and 8 more",
      expect.stringContaining("r1 comes up on"),
    ]);
    const unmeasured = "the stop of r10 on n10 and the start of r10 on n11 were never measured";
    expect(lines).toContainEqual(`  * r10 comes up on n11, an unknown time after the loss was noticed (${unmeasured})`);
    expect(lines).toContainEqual("  * 18 go on running where they are: r2, r3, r4 and 15 more");
  });

  it("does not list all nodes whose loss breaks nothing", async () => {
    expect(await told(whatIf, "--any", "1")).toBe("n1, or n2, or n3, or any of 9 more dies:\n  * everything survives\n");
  });
});
