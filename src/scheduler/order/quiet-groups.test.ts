import { expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { schedule } from "../schedule.ts";

const COUNT = 20;

/** Groups of five that run on one node; `extra` is what the first member of the first one says of itself. */
function groups(extra: string): string {
  const all = Array.from({ length: COUNT }, (_, index) => index);
  const members = (index: number): string[] => ["a", "b", "c", "d", "e"].map((name) => `r${index}${name}`);
  const primitive = (id: string): string =>
    `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${id === "r0a" ? extra : ""}</primitive>`;
  const history = (id: string, at: number): string =>
    `<lrm_resource id="${id}" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="${id}_last_0" operation_key="${id}_start_0"
 operation="start" transition-key="1:1:0:u" transition-magic="0:0;1:1:0:u" call-id="${at + 1}" rc-code="0" op-status="0" interval="0" crm_feature_set="3.19.0" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/></lrm_resource>`;
  return `<cib crm_feature_set="3.19.0" validate-with="pacemaker-3.9" have-quorum="1" dc-uuid="1"><configuration><crm_config><cluster_property_set id="p"><nvpair id="f" name="fencing-enabled" value="false"/>
</cluster_property_set></crm_config><nodes><node id="1" uname="n1"/></nodes>
<resources>${all.map((index) => `<group id="g${index}">${members(index).map(primitive).join("")}</group>`).join("")}</resources><constraints/></configuration>
<status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources>${all
    .flatMap(members)
    .map(history)
    .join("")}</lrm_resources></lrm></node_state></status></cib>`;
}

function applied(extra: string): { readonly count: number; readonly stops: number } {
  const cib = parseXml(groups(extra));
  if (!cib.ok) throw new Error(cib.error.message);
  const { appliedRelationCount, graph } = schedule(cib.value, { nowEpochSeconds: 1_795_000_000 });
  return { count: appliedRelationCount, stops: graph.actions.filter(({ operation }) => operation === "stop").length };
}

it("applies no relations inside of groups to which nothing happens", () => {
  expect(applied("")).toEqual({ count: 0, stops: 0 });
});

it("applies those of a group in which a member has to stop", () => {
  const stopping = `<meta_attributes id="m"><nvpair id="t" name="target-role" value="Stopped"/></meta_attributes>`;
  const { count, stops } = applied(stopping);
  // Five members and the group itself.
  expect(stops).toBe(6);
  expect(count).toBeGreaterThan(20);
  expect(count).toBeLessThan(200);
});
