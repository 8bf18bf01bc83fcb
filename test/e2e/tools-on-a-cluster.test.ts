import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor, LabCluster } from "../../src/lab/lab-cluster.ts";
import { PROGRAMS } from "./programs.ts";
import { requirePackages, requireRoot } from "./requirements.ts";
import { untilAnswer } from "./waiting.ts";

const TAG = `r${process.pid.toString(36)}`;
const NODES = ["n1", "n2", "n3"] as const;
const PASSWORD = "Sesame-4711 & <open>";

/** Patient with a busy machine: nothing here is about time. */
const HA_CF = `logfile /var/log/ha-log
keepalive 200ms
deadtime 5
initdead 15
bcast eth2
node n1 n2 n3
`;

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="cib-bootstrap-options">
    <nvpair id="fencing" name="fencing-enabled" value="false"/>
  </cluster_property_set></crm_config>
  <nodes/>
  <resources>
    <primitive id="web" class="ocf" provider="kodou" type="Dummy">
      <instance_attributes id="web-parameters"><nvpair id="web-state" name="passwd" value="${PASSWORD.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}"/></instance_attributes>
    </primitive>
  </resources>
  <constraints/>
</configuration>`;

let lab: Lab;
let cluster: LabCluster;

const sh = async (node: string, text: string): Promise<string> => {
  const result = await lab.exec(node, ["sh", "-c", text], { timeoutMs: 120_000 });
  if (result.ending.kind !== "exited" || result.ending.exitCode !== 0) throw new Error(`${node}: ${text}: ${JSON.stringify(result)}`);
  return result.stdout;
};
const filesOf = (node: string, path: string): string => join(lab.nodeFolder(node), path);

beforeAll(async () => {
  requireRoot();
  requirePackages(
    "iproute2",
    "nftables",
    "socat",
    "util-linux",
    "procps",
    "iputils-ping",
    "iputils-arping",
    "bzip2",
    "crmsh",
    "tmux",
    "python3-jsonschema",
  );
  lab = await Lab.up({ tag: TAG, nodes: NODES, binds: bindsFor(PROGRAMS) });
  cluster = new LabCluster(lab, PROGRAMS);
  await cluster.configure(HA_CF, "a key of the end-to-end test");
  await Promise.all(NODES.map((name) => cluster.start(name)));
  await untilAnswer(
    "three members",
    async () => (await cluster.tool("n1", "crm_node", "-p")).stdout.trim(),
    (answer) => answer.split(/\s+/).length === 3,
  );
  await cluster.mustTool("n1", "cibadmin", "-R", "-o", "configuration", "-X", CONFIGURATION);
  await untilAnswer(
    "the resource",
    async () => (await cluster.tool("n1", "crm_resource", "--locate", "-r", "web")).stdout,
    (answer) => /running on: n\d/.test(answer),
  );
});
afterAll(async () => {
  await lab?.down();
});

it("makes a report of all nodes, without their secrets, that crmsh's history can read", async () => {
  const result = await cluster.tool("n1", "crm_report", "-f", "1 hour ago", "--dest", "/var/tmp/outage");
  expect(result.stderr).toContain("Collected results are available in /var/tmp/outage.tar.bz2");
  expect(result.ending).toEqual({ kind: "exited", exitCode: 0 });
  await sh("n1", "cd /var/tmp && tar -xjf outage.tar.bz2");
  const report = filesOf("n1", "var/tmp/outage");
  expect(statSync(`${report}.tar.bz2`).mode & 0o77).toBe(0);
  expect(readdirSync(report)).toEqual(
    expect.arrayContaining([...NODES, "analysis.txt", "events.txt", "description.txt", "report.summary"]),
  );
  for (const node of NODES) {
    for (const name of [
      "cib.xml",
      "members.txt",
      "crm_mon.txt",
      "ha-log.txt",
      "sysinfo.txt",
      "sysstats.txt",
      "ha.cf",
      "RUNNING",
      "analysis.txt",
    ]) {
      expect(existsSync(join(report, node, name)), `${node}/${name}`).toBe(true);
    }
    const cib = readFileSync(join(report, node, "cib.xml"), "utf8");
    expect(cib).toContain('name="passwd" value="****"');
  }
  const everything = await sh(
    "n1",
    "cd /var/tmp/outage && find . -name '*.bz2' -exec bunzip2 -k {} + ; cat $(find . -type f ! -name '*.bz2')",
  );
  expect(everything).not.toContain("Sesame-4711");
  expect(readFileSync(join(report, "analysis.txt"), "utf8")).toContain("Diff cib.xml... OK");
  const inputs = NODES.flatMap((node) => (existsSync(join(report, node, "pengine")) ? readdirSync(join(report, node, "pengine")) : []));
  expect(inputs.filter((name) => /^pe-input-\d+\.bz2$/.test(name)).length).toBeGreaterThan(0);
  const history = await sh(
    "n1",
    "rm -rf /var/tmp/outage; cd /var/tmp && HOME=/var/tmp crm history source /var/tmp/outage.tar.bz2 '' 2>&1; printf 'source /var/tmp/outage.tar.bz2\\ninfo\\npeinputs\\nresource web\\n' | HOME=/var/tmp crm history 2>&1",
  );
  expect(history).toMatch(/Nodes: n1 n2 n3/);
  expect(history).toMatch(/Resources: web/);
  expect(history).toMatch(/pengine\/pe-input-\d+\.bz2/);
});

it("keeps a secret on all nodes, gives it to the agent, and refuses it when it was altered", async () => {
  const state = "/run/kodou-secret.state";
  const said = await cluster.mustTool("n2", "cibsecret", "set", "web", "state", state);
  expect(said).toMatch(/^Syncing \S+ to n1 n3 \.\.\.$/m);
  for (const node of NODES) {
    const file = filesOf(node, "var/lib/pacemaker/lrm/secrets/web/state");
    expect(readFileSync(file, "utf8")).toBe(`${state}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await cluster.mustTool(node, "cibsecret", "get", "web", "state")).toBe(`${state}\n`);
  }
  expect(await cluster.mustTool("n1", "cibadmin", "-Q")).not.toContain(state);
  const holder = async (): Promise<string> => {
    const found = await Promise.all(NODES.map((node) => sh(node, `ls ${state} 2>/dev/null || true`)));
    return NODES.filter((_name, at) => found[at]?.trim() === state).join(" ");
  };
  await untilAnswer("an agent that was given the secret", holder, (answer) => /^n\d$/.test(answer));

  const [node = "n1"] = (await holder()).split(" ");
  await sh(node, "echo altered > /var/lib/pacemaker/lrm/secrets/web/state");
  expect((await cluster.tool(node, "cibsecret", "check", "web", "state")).ending).toEqual({ kind: "exited", exitCode: 104 });
  await cluster.tool(node, "crm_resource", "--restart", "-r", "web");
  await untilAnswer("another node that runs it", holder, (answer) => /^n\d$/.test(answer) && answer !== node);
  expect(await cluster.mustTool("n1", "crm_mon", "-1")).toMatch(/web.*secret state of web does not fit its checksum here/s);

  await cluster.mustTool("n3", "cibsecret", "unstash", "web", "state");
  expect(await cluster.mustTool("n1", "crm_resource", "-r", "web", "-g", "state")).toBe(`${state}\n`);
  for (const name of NODES) expect(existsSync(filesOf(name, "var/lib/pacemaker/lrm/secrets/web/state"))).toBe(false);
});

