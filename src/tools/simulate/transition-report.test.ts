import { expect, it } from "vitest";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { schedule } from "../../scheduler/schedule.ts";
import { parseXml } from "../../xml/parse.ts";
import { writeCompact } from "../../xml/write.ts";
import { assignmentItems, assignmentXml } from "./transition-report.ts";

const pairs = (id: string, values: Record<string, string>): string =>
  `<utilization id="${id}">${Object.entries(values)
    .map(([name, value]) => `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`)
    .join("")}</utilization>`;
const cib = (
  has: Record<string, string>,
  takes: Record<string, string>,
): string => `<cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0" have-quorum="true" admin_epoch="0" epoch="1" num_updates="0"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/><nvpair id="p" name="placement-strategy" value="utilization"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1">${pairs("u1", has)}</node></nodes>
<resources><primitive id="d" class="ocf" provider="pacemaker" type="Dummy">${pairs("ud", takes)}</primitive></resources><constraints/></configuration>
<status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>`;

function scheduled(text: string): ScheduleResult {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return schedule(parsed.value, { nowEpochSeconds: 1_700_000_000 });
}

it("shows what nodes have, what resources take, and the scores between", () => {
  const result = scheduled(cib({ cpu: "4", memory: "100" }, { cpu: "3" }));
  const all = { showsScores: true, showsUtilization: true };
  expect(
    assignmentItems(result, all).map((line) =>
      line.replace(/cpu=4 memory=100|memory=100 cpu=4/, "ALL").replace(/cpu=1 memory=100|memory=100 cpu=1/, "REST"),
    ),
  ).toEqual([
    "Original: n1 capacity: ALL",
    "pcmk__primitive_assign: d allocation score on n1: 0",
    "pcmk__assign_resource: d utilization on n1: cpu=3",
    "Remaining: n1 capacity: REST",
  ]);
  expect(assignmentXml(result, all).name).toBe("allocations_utilizations");
  const used = writeCompact(assignmentXml(result, { showsScores: false, showsUtilization: true }));
  expect(used).toContain('<utilization resource="d" node="n1" function="pcmk__assign_resource"><cpu>3</cpu></utilization>');
  expect(used).toMatch(/^<utilizations><capacity node="n1" comment="Original">/);
});

it("shows amounts as they were written until they change, and counts in 32 bits", () => {
  const result = scheduled(cib({ memory: "8589934592", disk: "010" }, { memory: "4294967296" }));
  expect(assignmentItems(result, { showsScores: false, showsUtilization: true })).toEqual([
    expect.stringMatching(/^Original: n1 capacity: (memory=8589934592 disk=010|disk=010 memory=8589934592)$/),
    "pcmk__assign_resource: d utilization on n1: memory=4294967296",
    expect.stringMatching(/^Remaining: n1 capacity: (memory=0 disk=010|disk=010 memory=0)$/),
  ]);
});
