import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { cib, type Entry, parameter, primitive, started } from "./example-cib.ts";
import { explain } from "./explain.ts";

async function firstLine(document: string, resource: string): Promise<string> {
  const { stdout } = await runInMemory(explain, [resource, "-x", "cib"], { files: new Map([["cib", document]]) });
  return stdout.split("\n")[0] ?? "";
}

describe("kodou explain: why something that runs is touched", () => {
  it("names the recorded operation that shows another definition", async () => {
    const restarted = cib({ resources: primitive("web", parameter("web")), history: { n1: { web: [started] } } });
    expect(await firstLine(restarted, "web")).toContain("restarted there: its definition was changed since its start on n1 [web_last_1].");
    const more = 'op-force-restart=" other " op-restart-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"';
    const reloaded = cib({ resources: primitive("web", parameter("web")), history: { n1: { web: [{ ...started, more }] } } });
    expect(await firstLine(reloaded, "web")).toContain(
      "reloaded there: its definition was changed since its start on n1 [web_last_1]; it can take over what was changed while it runs.",
    );
    const found: Entry = { operation: "monitor", more: 'expected="7"' };
    const probed = cib({ resources: primitive("web", parameter("web")), history: { n1: { web: [found] } } });
    expect(await firstLine(probed, "web")).toContain("since it was found running on n1 [web_last_1]");
  });

  it("says that another agent runs", async () => {
    const other = cib({ resources: primitive("web"), history: { n1: { web: [started] } }, agent: "Other" });
    expect(await firstLine(other, "web")).toContain("restarted there: what runs on n1 has another agent than what is configured.");
  });

  it("says that a bundle makes the definition", async () => {
    const bundle = '<bundle id="b"><docker image="i" replicas="1"/><network ip-range-start="10.0.0.1"/></bundle>';
    const docker = cib({ resources: bundle, history: { n1: { "b-docker-0": [started] } }, agent: "docker" }).replaceAll(
      'provider="kodou" type="docker"',
      'provider="heartbeat" type="docker"',
    );
    const { stdout } = await runInMemory(explain, ["b-docker-0", "-x", "cib"], { files: new Map([["cib", docker]]) });
    expect(stdout).toContain("its definition, which bundle b makes, was changed since its start on n1 [b-docker-0_last_1]");
  });

  it("says that something was found promoted that cannot be", async () => {
    const probe: Entry = { operation: "monitor", code: 8, more: 'expected="7"' };
    const document = cib({ resources: primitive("web"), history: { n1: { web: [probe] } } });
    expect(await firstLine(document, "web")).toContain(
      "restarted there: it was found promoted, and only instances of promotable clones may be.",
    );
  });

  it("names the live migration that has not come to an end where the node it came from is lost", async () => {
    const migration: Entry = { operation: "migrate_to", code: 193, call: 3, more: 'migrate_source="n1" migrate_target="n2"' };
    const found: Entry = { operation: "monitor", code: 7, more: 'expected="7"' };
    const fencing = '<primitive id="fence" class="stonith" type="null"/>';
    const document = cib({ resources: fencing + primitive("web"), history: { n1: { web: [found, migration] }, n2: { web: [started] } } })
      .replace('value="false"', 'value="true"')
      .replace('rc-code="193" op-status="0"', 'rc-code="193" op-status="-1"')
      .replace('uname="n1" in_ccm="true" crmd="online" join="member"', 'uname="n1" in_ccm="false" crmd="offline" join="down"');
    expect(await firstLine(document, "web")).toContain("its live migration from n1 to n2 did not come to an end [web_last_failure_0]");
  });

  it("names the failure that a recovery is for", async () => {
    const history = {
      n1: { web: [started, { operation: "monitor", code: 7, call: 2, interval: 10_000, more: 'exit-reason="no answer"' }] },
    };
    expect(await firstLine(cib({ resources: primitive("web"), history }), "web")).toContain(
      "it has failed, and is going to be stopped and started again there: monitor failed on n1 with 7 (not running: no answer) [web_last_failure_0].",
    );
  });

  it("tells programs the same as data", async () => {
    const data = async (document: string, resource: string): Promise<Record<string, unknown>[]> => {
      const { stdout } = await runInMemory(explain, [resource, "-x", "cib", "--output-as", "json"], {
        files: new Map([["cib", document]]),
      });
      return JSON.parse(stdout).result[0].children;
    };
    const redefined = cib({ resources: primitive("web", parameter("web")), history: { n1: { web: [started] } } });
    const redefinition = { element: "redefinition", node: "n1", operation: "start", record: "web_last_1", answer: "restart" };
    expect(await data(redefined, "web")).toEqual(
      expect.arrayContaining([expect.objectContaining({ element: "decision", change: "Restart" }), expect.objectContaining(redefinition)]),
    );
    const history = {
      n1: { web: [started, { operation: "monitor", code: 7, call: 2, interval: 10_000, more: 'exit-reason="no answer"' }] },
    };
    const failure = { element: "failure", resource: "web", node: "n1", operation: "monitor", "exit-code": "7", "exit-reason": "no answer" };
    expect(await data(cib({ resources: primitive("web"), history }), "web")).toEqual(
      expect.arrayContaining([expect.objectContaining({ ...failure, record: "web_last_failure_0" })]),
    );
    const bracketed = cib({
      resources: primitive("web"),
      history: {
        n1: { web: [started, { operation: "monitor", code: 1, call: 2, interval: 10_000, more: 'exit-reason="disk [sda] is gone"' }] },
      },
    });
    const { stdout } = await runInMemory(explain, ["web", "-x", "cib", "--output-as", "json"], { files: new Map([["cib", bracketed]]) });
    expect(JSON.parse(stdout).result[0]).toEqual(expect.objectContaining({ names: "web_last_failure_0" }));
    const likes = ["db", "web"].map((id) => `<rsc_location id="l-${id}" rsc="${id}" node="n1" score="9"/>`).join("");
    const ordered = cib({
      resources: primitive("db", parameter("db")) + primitive("web"),
      constraints: `<rsc_order id="o1" first="db" then="web"/>${likes}`,
      history: { n1: { db: [started], web: [started] } },
    });
    expect(await data(ordered, "web")).toEqual(
      expect.arrayContaining([expect.objectContaining({ element: "origin", resource: "db", direct: "true", orders: "o1" })]),
    );
  });

  it("says of a success that was not expected that it is one", async () => {
    const document = cib({
      resources: primitive("web", '<operations><op id="op" name="start" interval="0" on-fail="ban"/></operations>'),
      history: { n1: { web: [started] } },
    }).replace('transition-key="1:1:0:u"', 'transition-key="1:1:7:u"');
    const { stdout } = await runInMemory(explain, ["web", "-x", "cib"], { files: new Map([["cib", document]]) });
    expect(stdout).toContain("start on n1 ended with 0 (OK), which was not expected");
    expect(stdout).not.toContain("failed on n1 with 0");
  });

  it("says what is against the place that is left", async () => {
    const history = { n1: { web: [started] } };
    const standby = cib({ resources: primitive("web"), history, attributes: { n1: "standby" } });
    expect(await firstLine(standby, "web")).toContain("it is going to be moved to n2: n1 is in standby.");
    const constraints = '<rsc_location id="ban" rsc="web" node="n1" score="-INFINITY"/>';
    expect(await firstLine(cib({ resources: primitive("web"), history, constraints }), "web")).toContain(
      "it is going to be moved to n2: n1 is ruled out (location constraint ban).",
    );
    const better = '<rsc_location id="like" rsc="web" node="n2" score="5"/>';
    expect(await firstLine(cib({ resources: primitive("web"), history, constraints: better }), "web")).toContain(
      "moved to n2: n2 is worth more (5) than n1 (0).",
    );
    const cramped = cib({ resources: primitive("db") + primitive("web"), history: { n1: { web: [started], db: [started] } } });
    expect(await firstLine(cramped, "web")).toContain(
      "moved to n2: n1 is worth the same, and nothing holds it there (resource-stickiness is 0).",
    );
  });

  it("follows a dependency to where it begins, with what orders them", async () => {
    const resources = primitive("db", parameter("db")) + primitive("app") + primitive("web");
    const likes = ["db", "app", "web"].map((id) => `<rsc_location id="l-${id}" rsc="${id}" node="n1" score="9"/>`).join("");
    const constraints = `<rsc_order id="o1" first="db" then="app"/><rsc_order id="o2" first="app" then="web"/>${likes}`;
    const history = { n1: { db: [started], app: [started], web: [started] } };
    const document = cib({ resources, constraints, history });
    expect(await firstLine(document, "app")).toContain(
      "restarted there: it depends on the start of db [o1] (db runs on n1 as Started; it is going to be restarted there: its definition was changed since its start on n1 [db_last_1]).",
    );
    expect(await firstLine(document, "web")).toContain("it depends on the start of app [o2] (which begins with db: runs on n1");
    const group = cib({ resources: `<group id="g">${primitive("db", parameter("db"))}${primitive("web")}</group>`, history });
    expect(await firstLine(group, "web")).toContain("it depends on the start of db [g] (db runs on n1");
  });

  it("counts a node that takes nothing among the causes where others are full or forbidden", async () => {
    const clone = `<clone id="c">${primitive("web")}</clone>`;
    const history = { n1: { "web:0": [started] }, n2: { "web:1": [started] } };
    const document = cib({ resources: clone, history, attributes: { n2: "standby" } });
    const { stdout } = await runInMemory(explain, ["c", "-x", "cib"], { files: new Map([["cib", document]]) });
    expect(stdout).toContain("stopped: no node may have it (n2 in standby; n1: the node has as many instances as it may have).");
    const ban = '<rsc_location id="ban" rsc="web" node="n1" score="-INFINITY"/>';
    expect(await firstLine(cib({ resources: primitive("web"), constraints: ban, attributes: { n2: "standby" } }), "web")).toContain(
      "no node may have it (n1: location constraint ban; n2 in standby)",
    );
  });
});

