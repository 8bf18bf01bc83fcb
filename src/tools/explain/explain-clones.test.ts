import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { explain } from "./explain.ts";
import { whatIf } from "./what-if.ts";

/** Digest of no parameters. */
const NONE = "f2317cad3d54cec5d7d7aa7d0bf35cf8";

interface Running {
  readonly node: string;
  readonly id: string;
  /** Of its agent, for the promoted role. */
  readonly promotion?: number;
  readonly isPromoted?: boolean;
}

/** Three nodes and a clone c of web; what is running was started there. */
function cib(world: {
  running?: readonly Running[];
  meta?: string;
  options?: string;
  constraints?: string;
  resources?: string;
  quorum?: string;
  states?: Readonly<Record<string, string>>;
}): string {
  const { running = [], meta = "", options = "", constraints = "", resources = "", quorum = "1", states = {} } = world;
  const state = (node: string): string => {
    const here = running.filter((one) => one.node === node);
    const record = (id: string, operation: string, call: number): string =>
      `<lrm_rsc_op id="${id}_last_${call}" operation_key="${id}_${operation}_0" operation="${operation}" call-id="${call}" crm_feature_set="3.20.1" op-digest="${NONE}" rc-code="0" op-status="0" interval="0" transition-key="${call}:1:0:u" on_node="${node}"/>`;
    const histories = here.map(
      ({ id, isPromoted }) =>
        `<lrm_resource id="${id}" class="ocf" provider="kodou" type="Stateful">${record(id, "start", 1)}${isPromoted ? record(id, "promote", 2) : ""}</lrm_resource>`,
    );
    const scores = here.flatMap(({ id, promotion }) =>
      promotion === undefined ? [] : [`<nvpair id="p-${node}" name="master-${id}" value="${promotion}"/>`],
    );
    const attributes = `<transient_attributes id="${node}"><instance_attributes id="t-${node}">${scores.join("")}</instance_attributes></transient_attributes>`;
    const member = states[node] ?? 'in_ccm="true" crmd="online" join="member" expected="member"';
    return `<node_state id="${node}" uname="${node}" ${member}><lrm id="${node}"><lrm_resources>${histories.join("")}</lrm_resources></lrm>${attributes}</node_state>`;
  };
  const nodes = ["n1", "n2", "n3"];
  return `<cib validate-with="pacemaker-3.9" epoch="1" num_updates="1" admin_epoch="0" have-quorum="${quorum}"><configuration>
    <crm_config><cluster_property_set id="o">${options || '<nvpair id="o-f" name="fencing-enabled" value="false"/>'}</cluster_property_set></crm_config>
    <nodes>${nodes.map((node) => `<node id="${node}" uname="${node}"/>`).join("")}</nodes>
    <resources><clone id="c"><meta_attributes id="cm">${meta}</meta_attributes><primitive id="web" class="ocf" provider="kodou" type="Stateful"/></clone>${resources}</resources>
    <constraints>${constraints}</constraints></configuration><status>${nodes.map(state).join("")}</status></cib>`;
}

const pair = (name: string, value: string): string => `<nvpair id="cm-${name}" name="${name}" value="${value}"/>`;
const likes = (rsc: string, node: string, score: number | string, role = ""): string =>
  `<rsc_location id="${rsc}-${node}" rsc="${rsc}" node="${node}" score="${score}"${role && ` role="${role}"`}/>`;

async function ask(document: string, ...argv: string[]): Promise<string> {
  const { stdout } = await runInMemory(explain, [...argv, "-x", "cib"], { files: new Map([["cib", document]]) });
  return stdout;
}

