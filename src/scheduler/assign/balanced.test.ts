import { expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { schedule } from "../schedule.ts";

/** Room of cpu, memory and network on five nodes, of which each has more than another one in some attribute. */
const ROOM = [
  [4, 9, 5],
  [4, 9, 5],
  [4, 7, 9],
  [4, 7, 5],
  [6, 5, 9],
];

// "More room in more attributes" is no order, so which node is the first depends on the list before it was sorted.
it("takes the node that Pacemaker 2.1.5 takes when having more room is no order", () => {
  const nodes = ROOM.map(([cpu, memory, network], at) => {
    const amounts = [`cpu="${cpu}"`, `memory="${memory}"`, `network="${network}"`].map((text) => text.split("=") as [string, string]);
    const pairs = amounts.map(([name, value]) => `<nvpair id="n${at}-${name}" name="${name}" value=${value}/>`);
    return `<node id="${at + 1}" uname="10.0.0.${at + 1}"><utilization id="n${at}">${pairs.join("")}</utilization></node>`;
  });
  const states = ROOM.map(
    (_, at) => `<node_state id="${at + 1}" uname="10.0.0.${at + 1}" in_ccm="true" crmd="online" join="member" expected="member"/>`,
  );
  const read = parseXml(`<cib have-quorum="1"><configuration>
    <crm_config><cluster_property_set id="o">
      <nvpair id="f" name="fencing-enabled" value="false"/><nvpair id="s" name="placement-strategy" value="balanced"/>
    </cluster_property_set></crm_config>
    <nodes>${nodes.join("")}</nodes>
    <resources><primitive id="r0" class="ocf" provider="pacemaker" type="Dummy"/></resources>
    <constraints/></configuration><status>${states.join("")}</status></cib>`);
  if (!read.ok) throw new Error("the test's input is not well-formed");
  const { summary } = schedule(read.value, { nowEpochSeconds: 1_700_000_000 });
  expect(summary.find((line) => line.includes(" r0 "))).toContain("( 10.0.0.5 )");
});