describe("kodou explain: what is behind what is told", () => {
  async function all(document: string, resource: string): Promise<string> {
    return (await runInMemory(explain, [resource, "-x", "cib"], { files: new Map([["cib", document]]) })).stdout;
  }
  const meta = (id: string, name: string, value: string): string =>
    `<meta_attributes id="${id}-m"><nvpair id="${id}-m-${name}" name="${name}" value="${value}"/></meta_attributes>`;
  const onFirst = (id: string): string => `<rsc_location id="l-${id}" rsc="${id}" node="n1" score="9"/>`;

  it("tells of a stop that another's start asks for, though the summary gives no reason", async () => {
    const constraints = `<rsc_order id="o1" first="db" first-action="start" then="web" then-action="stop"/>${onFirst("web")}`;
    const document = cib({ resources: primitive("db") + primitive("web"), constraints, history: { n1: { web: [started] } } });
    expect(await firstLine(document, "web")).toContain(
      "it is going to be restarted there: it depends on the start of db [o1] (db does not run now; it is going to be started on n",
    );
  });

  it("finds the ticket that freezes what a tag stands for", async () => {
    const constraints = '<rsc_ticket id="t" rsc="all" ticket="site" loss-policy="freeze"/>';
    const document = cib({ resources: primitive("web"), constraints, history: { n1: { web: [started] } } }).replace(
      "</configuration>",
      '<tags><tag id="all"><obj_ref id="web"/></tag></tags></configuration>',
    );
    expect(await firstLine(document, "web")).toContain("ticket site is not granted, and its loss-policy is freeze [t].");
  });

  it("counts the failures of what runs inside of it, and names all of them", async () => {
    const guest = '<meta_attributes id="vm-m"><nvpair id="vm-m-t" name="migration-threshold" value="2"/></meta_attributes>';
    const inside = '<meta_attributes id="in-m"><nvpair id="in-m-c" name="container" value="vm"/></meta_attributes>';
    const counts = `<transient_attributes id="n1"><instance_attributes id="t"><nvpair id="f1" name="fail-count-vm#start_0" value="1"/><nvpair id="f2" name="fail-count-in#monitor_10000" value="3"/></instance_attributes></transient_attributes>`;
    const document = cib({ resources: primitive("vm", guest) + primitive("in", inside) }).replace(
      '<lrm id="n1">',
      `${counts}<lrm id="n1">`,
    );
    expect(await all(document, "vm")).toContain(
      "it failed there once and in, which runs inside of it, failed there 3 times, migration-threshold is 2 [f1, f2]",
    );
  });

  it("says of what stays in its place that it cannot be started there again", async () => {
    const constraints =
      '<rsc_order id="o1" first="db" first-action="promote" then="g" then-action="start"/><rsc_location id="l" rsc="g" node="n1" score="9"/>';
    const group = `<group id="g">${primitive("ip", parameter("ip"))}${primitive("web")}</group>`;
    const document = cib({
      resources: primitive("db") + group,
      constraints,
      history: { n1: { db: [started], ip: [started], web: [started] } },
    });
    expect(await firstLine(document, "web")).toBe(
      "web: runs on n1 as Started; it is going to be stopped, and starting it there again is blocked.",
    );
  });

  it("begins with the number of instances that is missing, where only too few are chosen", async () => {
    const meta =
      '<meta_attributes id="m"><nvpair id="m-p" name="promotable" value="true"/><nvpair id="m-m" name="clone-min" value="2"/></meta_attributes>';
    const clone = `<clone id="c">${meta}${primitive("db")}</clone>`;
    const group = `<group id="g">${primitive("ip")}${primitive("web")}</group>`;
    const constraints = '<rsc_order id="o1" first="c" first-action="promote" then="g" then-action="start"/>';
    const state = (node: string): string =>
      `<transient_attributes id="${node}"><instance_attributes id="t-${node}"><nvpair id="p-${node}" name="master-db" value="5"/></instance_attributes></transient_attributes>`;
    const document = cib({ resources: clone + group, constraints })
      .replace('<lrm id="n1">', `${state("n1")}<lrm id="n1">`)
      .replace('<lrm id="n2">', `${state("n2")}<lrm id="n2">`);
    expect(await all(document, "web")).toContain(
      "The cause: the start of ip cannot be done: too few come up of what has to be there first by o1 (1 instance of c is to be promoted, and 2 are needed).",
    );
  });

  it("says that what has no promoted role is never demoted, each order once", async () => {
    const constraints = '<rsc_order id="o1" first="db" first-action="demote" then="web" then-action="start" symmetrical="false"/>';
    const text = await all(cib({ resources: primitive("db") + primitive("web"), constraints }), "web");
    expect(text).toContain("It waits for the demote of db, which cannot be done (o1).");
    expect(text).toContain("The cause: the demote of db never takes place: only promotable clones have a promoted role.");
  });

  it("begins with the clone that has no place at all, not with what waits for it", async () => {
    const constraints = '<rsc_order id="o1" first="c" then="web"/><rsc_order id="o2" first="db" then="c"/>';
    const stopped = `<clone id="c">${meta("c", "target-role", "Stopped")}${primitive("app")}</clone>`;
    const text = await all(cib({ resources: primitive("db") + stopped + primitive("web"), constraints }), "web");
    expect(text).toContain("The cause: app:0 does not run, and is not going to: target-role is Stopped [c-m-target-role].");
  });

  it("names every fail count, and a stickiness only by the pair that counts", async () => {
    const counts = `<transient_attributes id="n1"><instance_attributes id="t"><nvpair id="fc1" name="fail-count-web#start_0" value="2"/><nvpair id="fc2" name="fail-count-web#monitor_10000" value="1"/><nvpair id="fc3" name="fail-count-web2#start_0" value="1"/></instance_attributes></transient_attributes>`;
    const document = cib({ resources: primitive("web", meta("web", "migration-threshold", "3")) }).replace(
      '<lrm id="n1">',
      `${counts}<lrm id="n1">`,
    );
    expect(await all(document, "web")).toContain("it failed there 3 times, migration-threshold is 3 [fc1, fc2]");
    const defaults =
      '<rsc_defaults><meta_attributes id="d"><rule id="r" boolean-op="and"><rsc_expression id="e" class="lsb"/></rule><nvpair id="d-s" name="resource-stickiness" value="7"/></meta_attributes></rsc_defaults></configuration>';
    const clone = cib({ resources: `<clone id="c">${primitive("web")}</clone>`, history: { n1: { web: [started] } } });
    const text = await all(clone.replace("</configuration>", defaults), "c");
    expect(text).toContain("+1  it is active there, and likes to stay\n");
    expect(text).not.toContain("d-s");
  });

  it("says what keeps a clone from a node on which its instances would be welcome", async () => {
    const strategy = '<nvpair id="o-h" name="node-health-strategy" value="custom"/>';
    const document = cib({
      resources: `<clone id="c">${primitive("web")}</clone>`,
      options: strategy,
      history: { n1: { web: [started] } },
    }).replace(
      '<node id="n1" uname="n1">',
      '<node id="n1" uname="n1"><instance_attributes id="h"><nvpair id="h-p" name="#health-disk" value="-12"/></instance_attributes>',
    );
    expect(await all(document, "c")).toContain("c may not be there: its score is -12 (node health (#health-disk is -12) [o-h])");
  });

  it("takes what cannot be stopped for running, and its restart for blocked", async () => {
    const resources = primitive("web", parameter("web")) + primitive("db", meta("db", "is-managed", "false"));
    const constraints = `<rsc_order id="o1" first="web" then="db"/>${onFirst("web")}`;
    const history = { n1: { web: [started], db: [started] } };
    const blocked = cib({ resources: resources.replace("is-managed", "multiple-active"), constraints, history });
    expect(await firstLine(blocked, "web")).toContain("it is going to be restarted there");
    const twice = { n1: { web: [started], db: [started] }, n2: { db: [started] } };
    const document = cib({
      resources: primitive("web", parameter("web")) + primitive("db", meta("db", "multiple-active", "block")),
      constraints,
      history: twice,
    });
    expect(await firstLine(document, "web")).toContain("it is to be restarted there, which is blocked.");
    const goal = await runInMemory(explain, ["--what-if", "web running", "-x", "cib"], { files: new Map([["cib", document]]) });
    expect(goal.stdout).toContain("that is what the cluster is going to do, without any change");
  });

  it("names quorum as the cause where the action has another reason", async () => {
    const document = cib({
      resources: primitive("web", parameter("web")),
      history: { n1: { web: [started] }, n2: { web: [started] } },
      options: '<nvpair id="o-q" name="no-quorum-policy" value="freeze"/>',
    }).replace('have-quorum="1"', 'have-quorum="0"');
    expect(await all(document, "web")).toMatch(/Blocked: start on n\d cannot be carried out: no quorum, and no-quorum-policy is freeze\./);
  });
});

