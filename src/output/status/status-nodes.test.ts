import { expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { readClusterStatus } from "./status-model.ts";

function statusOf(state: string, more = ""): ReturnType<typeof readClusterStatus> {
  const read = parseXml(`<cib><configuration><crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/>
    </cluster_property_set></crm_config><nodes><node id="1" uname="n1"/></nodes><resources>
    <primitive id="r" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints/></configuration>
    <status><node_state uname="n1" in_ccm="true" crmd="online" join="member" ${state}>${more}</node_state></status></cib>`);
  if (!read.ok) throw new Error(read.error.message);
  return readClusterStatus(read.value, { nowEpochSeconds: 1_700_000_000 });
}

it.each([
  ['id="1" expected="member"', true],
  ['id="1" expected="MEMBER"', true],
  ['id="1" expected="down"', false],
  ['id="1"', false],
  ['id="other" expected="member"', true],
])("with a state of %s a node is expected to be up: %s", (state, isExpectedUp) => {
  expect(statusOf(state).nodes.map((node) => node.isExpectedUp)).toEqual([isExpectedUp]);
});

it("takes a member for a member whatever its attributes say", () => {
  const attributes = '<nvpair id="k" name="#kind" value="remote"/>';
  const transient = `<transient_attributes id="1"><instance_attributes id="a">${attributes}</instance_attributes></transient_attributes>`;
  expect(statusOf('id="1" expected="member"', transient).nodes.map(({ kind }) => kind)).toEqual(["member"]);
});

it.each([
  [' on_node="n1"', [["n1", 5]]],
  [' on_node="n2"', []],
  ["", []],
])("tells the result of a probe that could not find out where its entry says%s that it was", (place, shown) => {
  const entry = `<lrm_rsc_op id="r_last_0" operation_key="r_monitor_0" operation="monitor" interval="0" call-id="1" rc-code="5" op-status="0"
    transition-key="1:1:7:u"${place}/>`;
  const lrm = `<lrm id="1"><lrm_resources><lrm_resource id="r" class="ocf" provider="pacemaker" type="Dummy">${entry}</lrm_resource></lrm_resources></lrm>`;
  const [resource] = statusOf('id="1" expected="member"', lrm).resources;
  expect([...(resource?.failedProbes ?? [])]).toEqual(shown);
});