describe("kodou explain on clones", () => {
  it("says of any node why it has no instance, and what would bring one there", async () => {
    const running = [
      { node: "n1", id: "web" },
      { node: "n2", id: "web" },
    ];
    const line = async (document: string, node: string): Promise<string> => (await ask(document, "c", "--node", node)).split("\n")[0] ?? "";
    expect(await line(cib({ running }), "n3")).toBe("c on n3: web:2 belongs there.");
    expect(await line(cib({ running, constraints: likes("c", "n3", "-INFINITY") }), "n3")).toBe(
      "c on n3: no instance, because of this: location constraint c-n3.",
    );
    const db = '<primitive id="db" class="ocf" provider="kodou" type="Dummy"/>';
    const withDb = `<rsc_colocation id="with" rsc="c" with-rsc="db" score="INFINITY"/>${likes("db", "n1", 5)}`;
    expect(await line(cib({ running, resources: db, constraints: withDb }), "n3")).toBe(
      "c on n3: no instance, because of this: colocation with (c with db), and db goes to n1.",
    );
    expect(await line(cib({ running, states: { n3: 'in_ccm="false" crmd="offline" join="down" expected="down"' } }), "n3")).toBe(
      "c on n3: no instance, because of this: n3 is offline.",
    );
    const two = { running, meta: pair("clone-max", "2") };
    expect(await line(cib(two), "n3")).toBe(
      "c on n3: no instance, though nothing forbids it: 2 instances have places elsewhere, and more there may not be: clone-max of c is 2 [cm-clone-max]. A preference of c for n3 with score 2 is enough to have one there.",
    );
    expect(await line(cib({ ...two, constraints: likes("c", "n3", 2) }), "n3")).toMatch(/^c on n3: web:\d belongs there\.$/);
    expect(await line(cib({ ...two, constraints: likes("c", "n3", 1) }), "n3")).toMatch(/no instance/);
    const { stdout } = await runInMemory(explain, ["c", "--node", "n3", "-x", "cib", "--output-as", "json"], {
      files: new Map([["cib", cib(two)]]),
    });
    expect(JSON.parse(stdout).result.at(-1)).toMatchObject({
      element: "instances_on_node",
      node: "n3",
      elsewhere: "2",
      "moving-score": "2",
    });
  });

  it("tells of all instances where what the clone is made of is named", async () => {
    const running = [{ node: "n1", id: "web" }];
    const text = await ask(cib({ running }), "web");
    expect([...text.matchAll(/^(web:\d):/gm)].map(([, id]) => id)).toEqual(["web:0", "web:1", "web:2"]);
    expect(await ask(cib({ running }), "web:1")).not.toContain("web:2:");
  });

  it("tells the score that gives another node an instance, and of which instance that is", async () => {
    const running = [
      { node: "n1", id: "web" },
      { node: "n2", id: "web" },
    ];
    const meta = pair("clone-max", "2");
    const stay = `${likes("c", "n1", 50)}${likes("c", "n2", 30)}`;
    const text = await ask(cib({ running, meta, constraints: stay }), "c");
    const [, score, block] =
      /A preference of c for n3 with score (\d+) is enough to have this instance there instead\.(.*)/s.exec(text) ?? [];
    expect(text.match(/A preference/g)).toHaveLength(1);
    const placesWith = async (amount: number): Promise<string[]> => {
      const json = await ask(cib({ running, meta, constraints: stay + likes("c", "n3", amount) }), "c", "--output-as", "json");
      return JSON.parse(json).result.map(({ node }: { node: string }) => node);
    };
    expect((await placesWith(Number(score))).sort()).toEqual(["n1", "n3"]);
    expect((await placesWith(Number(score) - 1)).sort()).toEqual(["n1", "n2"]);
    expect(await ask(cib({ running }), "c")).toContain("n3 (score 0) is the only node that is left for it.");
    // It is told of the instance on n2, whose scores follow.
    expect(block).toMatch(/^\n {2}n2: /);
  });

  it("compares the instances for the promoted role, and tells the score that moves it", async () => {
    const meta = pair("promotable", "true");
    const running = [
      { node: "n1", id: "web", promotion: 15, isPromoted: true },
      { node: "n2", id: "web", promotion: 10 },
      { node: "n3", id: "web", promotion: 5 },
    ];
    const text = await ask(cib({ running, meta }), "c");
    expect(text).toContain("Promotion score 15: ahead of the next one, web:1 on n2 (10), by 5.");
    expect(text).toContain("A preference of c for n2 in the promoted role with score 6 is enough to promote the instance there instead.");
    expect(text).toContain("Promotion score 10: web:0 on n1 (15) goes before it, and promoted-max is 1.");
    const moved = await ask(cib({ running, meta, constraints: likes("c", "n2", 6, "Promoted") }), "c");
    expect(moved).toContain(
      "web:0: runs on n1 as Promoted; it is going to be demoted there: web:1 on n2 (16) goes before it, and promoted-max is 1.",
    );
    const kept = await ask(cib({ running, meta, constraints: likes("c", "n2", 5, "Promoted") }), "c");
    expect(kept).toContain("Promotion score 15: web:1 on n2 (15) is worth the same: that it is promoted now decided.");
    const banned = await ask(cib({ running, meta, constraints: likes("c", "n1", "-INFINITY", "Promoted") }), "c");
    expect(banned).toContain("it is going to be demoted there: its promotion score is -INFINITY (location constraint c-n1)");
  });

  it("tells the score that gives the promoted role to another replica of a bundle, for the node that its container makes", async () => {
    const inner = '<primitive id="app" class="ocf" provider="kodou" type="Stateful"/>';
    const bundle = `<bundle id="b"><docker image="i" replicas="2" promoted-max="1"/><network ip-range-start="10.0.0.1"/>${inner}</bundle>`;
    const constraints = likes("b", "b-0", 5, "Promoted") + likes("b", "b-1", 2, "Promoted");
    const told = await ask(cib({ resources: bundle, constraints }), "b");
    expect(told).toContain("A preference of b for b-1 in the promoted role with score 4 is enough to promote the instance there instead.");
    const moved = (score: number): Promise<string> =>
      ask(cib({ resources: bundle, constraints: constraints.replace('score="2"', `score="${2 + score}"`) }), "b");
    expect(await moved(4)).toContain("app:1: does not run now; it is going to be started and promoted on b-1");
    expect(await moved(3)).toContain("app:0: does not run now; it is going to be started and promoted on b-0");
  });

  it("says that no finite preference gives the promoted role to another one", async () => {
    const running = [
      { node: "n1", id: "web:0", promotion: 5, isPromoted: true },
      { node: "n2", id: "web:1", promotion: 5 },
    ];
    const constraints = `${likes("c", "n1", "INFINITY", "Promoted")}${likes("c", "n2", "-5", "Promoted")}`;
    const text = await ask(cib({ running, meta: pair("promotable", "true") + pair("clone-max", "2"), constraints }), "c");
    expect(text).toContain("No finite preference of c for n2 in the promoted role has the instance there promoted instead.");
  });

  it("takes a goal that does not name the resource again", async () => {
    const document = cib({ running: [{ node: "n1", id: "web", promotion: 5 }], meta: pair("promotable", "true") });
    expect(await ask(document, "c", "--what-if", "promoted on n1")).toContain("c promoted on n1: that is what the cluster is going to do");
    expect(await ask(document, "c", "--what-if", "c promoted on n2")).toContain("let c prefer n2 in the promoted role with score");
    expect(await ask(document, "--what-if", "c promoted on n2")).toContain("c promoted on n2: ");
  });

  it("finds the promoted role of a bundle on the node of its container, too", async () => {
    const target = '<meta_attributes id="bm"><nvpair id="bm-t" name="container-attribute-target" value="host"/></meta_attributes>';
    const bundle = `<bundle id="b">${target}<docker image="i" replicas="1" promoted-max="1"/><network ip-range-start="10.0.0.9" control-port="3121"/>
      <primitive id="in" class="ocf" provider="kodou" type="Stateful"/></bundle>`;
    const document = cib({ resources: bundle }).replaceAll(
      /<instance_attributes id="t-(n\d)">/g,
      '$&<nvpair id="in-$1" name="master-in" value="5"/>',
    );
    const [, home] = /^b-docker-0: .* started on (n\d)/m.exec(await ask(document, "b")) ?? [];
    for (const place of [home, "b-0"])
      expect(await ask(document, "b", "--what-if", `promoted on ${place}`)).toContain("that is what the cluster is going to do");
  });

  it("says of each node why nothing may be there, the same reason once", async () => {
    const asleep = '<nvpair id="s3" name="standby" value="on"/>';
    const document = cib({ constraints: likes("c", "n1", "-INFINITY") + likes("c", "n2", "-INFINITY") }).replace(
      '<node id="n3" uname="n3"/>',
      `<node id="n3" uname="n3"><instance_attributes id="i3">${asleep}</instance_attributes></node>`,
    );
    expect(await ask(document, "web:0")).toContain(
      "web:0: does not run, and is not going to: no node may have it (n1: location constraint c-n1; n2: location constraint c-n2; n3 in standby).",
    );
  });

  it("follows what waits for a clone to what keeps that down", async () => {
    const after = '<primitive id="db" class="ocf" provider="kodou" type="Dummy"/>';
    const order = '<rsc_order id="o1" first="c" then="db"/>';
    const text = await ask(cib({ meta: pair("target-role", "Stopped"), resources: after, constraints: order }), "db");
    expect(text).toContain("It waits for the start of c, which cannot be done (o1).");
    expect(text).toMatch(/The cause: web:\d does not run, and is not going to: target-role is Stopped \[cm-target-role\]\./);
    const role = '<rsc_order id="o2" first="c" first-action="promote" then="db" then-action="start"/>';
    const unpromoted = await ask(cib({ meta: pair("promotable", "true"), resources: after, constraints: role }), "db");
    expect(unpromoted).toContain("The cause: nothing of c is going to be promoted.");
  });

  it("names the nodes of which it is not known whether something runs there", async () => {
    const states = { n3: 'in_ccm="true" crmd="online" join="down" expected="member"' };
    const resources = '<primitive id="fence" class="stonith" type="null"/>';
    const options = '<nvpair id="o-f" name="fencing-enabled" value="true"/>';
    const text = await ask(cib({ states, resources, options }), "fence");
    expect(text).toContain("It waits for a look whether it runs on n3, which cannot be done.");
    expect(text).toContain("The cause: n3 has not joined the cluster yet.");
  });
});

