import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmVerify } from "./crm-verify.ts";

const NOW_EPOCH_SECONDS = 1_700_000_000;
const PROBED = 'operation="monitor" interval="0" transition-key="1:1:7:u"';
const STARTED = 'operation="start" interval="0" transition-key="1:1:0:u" rc-code="0"';

/** The history of a resource made by ocf:pacemaker:TYPE, of one operation. */
function history(id: string, operation: string, type = "Dummy"): string {
  const entry = `<lrm_rsc_op id="${id}_last_0" operation_key="${id}_x_0" ${operation} call-id="1" op-status="0" last-rc-change="1000"/>`;
  return `<lrm_resource id="${id}" class="ocf" provider="pacemaker" type="${type}">${entry}</lrm_resource>`;
}

function state(id: number, name: string, attributes: string, histories: string, more = ""): string {
  return `<node_state id="${id}" uname="${name}" ${attributes}><lrm id="${id}"><lrm_resources>${histories}</lrm_resources></lrm>${more}</node_state>`;
}

function transient(id: number, pairs: string): string {
  return `<transient_attributes id="${id}"><instance_attributes id="t${id}">${pairs}</instance_attributes></transient_attributes>`;
}

const DUMMY = (id: string, more = ""): string => `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${more}</primitive>`;
const UP = 'in_ccm="true" crmd="online" join="member" expected="member"';
const LOST = 'in_ccm="false" crmd="offline" join="down" expected="member"';

/** The notices about a cluster of n1 and n2. */
async function notices(resources: string, states: string, options = "", hasQuorum = true): Promise<string[]> {
  const text = `<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" have-quorum="${hasQuorum ? 1 : 0}"><configuration>
    <crm_config><cluster_property_set id="o">${options}</cluster_property_set></crm_config>
    <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
    <resources><primitive id="F" class="stonith" type="fence_x"/>${resources}</resources><constraints/></configuration>
    <status>${states}</status></cib>`;
  const files = new Map([["cib.xml", text]]);
  const { stderr } = await runInMemory(crmVerify, ["-x", "cib.xml", "-VVV"], { files, nowEpochSeconds: NOW_EPOCH_SECONDS });
  return stderr.split("\n").flatMap((line) => line.split("\tnotice: ").slice(1));
}

describe("crm_verify -VVV", () => {
  it("tells what histories are taken for", async () => {
    const histories = [
      history("A", `${PROBED} rc-code="5"`),
      history("B", `${PROBED} rc-code="1"`),
      history("gone", STARTED),
      history("C:0", STARTED),
      history("C:1", STARTED),
      history("D", STARTED),
    ].join("");
    const strange = '<node_state id="9" uname="n9" in_ccm="true" crmd="online"/>';
    const told = await notices(
      `${DUMMY("A")}${DUMMY("B")}<clone id="cl">${DUMMY("C")}</clone><clone id="single">${DUMMY("D")}</clone>`,
      state(1, "n1", UP, histories) + strange,
    );
    expect(told.filter((text) => !text.startsWith("Actions:"))).toEqual([
      "Ignoring recorded state for removed node with name n9 and id 9",
      "Treating probe result 'Not installed' for A on n1 as 'not running'",
      "If it is not possible for B to run on n1, see the resource-discovery option for location constraints",
      "Removed resource gone is active on n1 and will be stopped when possible",
      'Active (now-)anonymous clone cl has multiple "removed" instance histories on n1',
      "Removed resource C:2 is active on n1 and will be stopped when possible",
      "Scheduling clean-up of gone on n1",
    ]);
  });

  it("tells who has to stop what is removed, and that quorum does not matter", async () => {
    const options = '<nvpair id="q" name="no-quorum-policy" value="ignore"/><nvpair id="s" name="stop-removed-resources" value="false"/>';
    const told = await notices("", state(1, "n1", UP, history("gone", STARTED)), options);
    expect(told.filter((text) => /quorum|gone/.test(text))).toEqual([
      "On loss of quorum: Ignore",
      "Removed resource gone must be stopped manually on n1 because stop-removed-resources is set to false",
      "Scheduling clean-up of gone on n1",
    ]);
  });

  it("tells of nodes that leave, and of stops that fencing makes needless", async () => {
    const leaving = transient(1, '<nvpair id="s" name="shutdown" value="1"/>');
    const failed = 'operation="stop" interval="0" transition-key="1:1:0:u" rc-code="1"';
    const told = await notices(DUMMY("A"), state(1, "n1", UP, "", leaving) + state(2, "n2", UP, history("A", failed)));
    expect(told.filter((text) => !text.startsWith("Actions:"))).toEqual([
      "Stop of failed resource A is implicit after n2 is fenced",
      " * Shutdown n1",
    ]);
  });

  it("tells which failures and histories are deleted", async () => {
    const count =
      '<nvpair id="f" name="fail-count-B#monitor_10000" value="1"/><nvpair id="l" name="last-failure-B#monitor_10000" value="1000"/>';
    const expiring =
      '<meta_attributes id="m"><nvpair id="mf" name="failure-timeout" value="10s"/></meta_attributes><operations><op id="bm" name="monitor" interval="10s"/></operations>';
    const failed = 'operation="monitor" interval="10000" transition-key="1:1:0:u" rc-code="7"';
    const histories = history("A", STARTED, "Stateful") + history("B", failed);
    const told = await notices(DUMMY("A") + DUMMY("B", expiring), state(1, "n1", UP, histories, transient(1, count)));
    expect(told.filter((text) => !text.startsWith("Actions:"))).toEqual([
      "Clearing failure of B on n1 because it expired | B_clear_failcount_0",
      "Scheduling clean-up of A on n1",
    ]);
  });

  it("takes a secret that is another one for a change, as the cluster itself does", async () => {
    const secure = 'op-digest="other" op-secure-params=" passwd " op-secure-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"';
    const secret = '<instance_attributes id="p"><nvpair id="pp" name="passwd" value="secret"/></instance_attributes>';
    const told = await notices(DUMMY("A", secret), state(1, "n1", UP, history("A", `${STARTED} ${secure}`)));
    expect(told.some((text) => text.startsWith("Actions: Restart    A "))).toBe(true);
  });

  it("tells why nodes are not fenced", async () => {
    const states = state(1, "n1", UP, "") + state(2, "n2", LOST, "");
    const unmanaged = '<nvpair id="m" name="maintenance-mode" value="true"/>';
    const idle = "No fencing will be done until there are resources to manage";
    expect(await notices("", states, unmanaged)).toContain(idle);
    expect(await notices("", states)).not.toContain(idle);
    const held = "Unclean nodes will not be fenced until quorum is attained or no-quorum-policy is set to ignore";
    expect(await notices("", states, "", false)).toContain(held);
    expect(await notices("", states, unmanaged)).not.toContain(held);
  });
});
