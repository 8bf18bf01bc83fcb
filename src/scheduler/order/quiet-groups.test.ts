import { expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import type { Resource } from "../cluster/resource.ts";
import { constrain } from "../constrain/constraints.ts";
import { ACTION, type Action } from "../plan/action.ts";
import { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { schedule } from "../schedule.ts";
import { unpack } from "../unpack/unpack.ts";
import { QuietGroups } from "./quiet-groups.ts";

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

/** A plan for the groups, with the optional starts of the first one and of so many of its members. */
function startsOf(memberCount: number): { readonly quiet: QuietGroups; readonly own: Action; readonly members: readonly Action[] } {
  const cib = parseXml(groups(""));
  if (!cib.ok) throw new Error(cib.error.message);
  const { book, cluster } = new Plan(constrain(unpack(cib.value, 1_795_000_000)), false);
  const [group] = cluster.top;
  if (!group) throw new Error("no group");
  const start = (resource: Resource): Action => {
    const fields = { key: resource.keyOf("start"), task: "start", resource, node: undefined, intervalMs: 0, isOptional: true };
    return book.add({ ...fields, configuration: undefined });
  };
  const [own, members] = [start(group), group.children.slice(0, memberCount).map(start)];
  for (const member of members) book.relate(own, member, RELATION.thenImpliesFirstGraphed);
  return { quiet: new QuietGroups(book), own, members };
}

const isQuiet = (quiet: QuietGroups, action: Action | undefined): boolean =>
  action?.inputs.every((input) => quiet.holdTogether(input)) === true;

it("knows a group as quiet until one of its actions is needed or hindered", () => {
  for (const flag of [ACTION.optional, ACTION.runnable]) {
    const { quiet, members } = startsOf(5);
    expect(isQuiet(quiet, members[0])).toBe(true);
    members[3]?.clear(flag);
    expect(isQuiet(quiet, members[0])).toBe(false);
  }
});

it("knows a group that can do what a member cannot as not quiet", () => {
  const { quiet, members } = startsOf(4);
  expect(isQuiet(quiet, members[0])).toBe(false);
});
