import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { cib, type Entry, primitive, started } from "./example-cib.ts";
import { explain } from "./explain.ts";
import { plan } from "./plan.ts";
import { whatIf } from "./what-if.ts";

const guest = '<meta_attributes id="vm-m"><nvpair id="vm-m-r" name="remote-node" value="guest"/></meta_attributes>';

/** Two nodes, a virtual machine on the first one with a guest in it, and what runs in that. */
function withGuest(inside: string): string {
  const history = { n1: { vm: [started], guest: [started] } };
  const state = `<node_state id="guest" uname="guest" in_ccm="true"><lrm id="guest"><lrm_resources><lrm_resource id="web" class="ocf" provider="kodou" type="Dummy"><lrm_rsc_op id="web_last_0" operation_key="web_start_0" operation="start" interval="0" call-id="1" crm_feature_set="3.20.1" rc-code="0" op-status="0" transition-key="1:1:0:u"/></lrm_resource></lrm_resources></lrm></node_state>`;
  return cib({ resources: `${primitive("vm", guest)}${inside}`, history })
    .replace('id="guest" class="ocf" provider="kodou" type="Dummy"', 'id="guest" class="ocf" provider="pacemaker" type="remote"')
    .replace("</status>", `${state}</status>`);
}

const unmanaged = '<meta_attributes id="web-m"><nvpair id="web-m-m" name="is-managed" value="false"/></meta_attributes>';
const stopped = (id: string): string =>
  `<meta_attributes id="${id}-s"><nvpair id="${id}-s-r" name="target-role" value="Stopped"/></meta_attributes>`;

async function planned(before: string, after: string): Promise<{ stdout: string; exitCode: number }> {
  return runInMemory(plan, ["--current", "before", "-x", "after"], {
    files: new Map([
      ["before", before],
      ["after", after],
    ]),
  });
}

async function firstLine(document: string, resource: string): Promise<string> {
  const { stdout } = await runInMemory(explain, [resource, "-x", "cib"], { files: new Map([["cib", document]]) });
  return stdout.split("\n")[0] ?? "";
}

describe("kodou plan", () => {
  it("says that what is not managed goes down with the container it lives in", async () => {
    const before = withGuest(primitive("web", unmanaged));
    const { stdout, exitCode } = await planned(before, before.replace(guest, `${guest}${stopped("vm")}`));
    expect(stdout).toContain("web on guest goes down with vm, which it lives in");
    expect(exitCode).toBe(1);
  });

  it("does not say that a resource stops everywhere where a copy of it is stopped", async () => {
    const meta =
      '<meta_attributes id="web-m"><nvpair id="web-m-m" name="multiple-active" value="stop_unexpected"/><nvpair id="web-m-i" name="is-managed" value="false"/></meta_attributes>';
    const before = cib({ resources: primitive("web", meta), history: { n1: { web: [started] }, n2: { web: [started] } } });
    const { stdout, exitCode } = await planned(before, before.replace('name="is-managed" value="false"', 'name="is-managed" value="true"'));
    expect(stdout).toMatch(/web stops on n[12] and goes on running on n[12]/);
    expect(exitCode).toBe(1);
  });
});

describe("kodou what-if", () => {
  it("does not count on a guest whose host is lost where nobody may fence it", async () => {
    const document = withGuest(primitive("web"));
    const { stdout, exitCode } = await runInMemory(whatIf, ["--node-down", "n1", "--quorum", "false", "-x", "cib"], {
      files: new Map([["cib", document.replace('value="false"', 'value="true"')]]),
    });
    expect(stdout).toContain("web DOES NOT SURVIVE: nothing of it runs");
    expect(exitCode).toBe(1);
  });

  it("counts the instances of a cloned group, not their parts", async () => {
    const document = cib({
      resources: `<clone id="c"><group id="g">${primitive("a")}${primitive("b")}</group></clone>`,
      history: { n1: { a: [started], b: [started] }, n2: { a: [started], b: [started] } },
    });
    const { stdout } = await runInMemory(whatIf, ["--node-down", "n2", "-x", "cib"], { files: new Map([["cib", document]]) });
    expect(stdout).toContain("c goes on with 1 of 2 instances, on n1");
  });

  it("counts on a promoted instance that nobody may demote", async () => {
    const history = { n1: { a: [started, { operation: "promote", call: 2 }] }, n2: { a: [started] } };
    const meta = '<meta_attributes id="cm"><nvpair id="cm-p" name="promotable" value="true"/></meta_attributes>';
    const document = cib({ resources: `<clone id="c">${meta}${primitive("a")}</clone>`, history, attributes: { n1: "maintenance" } });
    const { stdout, exitCode } = await runInMemory(whatIf, ["--node-down", "n2", "-x", "cib"], { files: new Map([["cib", document]]) });
    expect(stdout).toContain("c goes on with 1 of 2 instances, on n1");
    expect(exitCode).toBe(0);
  });

  it("does not count on an instance that cannot be promoted", async () => {
    const history = { n1: { a: [started] }, n2: { a: [started, { operation: "promote", call: 2 }] } };
    const meta = '<meta_attributes id="cm"><nvpair id="cm-p" name="promotable" value="true"/></meta_attributes>';
    const document = cib({
      resources: `<clone id="c">${meta}${primitive("a")}</clone>${primitive("x", stopped("x"))}`,
      constraints:
        '<rsc_order id="o" first="x" then="c" then-action="promote"/><rsc_location id="l" rsc="c" role="Promoted" node="n1" score="9"/>',
      history,
    });
    const { stdout } = await runInMemory(whatIf, ["--node-down", "n2", "-x", "cib"], { files: new Map([["cib", document]]) });
    expect(stdout).toContain("c loses its promoted instance, and none is promoted in its place");
  });

  it("says no time where nothing was ever measured", async () => {
    const document = cib({ resources: primitive("web"), history: { n2: { web: [started] } } });
    const { stdout } = await runInMemory(whatIf, ["--node-down", "n2", "-x", "cib"], { files: new Map([["cib", document]]) });
    expect(stdout).toContain("web comes up on n1, an unknown time after the loss was noticed (the start of web on n1 was never measured)");
  });

  it("says that what loses its place goes on where it cannot be stopped", async () => {
    // With n1, web moves to n2, where db may not be beside it; what has to be stopped before db could not be stopped.
    const lossOf = async (app: readonly Entry[]): Promise<string> => {
      const document = cib({
        resources: `${primitive("web")}${primitive("db")}${primitive("app")}`,
        constraints: `<rsc_colocation id="apart" rsc="db" with-rsc="web" score="-INFINITY"/><rsc_order id="first" first="db" then="app"/>`,
        history: { n1: { web: [started] }, n2: { db: [started], app } },
      });
      const { stdout } = await runInMemory(whatIf, ["--node-down", "n1", "-x", "cib"], { files: new Map([["cib", document]]) });
      return stdout;
    };
    expect(await lossOf([started, { operation: "stop", code: 1, call: 2 }])).toContain("db goes on running on n2");
    expect(await lossOf([started])).toContain("db DOES NOT SURVIVE");
  });

  it("says that what has failed and is blocked may run or not", async () => {
    const failed: Entry = { operation: "stop", code: 1, call: 2 };
    const document = cib({
      resources: `<group id="g">${primitive("web")}${primitive("log")}</group>`,
      history: { n1: { log: [started], web: [started, failed] } },
      attributes: { n1: "standby" },
    });
    const { stdout } = await runInMemory(whatIf, ["--node-down", "n2", "-x", "cib"], { files: new Map([["cib", document]]) });
    expect(stdout).toContain("g DOES NOT SURVIVE: nothing of it is sure to run");
  });
});