describe("what is on lost nodes that are not fenced", () => {
  const options = '<nvpair id="o-f" name="fencing-enabled" value="true"/>';
  const states = { n1: 'in_ccm="false" crmd="offline" join="down" expected="member"' };
  const resources = '<primitive id="fence" class="stonith" type="null"/><primitive id="db" class="ocf" provider="kodou" type="Dummy"/>';
  const running = [{ node: "n1", id: "db" }];

  it("is blocked, and why nobody is fenced is said", async () => {
    const text = await ask(cib({ options, states, resources, running, quorum: "0" }), "db");
    expect(text).toContain("Blocked: stop on n1 cannot be carried out: n1 is unclean, and not fenced (without quorum no node is fenced).");
    expect(text).toContain("It waits for its own stop on n1, which cannot be done.");
  });

  it("has a score for another node all the same, and that it would be blocked there too is said", async () => {
    const text = await ask(cib({ options, states, resources, running, quorum: "0" }), "db");
    expect(text).toMatch(/A preference for n2 with score \d+ is enough to let it belong there, but it is blocked there too\./);
  });

  it("does not survive, for the same reason", async () => {
    const alive = cib({ options, resources, running });
    const { stdout } = await runInMemory(whatIf, ["-d", "n1", "-q", "false", "-x", "cib"], { files: new Map([["cib", alive]]) });
    expect(stdout).toMatch(/db DOES NOT SURVIVE: nothing of it runs \(db cannot start: (no quorum|n1 is unclean)/);
  });
});
