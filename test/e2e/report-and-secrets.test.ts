import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor, LabCluster } from "../../src/lab/lab-cluster.ts";
import { PROGRAMS } from "./beat-process.ts";
import { requirePackages, requireRoot } from "./requirements.ts";

const TAG = `r${process.pid.toString(36)}`;
const NODES = ["n1", "n2", "n3"] as const;
const STEP_MS = 30_000;
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

async function untilAnswer(what: string, ask: () => Promise<string>, isWanted: (answer: string) => boolean): Promise<string> {
  const end = performance.now() + STEP_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > end) throw new Error(`waited ${STEP_MS / 1000} s for ${what}; last answer: ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const sh = async (node: string, text: string): Promise<string> => {
  const result = await lab.exec(node, ["sh", "-c", text], { timeoutMs: 120_000 });
  if (result.ending.kind !== "exited" || result.ending.exitCode !== 0) throw new Error(`${node}: ${text}: ${JSON.stringify(result)}`);
  return result.stdout;
};
const filesOf = (node: string, path: string): string => join(lab.nodeFolder(node), path);

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "nftables", "socat", "util-linux", "procps", "iputils-ping", "iputils-arping", "bzip2", "crmsh");
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
