import { describe, expect, it } from "vitest";
import { schedule } from "../../scheduler/schedule.ts";
import { parseXml } from "../../xml/parse.ts";
import { planLog } from "./plan-log.ts";

/** The texts of the log of a plan for a cluster of one node that is up and one that is down and clean. */
function logOf(resources: string, constraints: string, status = "", down = "", edit = (text: string): string => text): string[] {
  const state = (id: string, state: string, inside: string): string =>
    `<node_state id="${id}" uname="n${id}" ${state}>${inside}</node_state>`;
  const text = `<cib have-quorum="1"><configuration><crm_config><cluster_property_set id="o">
    <nvpair id="o1" name="fencing-enabled" value="${resources.includes(FENCER)}"/></cluster_property_set></crm_config>
    <nodes><node id="1" uname="n1"><instance_attributes id="a"><nvpair id="a1" name="size" value="as2"/></instance_attributes></node>
    <node id="2" uname="n2"/></nodes>
    <resources>${resources}</resources><constraints>${constraints}</constraints></configuration><status>
    ${state("1", 'in_ccm="true" crmd="online" join="member" expected="member"', status)}
    ${state("2", 'in_ccm="false" crmd="offline" join="down" expected="down"', down)}</status></cib>`;
  const read = parseXml(edit(text));
  if (!read.ok) throw new Error(read.error.message);
  return planLog(schedule(read.value, { nowEpochSeconds: 1_700_000_000 })).entries.map((entry) => entry.text);
}

const FENCER = '<primitive id="F" class="stonith" type="fence_x"/>';
const DUMMY = (id: string): string => `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"/>`;

describe("the log of a plan", () => {
  it("tells which values a rule compared as texts although they were to be numbers", () => {
    const rule = '<rule id="u" score="5"><expression id="e" attribute="size" operation="gt" value="10" type="integer"/></rule>';
    expect(logOf(DUMMY("A"), `<rsc_location id="l" rsc="A">${rule}</rsc_location>`)).toContain(
      "Comparing 'as2' and '10' as strings because invalid as integers",
    );
  });

  it("tells of an order after a step of a collective that is never completed", () => {
    const order = '<rsc_order id="r" first="g" first-action="demote" then="B" then-action="start"/>';
    expect(logOf(`<group id="g">${DUMMY("A")}</group>${DUMMY("B")}`, order)).toContain(
      "Not remapping g_demote_0 to g_demoted_0 because g does not have remapped action",
    );
  });

  it("tells what is decided last, in columns that get wider as names come", () => {
    expect(logOf(`${DUMMY("A")}${DUMMY("longer")}${DUMMY("B")}`, "").slice(-3)).toEqual([
      "Actions: Start      A       (    n1 )",
      "Actions: Start      longer     (    n1 )",
      "Actions: Start      B          (    n1 )",
    ]);
  });

  it("tells of an action that cannot be carried out as often as that was found", () => {
    const started = `<lrm id="2"><lrm_resources><lrm_resource id="A" class="ocf" provider="pacemaker" type="Dummy">
      <lrm_rsc_op id="A_last_0" operation_key="A_start_0" operation="start" transition-key="1:1:0:u" call-id="1" rc-code="0" op-status="0"
      interval="0"/></lrm_resource></lrm_resources></lrm>`;
    const lost = (text: string): string => text.replace('join="down" expected="down"', 'join="down" expected="member"');
    const log = logOf(`${FENCER}<clone id="C">${DUMMY("A")}</clone>`, "", started, started, lost);
    expect(log.filter((text) => text.endsWith("_stop_0 on n2 is unrunnable (node is offline)"))).toHaveLength(2);
  });
});
