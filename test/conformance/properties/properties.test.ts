import { describe, expect, it } from "vitest";
import { schedule } from "../../../src/scheduler/schedule.ts";
import type { XmlElement } from "../../../src/xml/element.ts";
import { parseXml } from "../../../src/xml/parse.ts";
import { writeCompact } from "../../../src/xml/write.ts";
import { bansKept } from "./bans.ts";
import { bounded } from "./bounded.ts";
import { completable } from "./completable.ts";
import { sameInOldSchema } from "./old-schema.ts";
import type { Scheduled } from "./property.ts";
import { settled } from "./settled.ts";
import { unmanagedUntouched } from "./unmanaged.ts";

const NOW_EPOCH_SECONDS = 1_700_000_000;

function parsed(text: string): XmlElement {
  const read = parseXml(text);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

const CIB = parsed(`<cib have-quorum="1"><configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
  <resources><primitive id="A" class="ocf" provider="pacemaker" type="Dummy"/></resources>
  <constraints><rsc_location id="ban" rsc="A" node="n1" score="-INFINITY"/></constraints></configuration>
  <status><node_state id="1" uname="n1" in_ccm="1" crmd="1" join="member" expected="member"/>
  <node_state id="2" uname="n2" in_ccm="1" crmd="1" join="member" expected="member"/></status></cib>`);

const scheduled = (): Scheduled => {
  const result = schedule(CIB, { nowEpochSeconds: NOW_EPOCH_SECONDS });
  return { cib: CIB, nowEpochSeconds: NOW_EPOCH_SECONDS, result, graph: result.graphXml(), cpuMs: 1 };
};

/** A graph of one start of A, made by hand. */
const startOn = (node: string, trigger = ""): XmlElement =>
  parsed(`<transition_graph><synapse id="0"><action_set><rsc_op id="1" operation="start" operation_key="A_start_0" on_node="${node}">
    <primitive id="A" class="ocf" provider="pacemaker" type="Dummy"/><attributes/></rsc_op></action_set>
    <inputs>${trigger}</inputs></synapse></transition_graph>`);

describe("the properties of plans", () => {
  it("hold for a good plan", () => {
    for (const { problems } of [completable, unmanagedUntouched, bansKept, bounded, settled]) expect(problems(scheduled())).toEqual([]);
  });

  it("tell a start where a constraint forbids it", () => {
    expect(bansKept.problems({ ...scheduled(), graph: startOn("n1") })).toEqual(["ban: A_start_0 on n1"]);
  });

  it("tell a document that is planned for otherwise when it is upgraded", () => {
    const old = parsed(writeCompact(CIB).replace("<cib ", '<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" '));
    const result = schedule(old, { nowEpochSeconds: NOW_EPOCH_SECONDS });
    const one = { cib: old, nowEpochSeconds: NOW_EPOCH_SECONDS, result, graph: result.graphXml(), cpuMs: 1 };
    expect(sameInOldSchema.problems(one)).toEqual([]);
    expect(sameInOldSchema.problems({ ...one, graph: startOn("n1") })).toEqual(["another graph when it is upgraded"]);
  });

  it("tell a start of what somebody else manages", () => {
    const one = { ...scheduled(), graph: startOn("n2") };
    for (const resource of one.result.cluster.top) resource.isManaged = false;
    expect(unmanagedUntouched.problems(one)).toEqual(["A_start_0 on n2"]);
  });

  it("tell waiting for oneself, and for what is not there", () => {
    const trigger = (id: number): string => `<trigger><rsc_op id="${id}"/></trigger>`;
    expect(completable.problems({ ...scheduled(), graph: startOn("n2", trigger(1)) })).toEqual(["action 1 is never reached"]);
    expect(completable.problems({ ...scheduled(), graph: startOn("n2", trigger(7)) })).toHaveLength(2);
  });

  it("tell a plan that leaves something to do", () => {
    expect(settled.problems({ ...scheduled(), graph: parsed("<transition_graph/>") })).toContain("start A_start_0 on n2");
  });

  it("tell what takes too long", () => {
    expect(bounded.problems({ ...scheduled(), cpuMs: 60_000 })).toEqual(["60000 ms of CPU time"]);
  });
});
