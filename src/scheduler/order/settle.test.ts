import { describe, expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { schedule } from "../schedule.ts";

const NODES = [1, 2, 3];

/** Interleaved clones that run everywhere, the first of which is to stop, each ordered before and after each other. */
function mutuallyOrdered(count: number): string {
  const all = Array.from({ length: count }, (_, index) => index);
  const clone = (index: number): string =>
    `<clone id="c${index}"><meta_attributes id="m${index}"><nvpair id="i${index}" name="interleave" value="true"/>${
      index === 0 ? '<nvpair id="t" name="target-role" value="Stopped"/>' : ""
    }</meta_attributes><primitive id="r${index}" class="ocf" provider="pacemaker" type="Dummy"/></clone>`;
  const orders = all.flatMap((a) => all.filter((b) => b !== a).map((b) => `<rsc_order id="o-${a}-${b}" first="c${a}" then="c${b}"/>`));
  const history = all.map(
    (index) =>
      `<lrm_resource id="r${index}" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="r${index}_last_0" operation_key="r${index}_start_0"
 operation="start" transition-key="1:1:0:u" transition-magic="0:0;1:1:0:u" call-id="${index + 1}" rc-code="0" op-status="0" interval="0"/></lrm_resource>`,
  );
  const state = (node: number): string =>
    `<node_state id="${node}" uname="n${node}" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="${node}"><lrm_resources>${history.join(
      "",
    )}</lrm_resources></lrm></node_state>`;
  return `<cib crm_feature_set="3.19.0" validate-with="pacemaker-3.9" have-quorum="1" dc-uuid="1"><configuration><crm_config><cluster_property_set id="p"><nvpair id="f" name="fencing-enabled" value="false"/>
</cluster_property_set></crm_config><nodes>${NODES.map((node) => `<node id="${node}" uname="n${node}"/>`).join("")}</nodes>
<resources>${all.map(clone).join("")}</resources><constraints>${orders.join("")}</constraints></configuration>
<status>${NODES.map(state).join("")}</status></cib>`;
}

describe("settling orders", () => {
  it("applies each relation a bounded number of times, also when everything waits for everything", () => {
    for (const count of [5, 10, 20]) {
      const cib = parseXml(mutuallyOrdered(count));
      if (!cib.ok) throw new Error(cib.error.message);
      const { appliedRelationCount, graph } = schedule(cib.value, { nowEpochSeconds: 1_795_000_000 });
      const stops = graph.actions.filter(({ operation, kind }) => operation === "stop" && kind === "rsc_op");
      expect(stops.length).toBe(count * NODES.length);
      const orderCount = count * (count - 1);
      expect(appliedRelationCount / orderCount).toBeLessThan(60 * NODES.length);
    }
  });
});
