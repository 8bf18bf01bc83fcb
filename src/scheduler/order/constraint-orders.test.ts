import { expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { schedule } from "../schedule.ts";

const date = (id: string, operation: "gt" | "lt", bound: string): string =>
  `<rule id="${id}" score="0"><date_expression id="${id}-d" operation="${operation}" ${operation === "gt" ? "start" : "end"}="${bound}"/></rule>`;

/** What B's start waits for when it comes after A's by an order with these rules for its lifetime. */
function inputsOfStart(rules: string): readonly string[] {
  const read = parseXml(`<cib have-quorum="1"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/></nodes><resources><primitive id="A" class="ocf" provider="pacemaker" type="Dummy"/>
<primitive id="B" class="ocf" provider="pacemaker" type="Dummy"/></resources>
<constraints><rsc_order id="o1" first="A" then="B"><lifetime>${rules}</lifetime></rsc_order></constraints></configuration>
<status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>`);
  if (!read.ok) throw new Error(read.error.message);
  const { actions } = schedule(read.value, { nowEpochSeconds: Date.UTC(2026, 0, 1) / 1000 }).graph;
  const start = actions.find(({ key }) => key === "B_start_0");
  return actions.filter(({ id }) => start?.inputs.includes(id)).map(({ key }) => key);
}

it("applies an order whatever is said of its lifetime, as Pacemaker 3.0 does", () => {
  const [past, present] = [date("past", "lt", "2020-01-01"), date("present", "gt", "2020-01-01")];
  expect(inputsOfStart(past)).toContain("A_start_0");
  expect(inputsOfStart(present)).toContain("A_start_0");
});
