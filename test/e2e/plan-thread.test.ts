import { afterAll, beforeAll, expect, it } from "vitest";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor, LabCluster } from "../../src/lab/lab-cluster.ts";
import { PROGRAMS } from "./programs.ts";
import { requirePackages, requireRoot } from "./requirements.ts";

const TAG = `p${process.pid.toString(36)}`;
const NODES = ["n1", "n2"] as const;
const STEP_MS = 60_000;

const HA_CF = `logfile /var/log/ha-log
keepalive 200ms
deadtime 3
warntime 1
initdead 10
bcast eth2
node n1 n2
`;

const resource = (id: string): string => `<primitive id="${id}" class="ocf" provider="kodou" type="Dummy"/>`;
const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="o-fencing" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes/><resources>${resource("web")}</resources><constraints/>
</configuration>`;

let lab: Lab;
let cluster: LabCluster;

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "util-linux", "procps");
  lab = await Lab.up({ tag: TAG, nodes: NODES, binds: bindsFor(PROGRAMS) });
  cluster = new LabCluster(lab, PROGRAMS);
  await cluster.configure(HA_CF, "a key of the test of planning in a thread");
  // Everything that has a history is large enough.
  for (const node of NODES) await lab.exec(node, ["sh", "-c", "printf 'scheduler:\\n  thread_above: 0\\n' >>/etc/ha.d/kodou.conf"]);
  await Promise.all(NODES.map((node) => cluster.start(node)));
  await cluster.mustTool("n1", "cibadmin", "-R", "-o", "configuration", "-X", CONFIGURATION);
}, 120_000);
afterAll(async () => {
  await lab?.down();
});

const logs = async (): Promise<string> =>
  (await Promise.all(NODES.map(async (node) => (await lab.exec(node, ["cat", "/var/log/ha-log"])).stdout))).join("");

async function untilRuns(id: string): Promise<void> {
  for (const end = performance.now() + STEP_MS; ; ) {
    const { stdout, stderr } = await cluster.tool("n1", "crm_resource", "--locate", "-r", id);
    if (stdout.includes("is running on")) return;
    if (performance.now() > end) throw new Error(`${id} does not run within ${STEP_MS / 1000} s: ${stdout}${stderr}`);
  }
}

it("carries out what a thread planned", async () => {
  await untilRuns("web");
  await cluster.mustTool("n1", "cibadmin", "-C", "-o", "resources", "-X", resource("db"));
  await untilRuns("db");
  const text = await logs();
  expect(text).toContain("is being made in a thread");
  expect(text).not.toContain("no plan (");
}, 120_000);
