import { describe, expect, it } from "vitest";
import { schedule } from "../../scheduler/schedule.ts";
import { parseXml } from "../../xml/parse.ts";
import { runInMemory } from "../frame/memory-ports.ts";
import { candidateChanges } from "./candidates.ts";
import { cib, type Entry, primitive, started } from "./example-cib.ts";
import { explain } from "./explain.ts";
import { findResource } from "./explained-cib.ts";
import { findChanges } from "./find-changes.ts";
import { parseGoal } from "./goal.ts";

/** The changes that are told to be enough, each set as one text. */
function answers(document: string, wish: string): string[] {
  const read = parseXml(document);
  const goal = parseGoal(wish);
  if (!read.ok || !goal) throw new Error("neither a CIB nor a goal");
  return findChanges(read.value, goal, 1_700_000_000).solutions.map(({ changes }) => changes.map(({ words }) => words).join("; and "));
}

const failed: Entry = { operation: "start", code: 5, call: 2 };

describe("changes that reach a goal", () => {
  it("clean up what has to be with what the resource has to be with", () => {
    const constraints =
      '<rsc_colocation id="c1" rsc="web" with-rsc="ip" score="INFINITY"/><rsc_colocation id="c2" rsc="log" with-rsc="ip" score="INFINITY"/>';
    const document = cib({
      resources: `${primitive("ip")}${primitive("web")}${primitive("log")}`,
      constraints,
      history: { n1: { log: [failed] } },
    });
    expect(answers(document, "web on n1")).toContain("clean up the failures of log on n1, once what made it fail is repaired");
  });

  it("grant a ticket whose loss has nodes fenced", () => {
    const constraints = '<rsc_ticket id="t" rsc="db" ticket="A" loss-policy="fence"/>';
    const fencing = '<primitive id="fence" class="stonith" type="null"/>';
    const document = cib({
      resources: `${fencing}${primitive("db")}${primitive("web")}`,
      constraints,
      history: { n1: { db: [started] }, n2: { db: [started] } },
    }).replace('value="false"', 'value="true"');
    expect(answers(document, "web running")).toContain("grant ticket A, once no other site has it");
  });

  it("stop the connection to a guest with what the guest lives in", () => {
    const guest = '<meta_attributes id="vm-m"><nvpair id="vm-m-r" name="remote-node" value="guest"/></meta_attributes>';
    const document = cib({ resources: primitive("vm", guest), history: { n1: { vm: [started], guest: [started] } } }).replace(
      'id="guest" class="ocf" provider="kodou" type="Dummy"',
      'id="guest" class="ocf" provider="pacemaker" type="remote"',
    );
    expect(answers(document, "guest stopped")).toEqual(["set target-role of vm to Stopped"]);
  });

  it("let what is to be stopped no longer wait for what cannot be stopped", () => {
    const stopped = '<meta_attributes id="m"><nvpair id="m-r" name="target-role" value="Stopped"/></meta_attributes>';
    const document = cib({
      resources: `${primitive("db", stopped)}${primitive("web")}`,
      constraints: '<rsc_order id="o" first="web" first-action="stop" then="db" then-action="stop" kind="Mandatory"/>',
      history: { n1: { db: [started], web: [started, { operation: "stop", code: 1, call: 3 }] } },
    });
    expect(answers(document, "db stopped")).toContain("remove constraint o");
  });

  it("take away what speaks against another instance of the clone", () => {
    const promotable = '<meta_attributes id="m"><nvpair id="m-p" name="promotable" value="true"/></meta_attributes>';
    const state = (node: string, score: number): string =>
      `<transient_attributes id="${node}"><instance_attributes id="t-${node}"><nvpair id="p-${node}" name="master-web" value="${score}"/></instance_attributes></transient_attributes>`;
    const document = cib({
      resources: `<clone id="c">${promotable}${primitive("web")}</clone>`,
      constraints: '<rsc_location id="ban" rsc="c" role="Promoted" node="n2" score="-INFINITY"/>',
      history: { n1: { web: [started] }, n2: { web: [started] } },
    })
      .replace('<lrm id="n1">', `${state("n1", 5)}<lrm id="n1">`)
      .replace('<lrm id="n2">', `${state("n2", 10)}<lrm id="n2">`);
    expect(answers(document, "web promoted on n2")).toEqual(["remove constraint ban"]);
  });

  it("take the host of a guest out of standby, and a lock away", () => {
    const guest = '<meta_attributes id="vm-m"><nvpair id="vm-m-r" name="remote-node" value="guest"/></meta_attributes>';
    const constraints = '<rsc_location id="l" rsc="vm" node="n1" score="-INFINITY"/>';
    const resting = cib({ resources: primitive("vm", guest) + primitive("web"), constraints, attributes: { n2: "standby" } });
    expect(answers(resting, "web on guest").join()).toContain("take n2 out of standby");
    const locked = cib({ resources: primitive("web"), options: '<nvpair id="o-l" name="shutdown-lock" value="true"/>' });
    const lost = locked
      .replace(
        'uname="n1" in_ccm="true" crmd="online" join="member" expected="member"',
        'uname="n1" in_ccm="false" crmd="offline" join="down" expected="down"',
      )
      .replace(
        '<lrm id="n1"><lrm_resources>',
        '<lrm id="n1"><lrm_resources><lrm_resource id="web" class="ocf" provider="kodou" type="Dummy" shutdown-lock="1699999990"/>',
      );
    const read = parseXml(lost);
    if (!read.ok) throw new Error("no CIB");
    const result = schedule(read.value, { nowEpochSeconds: 1_700_000_000, isLedgerKept: true });
    const web = findResource(result, "web");
    if (!web) throw new Error("no web");
    const words = candidateChanges(result, web, { resource: "web", kind: "stopped", node: undefined }).map((one) => one.words);
    expect(words).toContain("set shutdown-lock to false");
  });

  it("cannot have a container, or what belongs to it, inside of itself", async () => {
    const network = '<network ip-range-start="10.0.0.1" control-port="3121"/>';
    const bundle = `<bundle id="b"><docker image="i" replicas="1"/>${network}${primitive("web")}</bundle>`;
    const files = new Map([["cib", cib({ resources: bundle })]]);
    const { exitCode, stderr } = await runInMemory(explain, ["-x", "cib", "--what-if", "b-ip-10.0.0.1 on b-0"], { files });
    expect(stderr).toContain("b-0 is made by b-docker-0: b-ip-10.0.0.1 cannot be inside of that");
    expect(exitCode).toBe(113);
  });

  it("let a member of a group be preferred, where what is said of the group goes before", () => {
    const group = `<group id="g">${primitive("a")}${primitive("b")}</group>`;
    const constraints =
      '<rsc_colocation id="c" rsc="a" with-rsc="base" score="INFINITY"/><rsc_location id="l" rsc="base" node="n1" score="100"/>';
    const said = answers(cib({ resources: `${primitive("base")}${group}`, constraints }), "b on n2");
    expect(said).toContain("let b prefer n2 with score 101");
  });

  it("bring a node in that has not joined yet, though another one is wanted", () => {
    const fencing = '<primitive id="fence" class="stonith" type="null"/>';
    const constraints = '<rsc_location id="l" rsc="web" node="n1" score="100"/>';
    const document = cib({ resources: `${fencing}${primitive("web")}`, constraints })
      .replace('value="false"', 'value="true"')
      .replace('uname="n2" in_ccm="true" crmd="online" join="member" expected="member"', 'uname="n2" in_ccm="true" crmd="offline"');
    expect(answers(document, "web on n1")).toEqual(["bring n2 online"]);
  });
});