it("comes to an end where a guest lives in itself and on a host that is lost", async () => {
  const folder = join(import.meta.dirname, "..", "..", "..", "test", "fixtures", "scheduler");
  const document = readFileSync(join(folder, "guest-within-itself-on-lost-host.xml"), "utf8");
  expect(await firstLine(document, "vm")).toContain("vm: ran on n1 and g1 as Started, which are lost");
  expect(await firstLine(document, "a")).toContain("a: ran on g1 as Started, which is lost");
});

it("says that its node has to be unfenced first, and why, but nothing of others", async () => {
  const device =
    '<primitive id="device" class="stonith" type="fence_x"><meta_attributes id="d-m"><nvpair id="d-p" name="provides" value="unfencing"/></meta_attributes></primitive>';
  const document = cib({
    resources: device + primitive("r"),
    constraints: '<rsc_location id="l" rsc="r" node="n1" score="INFINITY"/>',
    history: { n1: { r: [started] } },
  }).replace('name="fencing-enabled" value="false"', 'name="fencing-enabled" value="true"');
  const unfenced = document.replace(
    '<lrm id="n1">',
    '<transient_attributes id="n1"><instance_attributes id="t-n1"><nvpair id="t-u" name="#node-unfenced" value="1"/></instance_attributes></transient_attributes>$&',
  );
  expect(await firstLine(document, "r")).toBe(
    "r: runs on n1 as Started; it is going to be restarted there: n1 has to be unfenced first (required by device monitor).",
  );
  expect(await firstLine(unfenced, "r")).not.toContain("n2");
});