describe("kodou explain", () => {
  it("does not call it a restart where a copy is stopped", async () => {
    const meta = '<meta_attributes id="web-m"><nvpair id="web-m-m" name="multiple-active" value="stop_unexpected"/></meta_attributes>';
    const document = cib({ resources: primitive("web", meta), history: { n1: { web: [started] }, n2: { web: [started] } } });
    expect(await firstLine(document, "web")).toContain(
      "it is going to be stopped on n2, and goes on running on n1: it was found active in more than one place.",
    );
  });

  it("names the ticket that freezes a clone by one of its parts", async () => {
    const clone = `<clone id="c"><group id="g">${primitive("a")}${primitive("b")}</group></clone>`;
    const document = cib({
      resources: clone,
      constraints: '<rsc_ticket id="t" rsc="b" ticket="A" loss-policy="freeze"/>',
      history: { n1: { a: [started], b: [started] } },
    });
    expect(await firstLine(document, "a")).toContain("ticket A is not granted, and its loss-policy is freeze [t]");
  });

  it("names the recorded failure that has a resource blocked", async () => {
    const failed: Entry = { operation: "stop", code: 1, call: 2 };
    const document = cib({ resources: primitive("web"), history: { n1: { web: [started, failed] } } });
    expect(await firstLine(document, "web")).toContain("stop failed on n1 with 1 (error occurred) [web_last_failure_0]");
  });

  it("names the failure by which something is recovered elsewhere, where that is one of what is not installed", async () => {
    const monitor: Entry = { operation: "monitor", code: 5, call: 2, interval: 10_000 };
    const document = cib({
      resources: primitive("web"),
      options: '<nvpair id="o-s" name="symmetric-cluster" value="false"/>',
      constraints: '<rsc_location id="l" rsc="web" node="n2" score="10"/>',
      history: { n1: { web: [started, monitor] } },
    });
    expect(await firstLine(document, "web")).toContain("monitor failed on n1 with 5 (not installed) [web_last_failure_0]");
  });

  it("finds where the waiting begins, though a bundle and its parts wait for each other", async () => {
    const bundle = `<bundle id="b"><docker image="i" replicas="1"/><network ip-range-start="10.0.0.1"/>${primitive("web")}</bundle>`;
    const fencing = '<primitive id="fence" class="stonith" type="null"/>';
    const document = cib({ resources: `${fencing}${bundle}` })
      .replace('value="false"', 'value="true"')
      .replace('uname="n2" in_ccm="true" crmd="online" join="member" expected="member"', 'uname="n2" in_ccm="true" crmd="offline"');
    const { stdout } = await runInMemory(explain, ["web:0", "-x", "cib"], { files: new Map([["cib", document]]) });
    expect(stdout).toMatch(
      /The cause: a look whether b-(docker-0|ip-10\.0\.0\.1) runs on n2 cannot be done: n2 has not joined the cluster yet\./,
    );
  });

  it("says that a connection is stopped because its node is shutting down", async () => {
    const remote = '<primitive id="far" class="ocf" provider="pacemaker" type="remote"/>';
    const document = cib({ resources: remote, history: { n1: { far: [started] } } })
      .replace('id="far" class="ocf" provider="kodou" type="Dummy"', 'id="far" class="ocf" provider="pacemaker" type="remote"')
      .replace(
        "</status>",
        '<node_state id="far" uname="far" in_ccm="true"><transient_attributes id="far"><instance_attributes id="far-i"><nvpair id="far-s" name="shutdown" value="1700000000"/></instance_attributes></transient_attributes></node_state></status>',
      );
    expect(await firstLine(document, "far")).toContain("far, which it connects to, is shutting down [far-s]");
  });
});