describe("crm_mon that goes on", () => {
  const mon = `${process.execPath} ${join(PROGRAMS, "crm_mon.cjs")}`;
  const pane = (): Promise<string> => sh("n1", "tmux -L kodou capture-pane -p -t mon");
  const keys = (text: string): Promise<string> => sh("n1", `tmux -L kodou send-keys -t mon ${text}`);
  const untilPane = (what: string, isWanted: (text: string) => boolean): Promise<string> => untilAnswer(what, pane, isWanted);

  it("shows a screen that follows the cluster, its keys and its size, at 20 columns too", async () => {
    await sh("n1", `TERM=screen LANG=C.UTF-8 tmux -L kodou -f /dev/null new-session -d -s mon -x 78 -y 24 '${mon}'`);
    await untilPane("the summary", (text) => text.includes("Cluster Summary:") && text.includes("Online: [ n1 n2 n3 ]"));
    await keys("D");
    await untilPane("a screen without summary", (text) => !text.includes("Cluster Summary:") && text.includes("Node List:"));
    await keys("A");
    await cluster.mustTool("n2", "crm_attribute", "-N", "n2", "-n", "shown", "-v", "at-once");
    await untilPane("the new attribute", (text) => text.includes("at-once"));
    await keys("'?'");
    await untilPane("help", (text) => text.includes("Display option change mode") && text.includes("* A: Node attributes"));
    await keys("'?'");
    await sh("n1", "tmux -L kodou resize-window -t mon -x 20 -y 10");
    const narrow = await untilPane("a narrow screen", (text) => text.includes("Node List:") && !text.includes("option change"));
    for (const row of narrow.split("\n")) expect(row.length).toBeLessThanOrEqual(20);
    await keys("q");
    await untilAnswer(
      "the end of the screen",
      () => sh("n1", "tmux -L kodou has-session -t mon 2>/dev/null && echo there || echo gone"),
      (text) => text.trim() === "gone",
    );
  });

  it("writes a page again and again in the background, and tells an agent what happens", async () => {
    await sh(
      "n2",
      'printf \'#!/bin/sh\\nenv | grep ^CRM_notify_ | sort | tr "\\\\n" " " >> /var/tmp/agent.log; echo >> /var/tmp/agent.log\\n\' > /var/tmp/agent && chmod 755 /var/tmp/agent',
    );
    const page = "--output-as=html --output-to=/var/tmp/status.html --html-title='The cluster'";
    await sh("n2", `${mon} -d -i 1 ${page} -E /var/tmp/agent -e me -p /var/tmp/mon.pid`);
    const read = (path: string) => async (): Promise<string> =>
      existsSync(filesOf("n2", path)) ? readFileSync(filesOf("n2", path), "utf8") : "";
    const html = await untilAnswer("the page", read("var/tmp/status.html"), (text) => text.includes("</html>"));
    expect(html).toContain("<title>The cluster</title>");
    expect(statSync(filesOf("n2", "var/tmp/status.html")).mode & 0o777).toBe(0o644);
    await sh(
      "n2",
      `mkfifo /var/tmp/fifo && (timeout 20 cat /var/tmp/fifo > /var/tmp/piped &) ; ${mon} -1 --output-to=/var/tmp/fifo && test -p /var/tmp/fifo`,
    );
    await untilAnswer("what went through the pipe", read("var/tmp/piped"), (text) => text.includes("Cluster Summary:"));
    expect(html).toContain('http-equiv="refresh" content="1"');
    const [node = "n1"] = /running on: (n\d)/.exec(await cluster.mustTool("n1", "crm_resource", "--locate", "-r", "web"))?.slice(1) ?? [];
    await cluster.mustTool("n3", "crm_standby", "-v", "on", "-N", node);
    await untilAnswer("the agent", read("var/tmp/agent.log"), (text) => /CRM_notify_rsc=web .*CRM_notify_task=start/.test(text));
    await untilAnswer("the new page", read("var/tmp/status.html"), (text) => text.includes("standby"));
    await cluster.mustTool("n3", "crm_standby", "-D", "-N", node);
    await sh("n2", "kill $(cat /var/tmp/mon.pid)");
    await untilAnswer(
      "its pid file to go",
      async () => String(existsSync(filesOf("n2", "var/tmp/mon.pid"))),
      (text) => text === "false",
    );
  });

  it("prints a line of JSON for each thing that happens", async () => {
    await sh("n3", `(timeout 60 ${mon} --watch > /var/tmp/watch.log 2>&1 &)`);
    const lines = async (): Promise<string> =>
      existsSync(filesOf("n3", "var/tmp/watch.log")) ? readFileSync(filesOf("n3", "var/tmp/watch.log"), "utf8") : "";
    await untilAnswer("the first lines", lines, (text) => text.includes('"event":"resource"'));
    await cluster.mustTool("n1", "crm_standby", "-v", "on", "-N", "n2");
    const text = await untilAnswer("a node in standby", lines, (seen) => /"node":"n2",.*"isStandby":true/.test(seen));
    for (const line of text.trim().split("\n")) expect(JSON.parse(line)).toMatchObject({ version: 1, time: expect.any(String) });
    const schema = join(PROGRAMS, "..", "share/schemas/json/crm_mon-watch-1.schema.json");
    const check =
      "import json, sys, jsonschema; v = jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))); print([e.message for l in sys.stdin for e in v.iter_errors(json.loads(l))])";
    expect(execFileSync("/usr/bin/python3", ["-c", check, schema], { input: text.trim(), encoding: "utf8" })).toBe("[]\n");
    await cluster.mustTool("n1", "crm_standby", "-D", "-N", "n2");
  });
});
