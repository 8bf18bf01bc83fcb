import { expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { constrain } from "../constrain/constraints.ts";
import { unpack } from "../unpack/unpack.ts";
import { assign, prepare } from "./assign.ts";

it("notes nodes of instances that their clone does not know", () => {
  const state = (name: string): string =>
    `<node_state id="${name}" uname="${name}" in_ccm="true" crmd="online" join="member" expected="member"/>`;
  const read = parseXml(`<cib have-quorum="1"><configuration><crm_config><cluster_property_set id="o">
    <nvpair id="o1" name="fencing-enabled" value="false"/><nvpair id="o2" name="symmetric-cluster" value="false"/></cluster_property_set></crm_config>
    <nodes><node id="n1" uname="n1"/><node id="n2" uname="n2"/></nodes>
    <resources><clone id="C"><primitive id="A" class="ocf" provider="kodou" type="Dummy"/></clone></resources>
    <constraints><rsc_location id="l" rsc="C" node="n1" score="1"/></constraints></configuration>
    <status>${state("n1")}${state("n2")}</status></cib>`);
  if (!read.ok) throw new Error(read.error.message);
  const placement = prepare(constrain(unpack(read.value, 1_700_000_000, undefined)), { ledger: undefined, areScoresKept: false });
  placement.cluster.top[0]?.children[0]?.setTableOn(1, 0);
  assign(placement);
  expect(placement.foreignNodes.map(({ instance, node }) => [instance.id, node.name])).toEqual([["A:0", "n2"]]);
});
