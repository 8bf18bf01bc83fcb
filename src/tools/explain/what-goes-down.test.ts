import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import type { Tool } from "../frame/tool.ts";
import { cib, parameter, primitive, started } from "./example-cib.ts";
import { plan } from "./plan.ts";
import { whatIf } from "./what-if.ts";

const stopped = (id: string): string =>
  `<meta_attributes id="${id}-s"><nvpair id="${id}-s-r" name="target-role" value="Stopped"/></meta_attributes>`;
const unmanaged = '<meta_attributes id="web-m"><nvpair id="web-m-m" name="is-managed" value="false"/></meta_attributes>';
const fence = '<primitive id="fence" class="stonith" type="null"/>';
const promotable = '<meta_attributes id="c-m"><nvpair id="c-m-p" name="promotable" value="true"/></meta_attributes>';

async function run(
  tool: Tool,
  words: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<{ stdout: string; exitCode: number }> {
  return runInMemory(tool, [...words], { files: new Map(Object.entries(files)) });
}

const planned = (before: string, after: string): Promise<{ stdout: string; exitCode: number }> =>
  run(plan, ["--current", "before", "-x", "after"], { before, after });

const lossOf = async (document: string, ...words: readonly string[]): Promise<string> =>
  (await run(whatIf, [...words, "-x", "cib"], { cib: document })).stdout;

describe("kodou plan: what goes down, and why", () => {
  it("says why something stops, restarts or moves", async () => {
    const before = cib({
      resources: primitive("web") + primitive("db") + primitive("app"),
      constraints: '<rsc_order id="o1" first="db" then="app"/><rsc_location id="like" rsc="app" node="n1" score="9"/>',
      history: { n1: { web: [started], db: [started], app: [started] } },
    });
    const after = before
      .replace('<primitive id="web" class="ocf" provider="kodou" type="Dummy">', `$&${stopped("web")}`)
      .replace('<primitive id="db" class="ocf" provider="kodou" type="Dummy">', `$&${parameter("db")}`);
    const { stdout } = await planned(before, after);
    expect(stdout).toContain("  * web stops on n1 and does not come back\n      target-role is Stopped [web-s-r]\n");
    expect(stdout).toMatch(/ {2}\* db (restarts|moves).*\n {6}its definition was changed since its start on n1 \[db_last_1\]/);
    expect(stdout).toMatch(/ {2}\* app (restarts|moves).*\n {6}it depends on the (start|stop) of db \[o1\]/);
  });

  it("says that what is not managed goes down with a node that is fenced", async () => {
    const before = cib({ resources: fence + primitive("web", unmanaged), history: { n2: { web: [started] } } }).replace(
      'id="n2" uname="n2" in_ccm="true"',
      'id="n2" uname="n2" in_ccm="false"',
    );
    const { stdout } = await planned(before, before.replace('name="fencing-enabled" value="false"', 'name="fencing-enabled" value="true"'));
    expect(stdout).toContain("web goes down with n2, which is fenced");
  });

  it("tells of a promotion that is due and not done any more, though the decisions read the same", async () => {
    const inside = `<clone id="c">${promotable}${primitive("db", parameter("db"))}</clone>`;
    const like = '<rsc_location id="like" rsc="c" node="n1" role="Promoted" score="10"/>';
    const document = (order: string): string =>
      cib({ resources: primitive("ip", stopped("ip")) + inside, constraints: like + order, history: { n1: { db: [started] } } });
    const { stdout, exitCode } = await planned(document(""), document('<rsc_order id="o1" first="ip" then="c" then-action="promote"/>'));
    expect(stdout).toContain("Actions that are due without the change, and not with it:\n  * db:0_promote_0 on n1");
    expect(exitCode).toBe(0);
  });

  it("names only some of many operations that were never measured", async () => {
    const names = ["a", "b", "d", "e", "f"];
    const group = `<group id="g">${names.map((id) => primitive(id)).join("")}</group>`;
    const history = { n1: Object.fromEntries(names.map((id) => [id, [started]])) };
    const before = cib({ resources: group, history });
    const { stdout } = await planned(
      before,
      before.replace('<primitive id="a" class="ocf" provider="kodou" type="Dummy">', `$&${parameter("a")}`),
    );
    expect(stdout).toMatch(/f restarts.*and \d+ more were never measured/);
  });
});

describe("kodou what-if: what goes on", () => {
  it("goes on counting on what cannot be stopped where it is, though it belongs elsewhere", async () => {
    const document = cib({
      resources: fence + primitive("db") + primitive("web"),
      history: { n1: { db: [started] }, n2: { web: [started] } },
    })
      .replace('name="fencing-enabled" value="false"', 'name="fencing-enabled" value="true"')
      .replace('<node id="n2"', '<node id="n3" uname="n3"/><node id="n2"')
      .replace("</status>", '<node_state id="n3" uname="n3" in_ccm="true" crmd="online" join="member" expected="member"/></status>')
      .replace('uname="n2" in_ccm="true" crmd="online" join="member"', 'uname="n2" in_ccm="true" crmd="online" join="down"');
    expect(await lossOf(document, "--node-down", "n1", "--quorum", "true")).toContain("web goes on running on n2");
  });

  it("says that a promoted role ends without the loss too", async () => {
    const constraints = '<rsc_ticket id="t" rsc="c" rsc-role="Promoted" ticket="A" loss-policy="demote"/>';
    const document = cib({
      resources: `<clone id="c">${promotable}${primitive("db")}</clone>`,
      constraints,
      history: { n1: { db: [started, { operation: "promote", call: 2 }] }, n2: { db: [started] } },
    });
    expect(await lossOf(document, "--node-down", "n1")).toContain("; it is demoted without that loss too");
  });

  it("tells once what is the same for several nodes, and for several members of a group", async () => {
    const ban = '<rsc_location id="ban" rsc="g" node="n2" score="-INFINITY"/>';
    const group = `<group id="g">${primitive("a")}${primitive("b")}</group>`;
    const document = cib({ resources: group, constraints: ban, history: { n1: { a: [started], b: [started] } } });
    expect(await lossOf(document, "--node-down", "n1")).toContain(
      "g DOES NOT SURVIVE: nothing of it runs (no node may have a - n2: location constraint ban)\n",
    );
    expect(await lossOf(cib({ resources: group }), "--any", "1")).toBe("n1, or n2 dies:\n  * nothing runs now\n");
  });

  it("does not count on what is on a node that nothing connects to any more", async () => {
    // The connection is frozen by a ticket: it is not moved away from n1.
    const remote = '<primitive id="far" class="ocf" provider="pacemaker" type="remote"/>';
    const state =
      '<node_state id="far" uname="far"><lrm id="far"><lrm_resources><lrm_resource id="web" class="ocf" provider="kodou" type="Dummy"><lrm_rsc_op id="web_last_0" operation_key="web_start_0" operation="start" interval="0" call-id="1" crm_feature_set="3.20.1" rc-code="0" op-status="0" transition-key="1:1:0:u"/></lrm_resource></lrm_resources></lrm></node_state>';
    const document = cib({
      resources: fence + remote + primitive("web"),
      constraints:
        '<rsc_ticket id="t" rsc="far" ticket="A" loss-policy="freeze"/><rsc_location id="like" rsc="web" node="far" score="100"/>',
      history: { n1: { far: [started] } },
    })
      .replace(
        '<lrm_resource id="far" class="ocf" provider="kodou" type="Dummy">',
        '<lrm_resource id="far" class="ocf" provider="pacemaker" type="remote">',
      )
      .replace('name="fencing-enabled" value="false"', 'name="fencing-enabled" value="true"')
      .replace("</status>", `${state}</status>`);
    expect(await lossOf(document, "--node-down", "n1")).toContain("web DOES NOT SURVIVE");
  });
});
