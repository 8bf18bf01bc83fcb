import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { explain } from "./explain.ts";
import { plan } from "./plan.ts";
import { whatIf } from "./what-if.ts";

const record = (id: string, node: string, operation: string, execMs: number, exitCode = 0): string =>
  `<lrm_rsc_op id="${id}_${exitCode === 0 ? "last" : "last_failure"}_0" operation_key="${id}_${operation}_0" operation="${operation}" call-id="1" rc-code="${exitCode}" op-status="0" interval="0" transition-key="1:1:0:u" on_node="${node}" exec-time="${execMs}"/>`;

/** Two nodes; web and db run on n1; both were measured. */
function cib({ constraints = "", meta = "", options = "" } = {}): string {
  const primitive = (id: string, more = ""): string =>
    `<primitive id="${id}" class="ocf" provider="kodou" type="Dummy">${more}</primitive>`;
  const history = (id: string, records: string): string =>
    `<lrm_resource id="${id}" class="ocf" provider="kodou" type="Dummy">${records}</lrm_resource>`;
  const state = (node: string, histories: string): string =>
    `<node_state id="${node}" uname="${node}" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="${node}"><lrm_resources>${histories}</lrm_resources></lrm></node_state>`;
  return `<cib validate-with="pacemaker-3.9" epoch="1" num_updates="1" admin_epoch="0" have-quorum="1"><configuration><crm_config><cluster_property_set id="o">
    <nvpair id="o-f" name="fencing-enabled" value="false"/>${options}</cluster_property_set></crm_config>
    <nodes><node id="n1" uname="n1"/><node id="n2" uname="n2"/></nodes>
    <resources>${primitive("web", meta)}${primitive("db")}</resources><constraints>${constraints}</constraints></configuration>
    <status>${state("n1", history("web", record("web", "n1", "start", 300)) + history("db", record("db", "n1", "start", 500)))}
    ${state("n2", `${history("web", record("web", "n2", "stop", 200))}${history("db", record("db", "n2", "stop", 100))}`)}</status></cib>`;
}

const sticky = '<meta_attributes id="m"><nvpair id="m-s" name="resource-stickiness" value="100"/></meta_attributes>';
const likesSecond = '<rsc_location id="likes" rsc="web" node="n2" score="40"/>';

/** The same where web needs more than any node has. */
function crowded(): string {
  const utilization = (owner: string, cpu: number): string =>
    `<utilization id="${owner}-u"><nvpair id="${owner}-cpu" name="cpu" value="${cpu}"/></utilization>`;
  return cib({ meta: utilization("web", 3), options: '<nvpair id="o-p" name="placement-strategy" value="utilization"/>' })
    .replace('<node id="n1" uname="n1"/>', `<node id="n1" uname="n1">${utilization("n1", 2)}</node>`)
    .replace('<node id="n2" uname="n2"/>', `<node id="n2" uname="n2">${utilization("n2", 2)}</node>`);
}

const files = (one: string, other = ""): { files: Map<string, string> } => ({
  files: new Map([
    ["cib", one],
    ["new", other],
  ]),
});

