import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schedule } from "../../src/scheduler/schedule.ts";
import { runInMemory } from "../../src/tools/frame/memory-ports.ts";
import { crmSimulate } from "../../src/tools/simulate/crm-simulate.ts";
import { parseXml } from "../../src/xml/parse.ts";
import { GENERATED_NOW_EPOCH_SECONDS } from "../fuzz/generate.ts";

function textOf(name: string): string {
  return readFileSync(join(import.meta.dirname, "..", "fixtures", "scheduler", `${name}.xml`), "utf8");
}

function scheduled(name: string): ReturnType<typeof schedule> {
  const read = parseXml(textOf(name));
  if (!read.ok) throw new Error(read.error.message);
  return schedule(read.value, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS });
}

const dotOf = (name: string): string => scheduled(name).dotGraph({ showsAll: false, showsIds: false });

/** Small clusters, each for one branch of decisions that is hardly ever taken. */
describe("what hardly ever happens", () => {
  it("lets the failure of a connection with an address of its own not count when its definition changed since", () => {
    expect(scheduled("failed-connection-with-its-own-address").summary.join("\n")).toMatch(/Recover +b-podman-0 +\( +n2 \)/);
  });

  it("has nodes fenced for a lost ticket in the order in which what needs it is active on them", () => {
    const fenced = scheduled("ticket-fences-several").summary.filter((line) => line.startsWith("Fence"));
    expect(fenced.map((line) => line.split(" ")[2])).toEqual(["n1", "n3", "n2"]);
  });

  it("gives the most important colocation for the reason why something is blocked", () => {
    expect(scheduled("clone-with-member-of-blocked-group").summary).toContainEqual(
      expect.stringMatching(/^Start +Bp:0 .* due to colocation with Cp2 \(blocked\)$/),
    );
  });

  it("takes the stop of a bundle for impossible after what cannot be done, even where nothing of it is up", () => {
    expect(dotOf("stop-of-bundle-after-nothing")).toContain('"A_stop_0" [ style=dashed color="red" fontcolor="orange"]');
  });

  it("has an instance without a place go with that on the best node, by the strategy of placement", () => {
    const dot = dotOf("interleaved-with-one-too-many");
    expect(dot).toContain('"a:0_start_0 n1" -> "z:2_start_0 <none>" [ style = dashed]');
    expect(dot).not.toContain('"a:1_start_0 n2" -> "z:2_start_0');
  });

  it("makes orders of constraints as they come: what is apart does not wait for what only a later order makes", () => {
    const dot = dotOf("apart-before-ordered");
    expect(dot).toContain('"B_running_0" -> "A_start_0 <none>" [ style = dashed]');
    expect(dot).not.toContain('"B_promoted_0" -> "A_start_0');
  });

  it.each([
    ["-INFINITY", true],
    ["-100", false],
  ])("has what leaves a node do so before the other comes where a score of %s keeps them apart: %s", (score, isOrdered) => {
    const dummy = (id: string): string => `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"/>`;
    const at = (id: string, node: string): string => `<rsc_location id="${id}-l" rsc="${id}" node="${node}" score="1000"/>`;
    const started = `<lrm_resource id="A" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="A_last_0" operation_key="A_start_0"
      operation="start" interval="0" call-id="1" rc-code="0" op-status="0" transition-key="1:1:0:u"/></lrm_resource>`;
    const state = (name: string, histories: string): string =>
      `<node_state id="${name}" uname="${name}" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="${name}"><lrm_resources>
      ${histories}</lrm_resources></lrm></node_state>`;
    const read = parseXml(`<cib have-quorum="1"><configuration><crm_config><cluster_property_set id="o">
      <nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
      <nodes><node id="n1" uname="n1"/><node id="n2" uname="n2"/></nodes><resources>${dummy("A")}${dummy("B")}</resources>
      <constraints>${at("A", "n2")}${at("B", "n1")}<rsc_colocation id="c" rsc="B" with-rsc="A" score="${score}"/></constraints>
      </configuration><status>${state("n1", started)}${state("n2", "")}</status></cib>`);
    if (!read.ok) throw new Error(read.error.message);
    const dot = schedule(read.value, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS }).dotGraph({ showsAll: false, showsIds: false });
    expect(dot.includes('"A_stop_0 n1" -> "B_start_0 n1"')).toBe(isOrdered);
  });

  it("stops a clone that something lives in as a whole where that has failed", () => {
    expect(dotOf("failed-in-a-clone")).toContain('"r0_stop_0 n1" [ style=bold color="green" fontcolor="orange"]');
  });

  it("keeps a clone that is called by its member's name apart from itself where the other side is a tag", () => {
    const { scores } = scheduled("tag-apart-from-clone-member");
    expect(scores.filter(({ kind, resource }) => kind === "clone" && resource === "r1").map(({ score }) => score)).toEqual([1]);
  });

  it("leaves the instances of a clone in the order of their promotion where none is looked for anywhere", () => {
    const cancelled = scheduled("clone-not-looked-for").graph.actions.filter(({ operation }) => operation === "cancel");
    expect(cancelled.map(({ node }) => node)).toEqual(["wc02", "wc01"]);
  });

  it("begins nothing anew for an expired failure where the operation itself is recorded before it, and is as configured", () => {
    const { actions } = scheduled("expired-failure-beside-its-monitor").graph;
    expect(actions.filter(({ key }) => key === "A_monitor_10000").map(({ node }) => node)).toEqual(["n2"]);
  });

  it("tells of secrets that are new by the operation whose parameters count", () => {
    expect(scheduled("secret-changed-since-promotion").maskedChanges).toMatchObject([{ resource: "p:0", task: "start" }]);
  });

  it("shows what is removed by its name, and what now has that name in a container, too", async () => {
    const files = new Map([["cib.xml", textOf("content-of-bundle-outside")]]);
    const { stdout } = await runInMemory(crmSimulate, ["-x", "cib.xml", "-S"], { files, nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS });
    expect(stdout).toMatch(/Resource action: Bp +stop on n2\n/);
    expect(stdout).toMatch(/Resource action: Bp +start on B-0\n/);
  });
});
