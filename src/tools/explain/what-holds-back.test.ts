import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { cib, type Entry, parameter, primitive, started } from "./example-cib.ts";
import { explain } from "./explain.ts";

async function all(document: string, ...words: readonly string[]): Promise<string> {
  return (await runInMemory(explain, [...words, "-x", "cib"], { files: new Map([["cib", document]]) })).stdout;
}

const failedStop: Entry = { operation: "stop", code: 1, call: 2 };
const stopped = (id: string): string =>
  `<meta_attributes id="${id}-s"><nvpair id="${id}-s-r" name="target-role" value="Stopped"/></meta_attributes>`;
const promotable = '<meta_attributes id="c-m"><nvpair id="c-m-p" name="promotable" value="true"/></meta_attributes>';
const clone = (id: string, inside: string, more = ""): string => `<clone id="${id}">${more}${primitive(inside)}</clone>`;

describe("kodou explain: what holds something back", () => {
  it("says what would let something be stopped, and which group makes it wait", async () => {
    const group = `<group id="g">${stopped("g")}${primitive("db")}${primitive("web")}</group>`;
    const document = cib({ resources: group, history: { n1: { db: [started], web: [started, failedStop] } } });
    const text = await all(document, "db");
    expect(text).toContain("it is to be stopped (target-role is Stopped [g-s-r]), which is blocked.");
    expect(text).toContain("It waits for the stop of web, which cannot be done (g).");
    expect(text).toContain("  What would let it be stopped:\n    1. clean up the failures of web on n1");
    expect(await all(document, "web")).toContain("  What would let it be managed again:\n    1. clean up the failures of web on n1");
  });

  it("names the ticket that keeps an instance from its promotion, and says when it is only in standby", async () => {
    const constraints = '<rsc_ticket id="t" rsc="c" rsc-role="Promoted" ticket="A" loss-policy="demote"/>';
    const likes = '<rsc_location id="like" rsc="c" node="n1" role="Promoted" score="10"/>';
    const document = cib({ resources: clone("c", "db", promotable), constraints: constraints + likes, history: { n1: { db: [started] } } });
    expect(await all(document, "db:0")).toContain("-INFINITY  ticket A is not granted [t]");
    const standby = document.replace("<status>", '<status><tickets><ticket_state id="A" granted="true" standby="true"/></tickets>');
    expect(await all(standby, "db:0")).toContain("-INFINITY  ticket A is in standby [t]");
  });

  it("names the failure that is answered by a demotion", async () => {
    const unsupported: Entry = { operation: "promote", code: 3, call: 2 };
    const likes = '<rsc_location id="like" rsc="c" node="n1" role="Promoted" score="10"/>';
    const document = cib({
      resources: clone("c", "db", promotable),
      constraints: likes,
      history: { n1: { db: [started, unsupported] } },
    }).replace(/rc-code="3" op-status="0"/, 'rc-code="3" op-status="3"');
    expect(await all(document, "db:0")).toMatch(
      /-INFINITY {2}promote failed on n1 .*, and the answer to that is to demote it \[db_last_failure_0\]/,
    );
  });

  it("names the ticket that freezes a resource, and not one that is granted", async () => {
    const freeze = (id: string, ticket: string): string => `<rsc_ticket id="${id}" rsc="db" ticket="${ticket}" loss-policy="freeze"/>`;
    const document = cib({
      resources: primitive("db"),
      constraints: freeze("t1", "A") + freeze("t2", "B"),
      history: { n1: { db: [started] } },
    });
    expect(await all(document.replace("<status>", '<status><tickets><ticket_state id="A" granted="true"/></tickets>'), "db")).toContain(
      "is left as it is: ticket B is not granted, and its loss-policy is freeze [t2].",
    );
  });

  it("tells how many instances have to come up first, and how many do", async () => {
    const two = '<meta_attributes id="c-m"><nvpair id="c-m-n" name="clone-min" value="2"/></meta_attributes>';
    const constraints =
      '<rsc_order id="o1" first="c" then="web"/><rsc_location id="ban" rsc="c" node="n2" score="-INFINITY"/><rsc_location id="like" rsc="web" node="n1" score="5"/>';
    const document = cib({ resources: clone("c", "db", two) + primitive("web"), constraints, history: { n1: { web: [started] } } });
    const why = "too few come up of what has to be there first by o1 (1 instance of c has a place, and 2 are needed).";
    expect(await all(document, "web")).toContain(`Blocked: start on n1 cannot be carried out: ${why}`);
    // What is told of a node has no lines after the first sentence.
    expect(await all(document, "n1")).toContain(
      `What leaves it:\n    web runs on n1 as Started; it is going to be stopped, and starting it there again is blocked: ${why}`,
    );
  });

  it("waits for a clone, and not for each of its instances too", async () => {
    const interleaved = (id: string): string =>
      `<meta_attributes id="${id}-m"><nvpair id="${id}-m-i" name="interleave" value="true"/></meta_attributes>`;
    const constraints =
      '<rsc_order id="o1" first="ip" then="c"/><rsc_order id="o2" first="c" then="d"/><rsc_order id="o3" first="c" then="d" first-action="promote" then-action="start" kind="Optional"/>';
    const resources = primitive("ip", stopped("ip")) + clone("c", "db", interleaved("c")) + clone("d", "web", interleaved("d"));
    const text = await all(cib({ resources, constraints }), "web:0");
    expect(text.match(/It waits for/g)).toHaveLength(1);
    expect(text.match(/The cause:/g)).toHaveLength(1);
  });

  it("says of what is restarted and not promoted that its promotion alone is blocked", async () => {
    const constraints =
      '<rsc_order id="o1" first="ip" then="c" then-action="promote"/><rsc_location id="like" rsc="c" node="n1" role="Promoted" score="10"/>';
    const inside = `<clone id="c">${promotable}${primitive("db", parameter("db"))}</clone>`;
    const document = cib({ resources: primitive("ip", stopped("ip")) + inside, constraints, history: { n1: { db: [started] } } });
    expect(await all(document, "db:0")).toContain(
      "it is going to be stopped and started again there (its definition was changed since its start on n1 [db_last_1]); it is to be promoted there, which is blocked.",
    );
  });

  it("says what a rival is in the role that counts, and takes away what makes it so", async () => {
    const constraints =
      '<rsc_colocation id="apart" rsc="web" with-rsc="c" with-rsc-role="Unpromoted" score="-INFINITY"/><rsc_location id="no" rsc="c" node="n1" role="Promoted" score="-INFINITY"/>';
    const agent =
      '<transient_attributes id="n1"><instance_attributes id="t"><nvpair id="t-p" name="master-db" value="10"/></instance_attributes></transient_attributes>';
    const document = cib({
      resources: clone("c", "db", promotable) + primitive("web"),
      constraints,
      history: { n1: { db: [started, { operation: "promote", call: 2 }], web: [started] } },
      options: '<nvpair id="o-x" name="stop-removed-resources" value="true"/>',
    }).replace('<lrm id="n1">', `${agent}<lrm id="n1">`);
    expect(await all(document, "web")).toContain("colocation apart (web with c), and c is going to be unpromoted on n1");
    const { stdout } = await runInMemory(explain, ["--what-if", "web on n1", "-x", "cib"], { files: new Map([["cib", document]]) });
    expect(stdout).toContain("remove constraint no\n");
  });

  it("tells which instance of another clone an instance is paired with", async () => {
    const interleaved = '<meta_attributes id="d-m"><nvpair id="d-m-i" name="interleave" value="true"/></meta_attributes>';
    const constraints = '<rsc_colocation id="with" rsc="d" with-rsc="c" score="INFINITY"/>';
    const document = cib({ resources: clone("c", "db") + clone("d", "web", interleaved), constraints });
    expect(await all(document, "web:0")).toMatch(/colocation with \(d with c\), and the instance of c for it is on n[12]/);
  });

  it("says which instance is promoted in place of the one that a promotion waits for", async () => {
    const pairs = (id: string): string =>
      `<meta_attributes id="${id}-m"><nvpair id="${id}-m-p" name="promotable" value="true"/><nvpair id="${id}-m-i" name="interleave" value="true"/></meta_attributes>`;
    const likes = (id: string, node: string): string =>
      `<rsc_location id="like-${id}" rsc="${id}" node="${node}" role="Promoted" score="10"/>`;
    const constraints = `<rsc_order id="o" first="c" first-action="promote" then="d" then-action="promote"/>${likes("c", "n1")}${likes("d", "n2")}`;
    const active = { db: [started], web: [started] };
    const resources = clone("c", "db", pairs("c")) + clone("d", "web", pairs("d"));
    const text = await all(cib({ resources, constraints, history: { n1: active, n2: active } }), "d");
    expect(text).toMatch(/The cause: db:[01] is not chosen to be promoted: db:[01] is\./);
  });

  it("tells a count of failures once, though all instances of a clone have it", async () => {
    const failures =
      '<transient_attributes id="n1"><instance_attributes id="t"><nvpair id="t-f" name="fail-count-db#start_0" value="INFINITY"/></instance_attributes></transient_attributes>';
    const document = cib({ resources: clone("c", "db") }).replace('<lrm id="n1">', `${failures}<lrm id="n1">`);
    expect(await all(document, "db:0")).toContain("-INFINITY  it failed there for good [t-f]");
  });

  it("says that what has stopped only counts as active where a live migration failed", async () => {
    const ends = 'migrate_source="n1" migrate_target="n2" last-rc-change="-1998"';
    const history = {
      n1: { web: [{ operation: "monitor", code: 7, call: 1, more: 'last-rc-change="2000"' }] },
      n2: {
        web: [
          started,
          { operation: "migrate_from", code: 1, call: 2, more: ends },
          { operation: "stop", call: 3, more: 'last-rc-change="2000"' },
        ],
      },
    };
    const document = cib({ resources: primitive("web", stopped("web")), history }).replace(
      /<lrm_rsc_op id="web_last_failure_0" operation_key="web_monitor_0"([^>]*)transition-key="1:1:0:u"/,
      '<lrm_rsc_op id="web_last_0" operation_key="web_monitor_0"$1transition-key="1:1:7:u"',
    );
    expect(await all(document, "web")).toContain(
      "web: has stopped, though it counts as active on n1 since a live migration failed; it is not going to run: target-role is Stopped [web-s-r].",
    );
  });

  it("reads a ticket that the status tells of twice as the scheduler does", async () => {
    const ticket = (more: string): string =>
      cib({ resources: primitive("web"), constraints: '<rsc_ticket id="t1" ticket="A" rsc="web"/>' }).replace(
        "<status>",
        `<status><tickets><ticket_state id="A" granted="true"/><ticket_state id="A" ${more}/></tickets>`,
      );
    expect(await all(ticket('granted="false"'), "web")).toContain("ticket A is not granted [t1]");
    expect(await all(ticket('standby="true"'), "web")).toContain("ticket A is in standby [t1]");
  });

  it("says of what loses its place with the quorum that this is why", async () => {
    const document = cib({ resources: primitive("web"), history: { n1: { web: [started] } } }).replace(
      'have-quorum="1"',
      'have-quorum="0"',
    );
    expect(await all(document, "web")).toContain("it is going to be stopped: no quorum, and no-quorum-policy is stop.");
  });

  it("says that what is stopped where it belongs cannot be started again without quorum", async () => {
    const pending = 'migrate_source="n1" migrate_target="n2"';
    const history = { n1: { web: [started, { operation: "migrate_to", code: 1, call: 3, more: pending }] } };
    const document = cib({
      resources: primitive("web"),
      history,
      constraints: '<rsc_location id="ban" rsc="web" node="n2" score="-INFINITY"/>',
    })
      .replace('have-quorum="1"', 'have-quorum="0"')
      .replace(/rc-code="0" op-status="0" transition-key="1:1:0:u"/, 'rc-code="14" op-status="-1" transition-key="-1:1:0:u"');
    expect(await all(document, "web")).toContain("it is going to be stopped, and starting it there again is blocked.");
  });

  it("says why a place is left that nothing lets in any more", async () => {
    const document = cib({
      resources: primitive("web"),
      constraints: '<rsc_location id="in" rsc="web" node="n2" score="0"/>',
      history: { n1: { web: [started] } },
      options: '<nvpair id="o-s" name="symmetric-cluster" value="false"/>',
    });
    expect(await all(document, "web")).toContain(
      "moved to n2: n1 may not have it (the cluster is asymmetric, and no constraint lets it in).",
    );
  });
});

describe("kodou explain: what is asked about", () => {
  it("is one member of a group that is cloned, where that is named", async () => {
    const resources = `<clone id="c"><group id="g">${primitive("db")}${primitive("web")}</group></clone>`;
    const text = await all(cib({ resources, history: { n1: { "db:0": [started], "web:0": [started] } } }), "web");
    expect(text).toContain("web:0: runs on n1");
    expect(text).not.toContain("db:0: ");
  });

  it("are instances that nothing but their numbers tells apart together", async () => {
    const three = '<meta_attributes id="c-m"><nvpair id="c-m-n" name="clone-max" value="4"/></meta_attributes>';
    const text = await all(cib({ resources: clone("c", "db", three) }), "c");
    expect(text).toContain(
      "db:2, db:3: does not run, and is not going to: each node that may have it has as many instances as it may have.",
    );
  });

  it("is a remote node that nothing connects to", async () => {
    const remote = '<primitive id="far" class="ocf" provider="pacemaker" type="remote"/>';
    const text = await all(cib({ resources: remote }), "far");
    expect(text).toContain("Node far: not connected: what connects to it does not run; it takes resources once it is connected from n1.");
  });
});