describe("kodou explain", () => {
  it("names what every score is made of, the runner-up and the margin", async () => {
    const { stdout, exitCode } = await runInMemory(explain, ["web", "-x", "cib"], files(cib({ constraints: likesSecond, meta: sticky })));
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "web: runs on n1 as Started; it is going to be restarted there: its definition was changed since its start on n1 [web_last_0].",
    );
    expect(stdout).toContain("n1 (score 100) is ahead of the runner-up n2 (40) by 60.");
    expect(stdout).toMatch(/\+100 {2}it is active there, and likes to stay \[m-s\]/);
    expect(stdout).toMatch(/\+40 {2}location constraint likes/);
  });

  it("names every ban, also where one of them would be enough", async () => {
    const bans =
      '<rsc_location id="ban" rsc="web" node="n2" score="-INFINITY"/><rsc_colocation id="with" rsc="web" with-rsc="db" score="INFINITY"/>';
    const twice = cib({ constraints: bans });
    const { stdout } = await runInMemory(explain, ["web", "--node", "n2", "-x", "cib"], files(twice));
    expect(stdout).toMatch(/n2: -INFINITY - ruled out\n +-INFINITY {2}location constraint ban\n +-INFINITY {2}colocation with/);
  });

  it("says why something is left as it is, and why something does not run", async () => {
    const pair = (name: string, value: string): string =>
      `<meta_attributes id="m"><nvpair id="m-p" name="${name}" value="${value}"/></meta_attributes>`;
    const left = await runInMemory(explain, ["web", "-x", "cib"], files(cib({ meta: pair("is-managed", "false") })));
    expect(left.stdout).toContain("web: runs on n1 as Started, and is left as it is: is-managed is false [m-p].");
    expect(left.stdout).not.toContain("the only node");
    const ended = await runInMemory(explain, ["web", "-x", "cib"], files(cib({ meta: pair("target-role", "Stopped") })));
    expect(ended.stdout).toContain("it is going to be stopped: target-role is Stopped [m-p].");
    const all = cib({ options: '<nvpair id="o-s" name="stop-all-resources" value="true"/>' });
    expect((await runInMemory(explain, ["web", "-x", "cib"], files(all))).stdout).toContain("stop-all-resources is set [o-s]");
  });

  it("follows a blockade to its beginning", async () => {
    const stopped = '<meta_attributes id="m"><nvpair id="m-t" name="target-role" value="Stopped"/></meta_attributes>';
    const order = '<rsc_order id="o1" first="web" then="db"/>';
    const { stdout } = await runInMemory(explain, ["db", "-x", "cib"], files(cib({ meta: stopped, constraints: order })));
    expect(stdout).toContain("It waits for the start of web, which cannot be done (o1).");
    expect(stdout).toMatch(/The cause: web .*target-role is Stopped \[m-t\]\./);
  });

  it("tells the score that moves a resource when others lend it weight", async () => {
    const constraints =
      '<rsc_location id="here" rsc="web" node="n1" score="100"/><rsc_colocation id="c" rsc="db" with-rsc="web" score="50"/>';
    const { stdout } = await runInMemory(explain, ["web", "-x", "cib", "--output-as", "json"], files(cib({ constraints })));
    const [explanation] = JSON.parse(stdout).result;
    const score = Number(explanation["moving-score"]);
    const moved = async (by: number): Promise<string> => {
      const more = `${constraints}<rsc_location id="more" rsc="web" node="n2" score="${by}"/>`;
      const answer = await runInMemory(explain, ["web", "-x", "cib", "--output-as", "json"], files(cib({ constraints: more })));
      return JSON.parse(answer.stdout).result[0].node;
    };
    expect([await moved(score), await moved(score - 1)]).toEqual(["n2", "n1"]);
  });

  it("tells the score that moves a resource to the node that is asked about", async () => {
    const constraints =
      '<rsc_location id="here" rsc="web" node="n1" score="100"/><rsc_location id="there" rsc="web" node="n2" score="50"/>';
    const three = (more = ""): string =>
      cib({ constraints: constraints + more })
        .replace('<node id="n2" uname="n2"/>', '<node id="n2" uname="n2"/><node id="n3" uname="n3"/>')
        .replace("</status>", '<node_state id="n3" uname="n3" in_ccm="true" crmd="online" join="member" expected="member"/></status>');
    const { stdout } = await runInMemory(explain, ["web", "--node", "n3", "-x", "cib"], files(three()));
    expect(stdout).toContain("n3 (0) is behind by 100. A preference for n3 with score 101 is enough to move it there.");
    const wish = (score: number): string => three(`<rsc_location id="wish" rsc="web" node="n3" score="${score}"/>`);
    expect((await runInMemory(explain, ["web", "-x", "cib"], files(wish(101)))).stdout).toContain("it is going to be moved to n3");
    expect((await runInMemory(explain, ["web", "-x", "cib"], files(wish(100)))).stdout).not.toContain("moved to n3");
  });

  it("says what becomes of a node: its state, its fencing, and what it has", async () => {
    const standby = '<instance_attributes id="a"><nvpair id="a-s" name="standby" value="on"/></instance_attributes>';
    const document = cib().replace('<node id="n1" uname="n1"/>', `<node id="n1" uname="n1">${standby}</node>`);
    const { stdout, exitCode } = await runInMemory(explain, ["n1", "-x", "cib"], files(document));
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      "Node n1: in standby [a-s], and takes nothing.\n  What leaves it:\n    web runs on n1 as Started; it is going to be moved to n2",
    );
    const target = await runInMemory(explain, ["n2", "-x", "cib"], files(document));
    expect(target.stdout).toContain(
      "Node n2: online, and takes resources.\n  What belongs there and does not run there:\n    web runs on n1",
    );
    const json = await runInMemory(explain, ["n1", "-x", "cib", "--output-as", "json"], files(document));
    expect(JSON.parse(json.stdout).result[0]).toMatchObject({
      element: "node_explanation",
      node: "n1",
      available: "false",
      state: "in standby",
      names: "a-s",
      children: expect.arrayContaining([expect.objectContaining({ resource: "web", kind: "leaves", node: "n2" })]),
    });
  });

  it("says why a node is fenced, by the failure that asks for it, or why it is not", async () => {
    const failed = record("web", "n1", "stop", 10, 1);
    const device = '<primitive id="shooter" class="stonith" type="fence_dummy"/></resources>';
    const unstopped = cib().replace(record("web", "n1", "start", 300), failed);
    const fenced = unstopped
      .replace('name="fencing-enabled" value="false"', 'name="fencing-enabled" value="true"')
      .replace("</resources>", device);
    const { stdout } = await runInMemory(explain, ["n1", "-x", "cib"], files(fenced));
    expect(stdout).toContain("Node n1: unclean: web failed there (stop failed on n1 with 1 (error occurred) [web_last_failure_0]).");
    expect(stdout).toContain("It is going to be fenced (reboot): web failed there.");
    const joining = fenced.replace(
      'uname="n2" in_ccm="true" crmd="online" join="member"',
      'uname="n2" in_ccm="true" crmd="online" join="down"',
    );
    expect((await runInMemory(explain, ["n2", "-x", "cib"], files(joining))).stdout).toContain(
      "Node n2: not joined yet, and takes nothing.",
    );
    const without = fenced
      .replace('<primitive id="shooter" class="stonith" type="fence_dummy"/>', "")
      .replace('crmd="online"', 'crmd="offline"');
    const told = (await runInMemory(explain, ["n1", "-x", "cib"], files(without))).stdout;
    expect(told).toMatch(/^Node n1: unclean: .*\n {2}It is not fenced: there is no fencing device\./);
  });

  it("says why what is not managed is lost with its node, and what was going to be stopped in any case", async () => {
    const pair = (name: string, value: string): string =>
      `<meta_attributes id="m"><nvpair id="m-p" name="${name}" value="${value}"/></meta_attributes>`;
    const lose = async (document: string): Promise<string> =>
      (await runInMemory(whatIf, ["-d", "n1", "-x", "cib"], files(document))).stdout;
    expect(await lose(cib({ meta: pair("is-managed", "false") }))).toContain(
      "nothing of it runs (web is not managed: is-managed is false [m-p])",
    );
    const stopped = await lose(cib({ meta: pair("target-role", "Stopped") }));
    expect(stopped).toMatch(/web DOES NOT SURVIVE: .*target-role is Stopped \[m-p\]\); it is stopped without that loss too/);
    const ban = '<rsc_location id="ban" rsc="web" node="n2" score="-INFINITY"/>';
    expect(await lose(cib({ constraints: ban }))).not.toContain("without that loss");
  });

  it("asks whether a similar name was meant", async () => {
    const resource = await runInMemory(explain, ["wbe", "-x", "cib"], files(cib()));
    expect([resource.exitCode, resource.stderr]).toEqual([105, expect.stringContaining("there is no resource wbe; did you mean web?")]);
    const node = await runInMemory(explain, ["web", "--node", "n11", "-x", "cib"], files(cib()));
    expect([node.exitCode, node.stderr]).toEqual([68, expect.stringContaining("there is no node n11; did you mean n1?")]);
  });

  it("names what there is where nothing similar is, and how a resource is named", async () => {
    const resource = await runInMemory(explain, ["apache", "-x", "cib"], files(cib()));
    expect([resource.exitCode, resource.stderr]).toEqual([105, "kodou explain: there is no resource apache; there are web and db\n"]);
    const node = await runInMemory(whatIf, ["-d", "alpha", "-x", "cib"], files(cib()));
    expect([node.exitCode, node.stderr]).toEqual([68, "kodou what-if: there is no node alpha; there are n1 and n2\n"]);
    const none = await runInMemory(explain, ["web", "cib"], files(cib()));
    expect([none.exitCode, none.stderr]).toEqual([64, expect.stringContaining("as in kodou explain RESOURCE; a file is named with -x")]);
  });

  it("says what a result means, and why a node has a low score", async () => {
    const failed = record("db", "n2", "start", 10, 5);
    const ban = '<rsc_location id="l" rsc="db" node="n1" score="-7"/>';
    const one = cib({ constraints: ban }).replace(record("db", "n2", "stop", 100), failed);
    const { stdout } = await runInMemory(explain, ["db", "-x", "cib"], files(one));
    expect(stdout).toContain("n1: its score is -7 (location constraint l)");
    expect(stdout).toContain("start failed on n2 with 5 (not installed)");
  });

  it("tells the failure that blocks a resource, and not the look that found it", async () => {
    const found = record("web", "n1", "monitor", 10).replace("1:1:0:u", "1:1:7:u").replace("web_last_0", "web_monitor_0");
    const broken = record("web", "n1", "stop", 200, 1).replace('call-id="1"', 'call-id="2"');
    const one = cib().replace(record("web", "n1", "start", 300), found + broken);
    const { stdout } = await runInMemory(explain, ["web", "-x", "cib"], files(one));
    expect(stdout).toContain(
      "and is left as it is: stop failed on n1 with 1 (error occurred) [web_last_failure_0], and the answer to that is to block it.",
    );
    expect(stdout).not.toContain("monitor failed");
  });

  it("says of a restart that what runs inside has failed", async () => {
    const inside = '<meta_attributes id="m"><nvpair id="m-c" name="container" value="db"/></meta_attributes>';
    const broken = record("web", "n1", "monitor", 10, 1)
      .replace('interval="0"', 'interval="10000"')
      .replace('call-id="1"', 'call-id="2"')
      .replaceAll("monitor_0", "monitor_10000");
    const one = cib({ meta: inside }).replace(record("web", "n1", "start", 300), record("web", "n1", "start", 300) + broken);
    const { stdout } = await runInMemory(
      explain,
      ["db", "-x", "cib"],
      files(one.replaceAll("exec-time", 'crm_feature_set="3.20.1" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8" exec-time')),
    );
    expect(stdout).toContain("web, which runs inside of it, has failed");
  });

  it("says what decided between places that are worth the same", async () => {
    const cramped = await runInMemory(explain, ["web", "-x", "cib"], files(cib({ meta: sticky }).replaceAll('value="100"', 'value="0"')));
    expect(cramped.stdout).toContain("n1 and n2 are worth the same, 0: that it runs there decided.");
    const second = await runInMemory(explain, ["db", "-x", "cib"], files(cib({ constraints: likesSecond.replace("n2", "n1") })));
    expect(second.stdout).toContain("n2 and n1 are worth the same, 0: the number of resources there by then (0 and 1) decided.");
  });

  it("shows one node only when asked, and answers programs", async () => {
    const { stdout } = await runInMemory(
      explain,
      ["web", "--node", "n2", "-x", "cib", "--output-as", "json"],
      files(cib({ constraints: likesSecond, meta: sticky })),
    );
    const [explanation] = JSON.parse(stdout).result;
    expect(explanation).toMatchObject({ resource: "web", node: "n1", "runner-up": "n2", margin: "60" });
    const isScore = (one: { readonly element: string }): boolean => one.element === "node_score";
    expect(explanation.children.filter(isScore)).toEqual([
      {
        element: "node_score",
        node: "n2",
        score: "40",
        vetoed: "false",
        resources: "0",
        children: [expect.objectContaining({ source: "likes", score: "40" })],
      },
    ]);
  });

  it("finds the smallest score that moves a resource", async () => {
    const { stdout } = await runInMemory(
      explain,
      ["--what-if", "web on n2", "-x", "cib"],
      files(cib({ constraints: likesSecond, meta: sticky })),
    );
    expect(stdout).toContain("let web prefer n2 with score 61");
    expect(stdout).toContain("set resource-stickiness of web to 0");
  });

  it("says what would let a stopped resource run, together where one change is not enough", async () => {
    const stopped = '<meta_attributes id="m"><nvpair id="m-t" name="target-role" value="Stopped"/></meta_attributes>';
    const two = cib({ meta: stopped, options: '<nvpair id="o-s" name="stop-all-resources" value="true"/>' });
    const { stdout } = await runInMemory(explain, ["web", "-x", "cib"], files(two));
    expect(stdout).toContain("web: runs on n1 as Started; it is going to be stopped");
    expect(stdout).toContain("set target-role of web to Started; and set stop-all-resources to false");
  });

  it("cleans failures up that forbid a node", async () => {
    const failed = record("db", "n2", "start", 10, 5);
    const one = cib({ constraints: '<rsc_location id="l" rsc="db" node="n1" score="-INFINITY"/>' }).replace(
      record("db", "n2", "stop", 100),
      failed,
    );
    const { stdout } = await runInMemory(explain, ["--what-if", "db on n2", "-x", "cib"], files(one));
    expect(stdout).toContain("clean up the failures of db on n2");
  });

  it("says how much capacity is missing, and what would make room", async () => {
    const { stdout } = await runInMemory(explain, ["web", "-x", "cib"], files(crowded()));
    expect(stdout).toContain("not enough capacity: it needs cpu 3, and 2 are left");
    expect(stdout).toMatch(/give n2 a capacity of cpu 3\n +crm_attribute -N n2 -z -n cpu -v 3/);
    expect(stdout).toMatch(/let web need no more than cpu 2\n +crm_resource -z -r web -p cpu -v 2/);
    expect(stdout).toContain("set placement-strategy to default");
  });

  it("takes constraints away that forbid the promoted role, and offers nothing twice", async () => {
    const { stdout } = await runInMemory(explain, ["--what-if", "web stopped", "-x", "cib"], files(cib()));
    expect(stdout.match(/set target-role of web to Stopped/g)).toHaveLength(1);
    const clone = cib({ constraints: '<rsc_location id="no" rsc="c" role="Promoted" node="n1" score="-INFINITY"/>' })
      .replace(
        '<primitive id="web"',
        '<clone id="c"><meta_attributes id="cm"><nvpair id="cp" name="promotable" value="true"/></meta_attributes><primitive id="web"',
      )
      .replace(/(<clone .*?<\/primitive>)/, "$1</clone>");
    const promoted = await runInMemory(explain, ["--what-if", "c promoted on n1", "-x", "cib"], files(clone));
    expect(promoted.stdout).toContain("remove constraint no");
  });

  it("says that what waits for quorum is blocked, and does not count it as running", async () => {
    const dead = cib()
      .replace('have-quorum="1"', 'have-quorum="0"')
      .replace(/<lrm_resource .*?<\/lrm_resource>/gs, "");
    const { stdout } = await runInMemory(explain, ["web", "-x", "cib"], files(dead));
    expect(stdout).toContain("it belongs on n1 as Started, but is blocked");
    expect(stdout).toContain("Blocked: start on n1 cannot be carried out: no quorum, and no-quorum-policy is stop.");
    expect(stdout).toContain("bring back enough nodes for quorum");
    const wish = await runInMemory(explain, ["--what-if", "web running", "-x", "cib"], files(dead));
    expect(wish.stdout).not.toContain("without any change");
  });

  it("has no finite margin over what is worth less than INFINITY", async () => {
    const bound = '<rsc_location id="bound" rsc="web" node="n1" score="INFINITY"/>';
    const { stdout } = await runInMemory(explain, ["web", "-x", "cib"], files(cib({ constraints: bound + likesSecond })));
    expect(stdout).toContain("n1 (score INFINITY) is ahead of the runner-up n2 (40) by INFINITY.");
  });

  it("names the member of a group that keeps the others off a node", async () => {
    const ban = '<rsc_location id="ban" rsc="db" node="n1" score="-INFINITY"/>';
    const group = cib({ constraints: ban })
      .replace("<resources>", '<resources><group id="g">')
      .replace("</resources>", "</group></resources>");
    const { stdout } = await runInMemory(explain, ["web", "-x", "cib"], files(group));
    expect(stdout).toMatch(/-INFINITY {2}it lives with the members of its group; db is kept off: location constraint ban/);
    const later = await runInMemory(explain, ["db", "-x", "cib"], files(group));
    expect(later.stdout).toContain("It lives with the other members of its group: where web is, on n2");
  });

  it("takes instances of an anonymous clone for each other", async () => {
    const clone = cib().replace(/(<primitive id="web".*?<\/primitive>)/, '<clone id="c">$1</clone>');
    for (const id of ["web:0", "web:1", "web", "c"]) {
      const { stdout } = await runInMemory(explain, ["--what-if", `${id} on n2`, "-x", "cib"], files(clone));
      expect(stdout).toContain("that is what the cluster is going to do, without any change");
    }
    const never = await runInMemory(explain, ["--what-if", "c promoted", "-x", "cib"], files(clone));
    expect(never).toMatchObject({
      exitCode: 113,
      stderr: "kodou explain: c cannot be promoted: only promotable clones have a promoted role\n",
    });
  });

  it("proposes what a command does: a ticket by force, a standby where it is set, a whole constraint", async () => {
    const ticket = '<rsc_ticket id="t" rsc="web" ticket="T" loss-policy="stop"/>';
    const state = '<tickets><ticket_state id="T" granted="false" standby="true"/></tickets></status>';
    const waiting = cib({ constraints: ticket }).replace("</status>", state);
    const granted = await runInMemory(explain, ["--what-if", "web running", "-x", "cib"], files(waiting));
    expect(granted.stdout).toContain("crm_ticket -t T --grant --force; crm_ticket -t T --activate");
    const sets = '<rsc_colocation id="k" score="INFINITY"><resource_set id="s1"><resource_ref id="db"/></resource_set>';
    const asleep = cib({ constraints: `${sets}<resource_set id="s2"><resource_ref id="web"/></resource_set></rsc_colocation>` }).replace(
      "</lrm></node_state>\n",
      '</lrm><transient_attributes id="n1"><instance_attributes id="i"><nvpair id="i-s" name="standby" value="on"/></instance_attributes></transient_attributes></node_state>\n',
    );
    const awake = await runInMemory(explain, ["--what-if", "db on n1", "-x", "cib"], files(asleep));
    expect(awake.stdout).toContain("crm_attribute -N n1 -l reboot -n standby -v off");
    const apart = await runInMemory(
      explain,
      ["--what-if", "db on n2", "-x", "cib"],
      files(cib({ constraints: `${sets}<resource_set id="s2"><resource_ref id="web"/></resource_set></rsc_colocation>`, meta: sticky })),
    );
    expect(apart.stdout).toContain("remove constraint k\n");
  });

  it("lets what is not managed be stopped, and reads roles as the cluster does", async () => {
    const unmanaged = '<meta_attributes id="m"><nvpair id="m-m" name="is-managed" value="false"/></meta_attributes>';
    const free = await runInMemory(explain, ["--what-if", "web stopped", "-x", "cib"], files(cib({ meta: unmanaged })));
    expect(free.stdout).toContain("set target-role of web to Stopped; and set is-managed of web to true");
    const low = '<meta_attributes id="m"><nvpair id="m-t" name="target-role" value="stopped"/></meta_attributes>';
    const up = await runInMemory(explain, ["--what-if", "web running", "-x", "cib"], files(cib({ meta: low })));
    expect(up.stdout).toContain("set target-role of web to Started");
  });

  it("gives a constraint an id that is free", async () => {
    const known = '<rsc_location id="prefer-web-on-n2" rsc="web" node="n2" score="1"/>';
    const { stdout } = await runInMemory(
      explain,
      ["--what-if", "web on n2", "-x", "cib"],
      files(cib({ constraints: known, meta: sticky })),
    );
    expect(stdout).toContain('id="prefer-web-on-n2-2"');
  });

  it("refuses a call that says two things", async () => {
    for (const argv of [
      ["web", "db"],
      ["web", "db", "--what-if", "web running"],
      ["db", "--what-if", "web running"],
      ["web", "-N", "n1", "-w", "stopped"],
    ])
      expect((await runInMemory(explain, [...argv, "-x", "cib"], files(cib()))).exitCode).toBe(64);
    for (const argv of [
      ["-x", "new", "-p", "cib"],
      ["-x", "new", "-s", "test"],
      ["-x", "new", "other"],
    ])
      expect((await runInMemory(plan, [...argv, "-c", "cib"], files(cib(), cib()))).exitCode).toBe(64);
  });

  it("refuses what is not there", async () => {
    expect((await runInMemory(explain, ["nothing", "-x", "cib"], files(cib()))).exitCode).toBe(105);
    expect((await runInMemory(explain, ["web", "-N", "n9", "-x", "cib"], files(cib()))).exitCode).toBe(68);
    expect((await runInMemory(explain, ["--what-if", "make it so", "-x", "cib"], files(cib()))).exitCode).toBe(64);
  });
});

