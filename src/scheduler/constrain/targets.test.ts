import { describe, expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { schedule } from "../schedule.ts";

/** What is started in a cluster of one node with three resources, a clone of another one, a tag and these constraints. */
function started(constraints: string, tags = ""): string[] {
  const dummy = (id: string): string => `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"/>`;
  const read = parseXml(`<cib validate-with="pacemaker-4.0" have-quorum="1"><configuration>
    <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes><node id="1" uname="n1"/></nodes>
    <resources>${dummy("a")}${dummy("b")}${dummy("c")}<clone id="k">${dummy("inner")}</clone></resources>
    <constraints>${constraints}</constraints><tags>${tags}</tags></configuration>
    <status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>`);
  if (!read.ok) throw new Error(read.error.message);
  const { graph } = schedule(read.value, { nowEpochSeconds: 1_795_000_000 });
  return graph.actions
    .filter(({ operation, kind }) => operation === "start" && kind === "rsc_op")
    .map(({ resource }) => resource?.id ?? "")
    .sort();
}

const set = (id: string, ...names: string[]): string =>
  `<resource_set id="${id}">${names.map((name) => `<resource_ref id="${name}"/>`).join("")}</resource_set>`;

describe("sets in constraints", () => {
  it("holds for what comes before a name that stands for nothing, in tickets", () => {
    // The clone's member has no history, so that its own name stands for nothing yet.
    expect(started(`<rsc_ticket id="t" ticket="T">${set("s1", "a", "inner", "b")}${set("s2", "c")}</rsc_ticket>`)).toEqual([
      "b",
      "c",
      "inner",
    ]);
    expect(started(`<rsc_ticket id="t" ticket="T">${set("s1", "a", "b")}${set("s2", "c")}</rsc_ticket>`)).toEqual(["inner"]);
  });

  it("holds for what comes before a name that stands for nothing, in locations", () => {
    const ban = (sets: string): string => `<rsc_location id="l" node="n1" score="-INFINITY">${sets}</rsc_location>`;
    expect(started(ban(set("s1", "a", "inner", "b") + set("s2", "c")))).toEqual(["b", "c", "inner"]);
  });

  it("keeps orders of the sets before the one in which a name stands for nothing", () => {
    const stopped = '<rsc_location id="l" rsc="a" node="n1" score="-INFINITY"/>';
    const order = (sets: string): string => `${stopped}<rsc_order id="o1">${sets}</rsc_order>`;
    expect(started(order(set("s1", "a", "b") + set("s2", "c")))).toEqual(["inner"]);
    expect(started(order(set("s1", "a", "b") + set("s2", "c", "inner")))).toEqual(["c", "inner"]);
    expect(started(order(set("s1", "a", "inner") + set("s2", "c")))).toEqual(["b", "c", "inner"]);
  });

  it("colocates what is next to each other before the unknown name, and later sets by their ends", () => {
    const stopped = '<rsc_location id="l" rsc="a" node="n1" score="-INFINITY"/>';
    const together = (sets: string): string => `${stopped}<rsc_colocation id="c1" score="INFINITY">${sets}</rsc_colocation>`;
    expect(started(together(set("s1", "a", "b", "inner", "c")))).toEqual(["c", "inner"]);
    expect(started(together(set("s1", "c", "inner") + set("s2", "b", "a")))).toEqual(["b", "inner"]);
  });

  it("replaces no tag when another name stands for nothing", () => {
    const tag = '<tag id="pair"><obj_ref id="a"/><obj_ref id="b"/></tag>';
    const ticket = (sets: string): string => `<rsc_ticket id="t" ticket="T">${sets}</rsc_ticket>`;
    expect(started(ticket(set("s1", "pair")), tag)).toEqual(["c", "inner"]);
    expect(started(ticket(set("s1", "pair") + set("s2", "inner")), tag)).toEqual(["a", "b", "c", "inner"]);
  });

  it("replaces tags in tags, and none that stands for nothing in part", () => {
    const tags =
      '<tag id="all"><obj_ref id="one"/><obj_ref id="b"/></tag><tag id="one"><obj_ref id="a"/></tag><tag id="some"><obj_ref id="a"/><obj_ref id="inner"/></tag>';
    const ban = (name: string): string => `<rsc_location id="l" node="n1" score="-INFINITY">${set("s1", name)}</rsc_location>`;
    expect(started(ban("all"), tags)).toEqual(["c", "inner"]);
    expect(started(ban("some"), tags)).toEqual(["a", "b", "c", "inner"]);
  });
});
