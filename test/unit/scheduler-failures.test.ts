import { describe, expect, it } from "vitest";
import { schedule } from "../../src/scheduler/schedule.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { GENERATED_NOW_EPOCH_SECONDS } from "../fuzz/generate.ts";

const dummy = (id: string, content = ""): string =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${content}</primitive>`;

const pair = (id: string, name: string, value: string): string => `<nvpair id="${id}" name="${name}" value="${value}"/>`;

interface Entry {
  readonly id?: string;
  readonly task: string;
  readonly intervalMs?: number;
  readonly exitCode: number;
  readonly expected?: number;
  readonly more?: string;
}

/** History of a Dummy on a node, in the order of the entries. */
function history(resource: string, ...entries: readonly Entry[]): string {
  const operations = entries.map(({ id, task, intervalMs = 0, exitCode, expected = 0, more = "" }, at) => {
    const key = `${resource}_${task}_${intervalMs}`;
    return `<lrm_rsc_op id="${id ?? key}" operation_key="${key}" operation="${task}" interval="${intervalMs}" call-id="${at + 1}" rc-code="${exitCode}"
      op-status="0" transition-key="1:1:${expected}:u" transition-magic="0:${exitCode};1:1:${expected}:u" ${more}/>`;
  });
  return `<lrm_resource id="${resource}" class="ocf" provider="pacemaker" type="Dummy">${operations.join("")}</lrm_resource>`;
}

const state = (
  node: string,
  histories: string,
  attributes = "",
  more = 'in_ccm="true" crmd="online" join="member" expected="member"',
): string =>
  `<node_state id="${node}" uname="${node}" ${more}><lrm id="${node}"><lrm_resources>${histories}</lrm_resources></lrm>
  <transient_attributes id="${node}"><instance_attributes id="t-${node}">${attributes}</instance_attributes></transient_attributes></node_state>`;

function planned(resources: string, states: string, isFenced = false): ReturnType<typeof schedule> {
  const read =
    parseXml(`<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1"><configuration><crm_config>
    <cluster_property_set id="o">${pair("o-f", "fencing-enabled", String(isFenced))}</cluster_property_set></crm_config>
    <nodes><node id="n1" uname="n1"/><node id="n2" uname="n2"/></nodes><resources>${resources}</resources><constraints/></configuration>
    <status>${states}</status></cib>`);
  if (!read.ok) throw new Error(read.error.message);
  return schedule(read.value, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS });
}

const keysOn = (result: ReturnType<typeof schedule>, node: string): string[] =>
  result.graph.actions.flatMap((action) => (action.node === node ? action.key : []));

describe("failures", () => {
  it.each([
    ["a.b", "n2"],
    ["a-b", "n2"],
    ["a_b", "n1"],
  ])("of a-b count for %s, in whose name a point is any character: it starts on %s", (name, node) => {
    const limit = `<meta_attributes id="m">${pair("m-t", "migration-threshold", "1")}</meta_attributes>`;
    const states = `${state("n1", "", pair("c", "fail-count-a-b#start_0", "1"))}${state("n2", "")}`;
    expect(keysOn(planned(dummy(name, limit), states), node)).toContain(`${name}_start_0`);
  });

  it("are forgotten once a guest is up, even where it is going to be reset for what its history says is active there", () => {
    const guest = dummy("vm", `<meta_attributes id="m">${pair("m-r", "remote-node", "guest")}</meta_attributes>`);
    const changed = { id: "a_last_failure_0", task: "monitor", exitCode: 0, more: 'op-digest="other"' };
    const device = '<primitive id="device" class="stonith" type="fence_dummy"/>';
    const result = planned(guest + dummy("a") + device, state("n1", "") + state("guest", history("a", changed), "", ""), true);
    expect(keysOn(result, "guest")).toContain("a_clear_failcount_0");
  });
});

describe("records of one operation", () => {
  const forced = 'op-force-restart=" state "';
  const parameters = `<instance_attributes id="i">${pair("i-s", "state", "1")}${pair("i-f", "fake", "1")}</instance_attributes>`;
  // Of the parameter state alone, and with another value.
  const [present, past] = ["ed45cb1d06848c4be31fe154d70e0ebc", "0"];

  it.each([
    ["restart", past, "a_stop_0"],
    ["reload", present, "a_reload-agent_0"],
  ])("are compared one after the other: %s where the first has %s", (_, digest, key) => {
    const failed = { id: "a_last_failure_0", task: "start", exitCode: 1, more: `${forced} op-digest="old" op-restart-digest="${digest}"` };
    const started = { id: "a_last_0", task: "start", exitCode: 0, more: `${forced} op-digest="old" op-restart-digest="${present}"` };
    const result = planned(dummy("a", parameters), state("n1", history("a", failed, started)) + state("n2", ""));
    expect(keysOn(result, "n1")).toContain(key);
  });
});