describe("kodou plan", () => {
  it("tells how long a move takes by measured times", async () => {
    const ban = '<rsc_location id="ban" rsc="web" node="n1" score="-INFINITY"/>';
    const { stdout, exitCode } = await runInMemory(plan, ["-x", "new", "-c", "cib"], files(cib(), cib({ constraints: ban })));
    expect(stdout).toContain("web moves from n1 to n2: down for 0.50 s");
    expect(exitCode).toBe(1);
  });

  it("says what a change prevents", async () => {
    const ban = '<rsc_location id="ban" rsc="web" node="n1" score="-INFINITY"/>';
    const { stdout } = await runInMemory(plan, ["-x", "new", "-c", "cib"], files(cib({ constraints: ban }), cib()));
    expect(stdout).toMatch(/Due without the change, and not with it:\n {2}\* Move +web/);
  });

  it("does not take the time of a failure for that of an operation", async () => {
    const failed = record("web", "n2", "start", 60_000, 1).replace("operation_key", 'crm-debug-origin="x" operation_key');
    const ban = '<rsc_location id="ban" rsc="web" node="n1" score="-INFINITY"/>';
    const histories = (text: string): string => text.replace(record("web", "n2", "stop", 200), record("web", "n2", "stop", 200) + failed);
    const options = '<nvpair id="o-sf" name="start-failure-is-fatal" value="false"/>';
    const { stdout } = await runInMemory(
      plan,
      ["-x", "new", "-c", "cib"],
      files(histories(cib({ options })), histories(cib({ constraints: ban, options }))),
    );
    expect(stdout).not.toContain("60.");
  });

  it("counts an outage that is due anyway only when the change makes it worse", async () => {
    const ban = (node: string): string => `<rsc_location id="ban-${node}" rsc="web" node="${node}" score="-INFINITY"/>`;
    const elsewhere = '<rsc_location id="ban-db" rsc="db" node="n2" score="-INFINITY"/>';
    const moving = cib({ constraints: ban("n1") });
    const same = await runInMemory(plan, ["-x", "new", "-c", "cib"], files(moving, cib({ constraints: ban("n1") + elsewhere })));
    expect(same.exitCode).toBe(0);
    const worse = await runInMemory(plan, ["-x", "new", "-c", "cib"], files(moving, cib({ constraints: ban("n1") + ban("n2") })));
    expect(worse.stdout).toContain("web stops on n1 and does not come back");
    expect(worse.exitCode).toBe(1);
  });

  it("stops nothing when nothing changes", async () => {
    const { stdout, exitCode } = await runInMemory(plan, ["-x", "new", "-c", "cib"], files(cib(), cib()));
    expect(stdout).toContain("The change causes no action.");
    expect(exitCode).toBe(0);
  });
});

