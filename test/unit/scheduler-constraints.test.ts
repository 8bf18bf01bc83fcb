import { describe, expect, it } from "vitest";
import { schedule } from "../../src/scheduler/schedule.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { GENERATED_NOW_EPOCH_SECONDS } from "../fuzz/generate.ts";

/** Two nodes that are up, and nothing on them yet. */
function decided(resources: string, constraints: string, attributes = "", more = "") {
  const ids = ["1", "2"];
  const states = ids.map(
    (id) => `<node_state id="${id}" uname="n${id}" in_ccm="true" crmd="online" join="member" expected="member">
      <transient_attributes id="${id}"><instance_attributes id="t${id}">${attributes.replaceAll("ID", id)}</instance_attributes></transient_attributes>
      </node_state>`,
  );
  const read = parseXml(`<cib have-quorum="1"><configuration><crm_config><cluster_property_set id="o">
    <nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes>${ids.map((id) => `<node id="${id}" uname="n${id}"/>`).join("")}</nodes><resources>${resources}</resources>
    <constraints>${constraints}</constraints>${more}</configuration><status>${states.join("")}</status></cib>`);
  if (!read.ok) throw new Error(read.error.message);
  return schedule(read.value, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS });
}

/** Which starts come before which. */
function startOrders({ dotGraph }: ReturnType<typeof schedule>): string[] {
  const dot = dotGraph({ showsAll: false, showsIds: false });
  const orders = [...dot.matchAll(/"(\w)_start_0 n\d" -> "(\w)_start_0 n\d" \[ style = bold\]/g)];
  return orders.map(([, first, then]) => `${first} ${then}`).sort();
}

const meta = (id: string, name: string, value: string): string =>
  `<meta_attributes id="${id}-m"><nvpair id="${id}-n" name="${name}" value="${value}"/></meta_attributes>`;
const primitive = (id: string, inside = "", type = "Dummy"): string =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="${type}">${inside}</primitive>`;

describe("where constraints end", () => {
  it.each([
    ["INFINITY", "Promoted", 1_000_000],
    ["-100", "Promoted", -90],
    ["-100", "Unpromoted", 110],
    ["INFINITY", "Unpromoted", -1_000_000],
  ])("what has no place is where an attribute is not set (%s, %s)", (score, role, expected) => {
    const clone = `<clone id="c">${meta("c", "promotable", "true")}${primitive("p", "", "Stateful")}</clone>`;
    const { scores } = decided(
      clone + primitive("q", meta("q", "target-role", "Stopped")),
      `<rsc_colocation id="k" rsc="c" with-rsc="q" rsc-role="${role}" score="${score}" node-attribute="zone"/>`,
      '<nvpair id="p-ID" name="master-p" value="10"/>',
    );
    expect(scores.filter(({ kind }) => kind === "promotion").map((line) => line.score)).toEqual([expected, expected]);
  });

  it("what stands behind a set that is referred to is read instead of what stands behind the reference", () => {
    const set = (id: string, member: string): string => `<resource_set id="${id}"><resource_ref id="${member}"/></resource_set>`;
    const read = decided(
      ["a", "b", "c", "d"].map((id) => primitive(id)).join(""),
      `<rsc_colocation id="k1" score="1">${set("s1", "a")}${set("s2", "b")}</rsc_colocation>
      <rsc_order id="k2">${set("s0", "d")}<resource_set id-ref="s1"/>${set("s3", "c")}</rsc_order>`,
    );
    expect(startOrders(read)).toEqual(["a b", "d a"]);
  });

  it.each([
    ["its own set", `<resource_set id="s2"><resource_ref id="t"/></resource_set>`, ["a d"]],
    ["a set it refers to", `<resource_set id-ref="s1"/>`, []],
  ])("tags count in %s", (_, last, expected) => {
    const read = decided(
      ["a", "d"].map((id) => primitive(id)).join(""),
      `<rsc_location id="k1" node="n1" score="1"><resource_set id="s1"><resource_ref id="t"/></resource_set></rsc_location>
      <rsc_order id="k2"><resource_set id="s0"><resource_ref id="a"/></resource_set>${last}</rsc_order>`,
      "",
      `<tags><tag id="t"><obj_ref id="d"/></tag></tags>`,
    );
    expect(startOrders(read)).toEqual(expected);
  });

  it("a circle of sets that refer to each other is gone through once", () => {
    const { summary } = decided(
      primitive("a") + primitive("b"),
      `<rsc_colocation id="k1" score="-INFINITY"><resource_set id="s1"><resource_ref id="a"/></resource_set><resource_set id-ref="s2"/></rsc_colocation>
      <rsc_order id="k2"><resource_set id="s2"><resource_ref id="b"/></resource_set><resource_set id-ref="s1"/></rsc_order>`,
    );
    expect(summary.map((line) => line.replaceAll(/ +/g, " "))).toEqual(["Start a ( n2 )", "Start b ( n1 )"]);
  });
});
