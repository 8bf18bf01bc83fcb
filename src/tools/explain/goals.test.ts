import { describe, expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { cib, type Entry, primitive, started } from "./example-cib.ts";
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
