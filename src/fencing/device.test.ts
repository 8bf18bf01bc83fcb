import { describe, expect, it } from "vitest";
import { parseXml } from "../xml/parse.ts";
import { devicesFor } from "./device.ts";

function levelsOf(target: string, topology: string): string[] {
  const parsed = parseXml(`<cib><configuration>
    <nodes><node id="1" uname="n1"><instance_attributes id="i"><nvpair id="i-r" name="rack" value="7"/></instance_attributes></node></nodes>
    <resources>${["a", "b", "c"].map((id) => `<primitive id="${id}" class="stonith" type="fence_x"/>`).join("")}</resources>
    <fencing-topology>${topology}</fencing-topology></configuration></cib>`);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return devicesFor(parsed.value, target).map((level) => level.map((device) => device.id).join("+"));
}

const level = (id: string, attributes: string, index: number, devices: string): string =>
  `<fencing-level id="${id}" ${attributes} index="${index}" devices="${devices}"/>`;
const BY_ATTRIBUTE = 'target-attribute="rack" target-value="7"';

describe("levels of a topology", () => {
  it("are for a node by its name in any spelling, by a pattern, or by a permanent attribute", () => {
    expect(levelsOf("n1", level("1", 'target="N1"', 1, "a,b"))).toEqual(["a+b"]);
    expect(levelsOf("n1", level("1", 'target-pattern="^n"', 1, "b"))).toEqual(["b"]);
    expect(levelsOf("n1", level("1", BY_ATTRIBUTE, 1, "c"))).toEqual(["c"]);
    expect(levelsOf("n2", level("1", BY_ATTRIBUTE, 1, "c"))).toEqual(["a", "b", "c"]);
  });

  it("count by every pattern that is one", () => {
    expect(levelsOf("n1", level("1", 'target-pattern="^[a-z]+[0-9]+$"', 1, "b"))).toEqual(["b"]);
    expect(levelsOf("n1", level("1", 'target-pattern="n["', 1, "b"))).toEqual(["a", "b", "c"]);
  });

  it("are those of the name, else of one pattern or attribute, never of several", () => {
    const others =
      level("p1", 'target-pattern="n"', 1, "a") + level("q1", BY_ATTRIBUTE, 1, "b") + level("p2", 'target-pattern="n"', 2, "c");
    expect(levelsOf("n1", others)).toEqual(["a", "c"]);
    expect(levelsOf("n1", others + level("t", 'target="n1"', 4, "b"))).toEqual(["b"]);
  });

  it("are taken in their order, without those that name a device that is not there", () => {
    expect(
      levelsOf("n1", level("2", 'target="n1"', 2, "a") + level("1", 'target="n1"', 1, "b") + level("3", 'target="n1"', 3, "a,z")),
    ).toEqual(["b", "a"]);
  });
});