describe("kodou what-if", () => {
  it("takes several nodes, and yes for true", async () => {
    const { stdout, exitCode } = await runInMemory(whatIf, ["--node-down", "n1,n2", "-q", "yes", "-x", "cib"], files(cib()));
    expect(stdout).toMatch(
      /^n1 and n2 die:\n {2}\* web DOES NOT SURVIVE: nothing of it runs \(no node is left that takes anything \(n1 and n2 offline\)\)/,
    );
    expect(exitCode).toBe(1);
    expect((await runInMemory(whatIf, ["-d", "n1", "-q", "perhaps", "-x", "cib"], files(cib()))).exitCode).toBe(64);
  });

  it("loses what is not managed with its node", async () => {
    const unmanaged = '<meta_attributes id="m"><nvpair id="m-m" name="is-managed" value="false"/></meta_attributes>';
    const { stdout, exitCode } = await runInMemory(whatIf, ["--node-down", "n1", "-x", "cib"], files(cib({ meta: unmanaged })));
    expect(stdout).toContain("web DOES NOT SURVIVE");
    expect(exitCode).toBe(1);
  });

  it("names a cause once for all it keeps down", async () => {
    const group = cib().replace("<resources>", '<resources><group id="g">').replace("</resources>", "</group></resources>");
    const { stdout } = await runInMemory(whatIf, ["--node-down", "n1", "--quorum", "false", "-x", "cib"], files(group));
    expect(stdout).toContain("nothing of it runs (web, db cannot start: no quorum, and no-quorum-policy is stop)");
  });

  it("lets nodes die one by one and finds what cannot go elsewhere", async () => {
    const tied = '<rsc_location id="tied" rsc="db" node="n2" score="-INFINITY"/>';
    const one = await runInMemory(whatIf, ["--any", "1", "-x", "cib"], files(cib({ constraints: tied })));
    expect(one.stdout).toContain("db DOES NOT SURVIVE: nothing of it runs (no node may have db - n2: location constraint tied)");
    expect(one.stdout).toContain("n2 dies:\n  * everything survives");
    expect(one.exitCode).toBe(1);
    const tight = await runInMemory(
      whatIf,
      ["--any", "1", "-x", "cib"],
      files(
        crowded()
          .replace('name="cpu" value="3"', 'name="cpu" value="2"')
          .replace('id="n2-cpu" name="cpu" value="2"', 'id="n2-cpu" name="cpu" value="1"'),
      ),
    );
    expect(tight.stdout).toContain("no node may have web - n2: not enough capacity: it needs cpu 2, and 1 is left");
    const both = await runInMemory(whatIf, ["--node-down", "n1", "-x", "cib"], files(cib()));
    expect(both.stdout).toContain("web comes up on n2");
    expect(both.exitCode).toBe(0);
  });
});
