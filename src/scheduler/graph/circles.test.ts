import { describe, expect, it } from "vitest";
import type { GraphAction } from "../../model/transition-graph.ts";
import { parseXml } from "../../xml/parse.ts";
import type { ScheduleResult } from "../report/schedule-result.ts";
import { schedule } from "../schedule.ts";

const dummy = (id: string, meta = ""): string =>
  `<primitive id="${id}" class="ocf" provider="kodou" type="Dummy">${
    meta === "" ? "" : `<meta_attributes id="${id}-m"><nvpair id="${id}-${meta}" name="${meta}" value="true"/></meta_attributes>`
  }</primitive>`;

const started = (id: string): string =>
  `<lrm_resource id="${id}" class="ocf" provider="kodou" type="Dummy"><lrm_rsc_op id="${id}_last_0" operation_key="${id}_start_0" operation="start" call-id="1" rc-code="0" op-status="0" interval="0" transition-key="1:1:0:u"/></lrm_resource>`;

function planned(resources: string, constraints: string, onFirst = "", onSecond = ""): ScheduleResult {
  const state = (name: string, records: string): string =>
    `<node_state id="${name}" uname="${name}" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="${name}"><lrm_resources>${records}</lrm_resources></lrm></node_state>`;
  const cib = parseXml(`<cib have-quorum="true"><configuration>
    <crm_config><cluster_property_set id="b"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes><node id="n1" uname="n1"/><node id="n2" uname="n2"/></nodes>
    <resources>${resources}</resources><constraints>${constraints}</constraints></configuration>
    <status>${state("n1", onFirst)}${state("n2", onSecond)}</status></cib>`);
  if (!cib.ok) throw new Error(JSON.stringify(cib.error));
  return schedule(cib.value, { nowEpochSeconds: 1_700_000_000 });
}

/** Actions that wait for themselves. */
function stuck(actions: readonly GraphAction[]): GraphAction[] {
  const done = new Set<number>();
  let before = -1;
  while (done.size > before) {
    before = done.size;
    for (const { id, inputs } of actions) if (inputs.every((input) => done.has(input))) done.add(id);
  }
  return actions.filter(({ id }) => !done.has(id));
}

describe("a graph of actions that wait for one another", () => {
  it("can be completed, and says which order is not kept", () => {
    const result = planned(
      dummy("a") + dummy("b") + dummy("c"),
      `<rsc_order id="o1" first="a" then="b"/><rsc_order id="o2" first="b" then="c"/><rsc_order id="o3" first="c" then="a"/>`,
    );
    expect(stuck(result.graph.actions)).toEqual([]);
    expect(result.graph.actions.filter(({ operation }) => operation === "start")).toHaveLength(3);
    expect(result.unkeptOrders).toHaveLength(1);
  });

  it("gives up an optional order before a mandatory one", () => {
    const result = planned(
      dummy("a") + dummy("b"),
      `<rsc_order id="o1" first="a" then="b"/><rsc_order id="o2" first="b" then="a" kind="Optional"/>`,
    );
    const start = (id: string): GraphAction | undefined => result.graph.actions.find(({ key }) => key === `${id}_start_0`);
    expect(stuck(result.graph.actions)).toEqual([]);
    expect(start("b")?.inputs).toContain(start("a")?.id);
    expect(start("a")?.inputs).not.toContain(start("b")?.id);
  });

  it("has no warning where there is no circle", () => {
    const result = planned(dummy("a") + dummy("b"), `<rsc_order id="o1" first="a" then="b"/>`);
    expect(result.warnings).toEqual([]);
  });

  it("moves a resource by stop and start if its live migration would wait for itself", () => {
    // One instance stops where the machine leaves, the other restarts, for its new first member, where it goes to.
    const { graph, warnings } = planned(
      `${dummy("vm", "allow-migrate")}<clone id="stores"><group id="store">${dummy("new")}${dummy("disk")}</group></clone>`,
      `<rsc_location id="l1" rsc="vm" node="n2" score="INFINITY"/><rsc_location id="l2" rsc="stores" node="n1" score="-INFINITY"/>
       <rsc_order id="o1" first="stores" then="vm"/>`,
      started("vm") + started("disk"),
      started("disk"),
    );
    expect(stuck(graph.actions)).toEqual([]);
    expect(warnings).toEqual([]);
    const tasks = graph.actions.filter(({ key }) => /^vm_(stop|start|migrate)/.test(key)).map(({ operation }) => operation);
    expect(new Set(tasks)).toEqual(new Set(["stop", "start"]));
  });
});
