import { expect, it } from "vitest";
import { parseXml } from "../../../xml/parse.ts";
import { unpack } from "../unpack.ts";

const ALL = ["#cluster-name", "#id", "#is_dc", "#kind", "#site-name", "#uname"];

/** Names of the attributes that the remote node has; its connection may run, it may have a state, and an entry among the nodes. */
function namesOf({ runs = false, hasState = false, isListed = false }): string[] {
  const start = `<lrm_resource id="far" class="ocf" provider="pacemaker" type="remote"><lrm_rsc_op id="far_last_0" operation_key="far_start_0" operation="start" interval="0" call-id="1" rc-code="0" op-status="0" transition-key="1:1:0:u"/></lrm_resource>`;
  const state = `<node_state id="far" uname="far" remote_node="true" in_ccm="true"><lrm id="far"><lrm_resources/></lrm></node_state>`;
  const cib = parseXml(`<cib have-quorum="1" dc-uuid="1"><configuration><crm_config><cluster_property_set id="o">
    <nvpair id="o-f" name="fencing-enabled" value="false"/><nvpair id="o-n" name="cluster-name" value="c"/></cluster_property_set></crm_config>
    <nodes><node id="1" uname="n1"/>${isListed ? '<node id="far" uname="far" type="remote"/>' : ""}</nodes>
    <resources><primitive id="far" class="ocf" provider="pacemaker" type="remote"/></resources><constraints/></configuration>
    <status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources>${runs ? start : ""}</lrm_resources></lrm></node_state>${hasState ? state : ""}</status></cib>`);
  if (!cib.ok) throw new Error(cib.error.message);
  const far = unpack(cib.value, 1_700_000_000).nodes.find(({ name }) => name === "far");
  return [...(far?.attributes.keys() ?? [])].sort();
}

it("a remote node that no entry names has its names once its state is read, which asks for a connection", () => {
  expect(namesOf({})).toEqual(["#kind"]);
  expect(namesOf({ hasState: true })).toEqual(["#kind"]);
  expect(namesOf({ runs: true, hasState: true })).toEqual(ALL);
});

it("one that is named has them in any case", () => {
  expect(namesOf({ isListed: true })).toEqual(ALL);
  expect(namesOf({ isListed: true, hasState: true, runs: true })).toEqual(ALL);
});
