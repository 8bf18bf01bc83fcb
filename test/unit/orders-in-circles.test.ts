import { expect, it } from "vitest";
import { crmVerify } from "../../src/tools/cib/crm-verify.ts";
import { explain } from "../../src/tools/explain/explain.ts";
import { plan } from "../../src/tools/explain/plan.ts";
import { runInMemory } from "../../src/tools/frame/memory-ports.ts";
import type { Tool } from "../../src/tools/frame/tool.ts";
import { crmSimulate } from "../../src/tools/simulate/crm-simulate.ts";

const dummy = (id: string): string => `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"/>`;
const order = (id: string, first: string, then: string): string => `<rsc_order id="${id}" first="${first}" then="${then}"/>`;

/** Two resources that do not run, with orders. */
const cib = (orders: string): string => `<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1">
  <configuration><crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes><node id="1" uname="n1"/></nodes><resources>${dummy("A")}${dummy("B")}</resources><constraints>${orders}</constraints></configuration>
  <status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>`;

const CIRCLE = cib(order("o1", "A", "B") + order("o2", "B", "A"));
const WARNING = "warning: Orders wait for each other: A_start_0 on n1 is not ordered after B_start_0 on n1, which waits for it\n";

const files = (): Map<string, string> =>
  new Map([
    ["circle", CIRCLE],
    ["row", cib(order("o1", "A", "B"))],
  ]);

it.each<[string, Tool, string[], string[]]>([
  ["crm_simulate", crmSimulate, ["-S", "-x", "circle"], ["-S", "-x", "row"]],
  ["crm_simulate that plays nothing", crmSimulate, ["-R", "-x", "circle"], ["-R", "-x", "row"]],
  ["crm_verify", crmVerify, ["-V", "-x", "circle"], ["-V", "-x", "row"]],
  ["explain", explain, ["A", "-x", "circle"], ["A", "-x", "row"]],
  ["plan", plan, ["-c", "row", "-x", "circle"], ["-c", "circle", "-x", "circle"]],
])("%s says which order is not kept, where orders wait for each other", async (_name, tool, circle, other) => {
  expect((await runInMemory(tool, circle, { files: files() })).stderr).toContain(WARNING);
  expect((await runInMemory(tool, other, { files: files() })).stderr).not.toContain("wait for each other");
});
