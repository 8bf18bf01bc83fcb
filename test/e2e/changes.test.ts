import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor, LabCluster } from "../../src/lab/lab-cluster.ts";
import { PROGRAMS } from "./programs.ts";
import { requirePackages, requireRoot } from "./requirements.ts";

const TAG = `w${process.pid.toString(36)}`;
const NODES = ["n1", "n2", "n3"];
const CHANGES = 60;
const STEP_MS = 60_000;

const HA_CF = `logfile /var/log/ha-log
keepalive 100ms
deadtime 1500ms
warntime 800ms
initdead 10
bcast eth2
node n1 n2 n3
`;

/** Adds one to a number as often as the argument says, each by a call of its own; prints the codes of those that failed, then "end". */
const WRITER = `
count=$1
for i in $(seq "$count"); do
  "$2/cibadmin" -M --score -X '<nvpair id="counted" value="value++"/>' 2>/tmp/error || { echo "$? $(cat /tmp/error)"; }
  echo "$i" >/tmp/progress
done
echo end`;

let lab: Lab;
let cluster: LabCluster;

const counted = async (node: string): Promise<string> =>
  /id="counted"[^>]*value="(\d+)"/.exec((await cluster.tool(node, "cibadmin", "-Q")).stdout)?.[1] ?? "";
/** Asks until the answer is as wanted; fails with the last one. */
async function untilAnswer(what: string, ask: () => Promise<string>, isWanted: (answer: string) => boolean): Promise<void> {
  const end = performance.now() + STEP_MS;
  for (let answer = await ask(); !isWanted(answer); answer = await ask()) {
    if (performance.now() > end) throw new Error(`waited ${STEP_MS / 1000} s for ${what}; last answer: ${answer}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
const untilCounted = (node: string, count: number): Promise<void> =>
  untilAnswer(
    `${count} changes on ${node}`,
    () => counted(node),
    (answer) => answer === String(count),
  );
const dcOf = async (node: string): Promise<string> => /: (n\d)\s*$/.exec((await cluster.tool(node, "crmadmin", "-D")).stdout)?.[1] ?? "";

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "util-linux", "procps");
  lab = await Lab.up({ tag: TAG, nodes: NODES, binds: bindsFor(PROGRAMS) });
  cluster = new LabCluster(lab, PROGRAMS);
  await cluster.configure(HA_CF, "a key of the test of changes");
  await Promise.all(NODES.map((node) => cluster.start(node)));
  const options = '<nvpair id="no-fencing" name="fencing-enabled" value="false"/><nvpair id="counted" name="counted" value="0"/>';
  const set = `<crm_config><cluster_property_set id="cib-bootstrap-options">${options}</cluster_property_set></crm_config>`;
  await cluster.mustTool("n1", "cibadmin", "-M", "-c", "-o", "crm_config", "-X", set);
  await untilAnswer(
    "one view",
    async () => (await cluster.tool("n1", "crm_node", "-p")).stdout.trim(),
    (answer) => answer.split(/\s+/).length === NODES.length,
  );
}, 120_000);
afterAll(async () => {
  await lab?.down();
});

it("makes every change once although the DC dies in the middle of them", async () => {
  const dc = await dcOf("n1");
  const [writer = ""] = NODES.filter((node) => node !== dc);
  const command = ["bash", "-c", WRITER, "writer", String(CHANGES), join(PROGRAMS, "bin")];
  const writing = lab.exec(writer, command, { timeoutMs: 150_000 });
  const progress = async (): Promise<string> => (await lab.exec(writer, ["cat", "/tmp/progress"])).stdout.trim();
  await untilAnswer("a quarter of the changes", progress, (answer) => Number(answer) >= CHANGES / 4);
  await lab.kill(dc);
  expect(Number(await progress())).toBeLessThan(CHANGES);
  const { stdout } = await writing;
  expect(stdout.trim()).toBe("end");
  for (const node of NODES.filter((name) => name !== dc)) await untilCounted(node, CHANGES);
  await lab.boot(dc);
  await cluster.start(dc);
  await untilCounted(dc, CHANGES);
}, 240_000);

it("keeps what it acknowledged when all nodes lose power at once", async () => {
  const command = ["bash", "-c", WRITER, "writer", "20", join(PROGRAMS, "bin")];
  const { stdout } = await lab.exec("n1", command, { timeoutMs: 100_000 });
  await Promise.all(NODES.map((node) => lab.kill(node)));
  expect(stdout.trim()).toBe("end");
  await Promise.all(NODES.map((node) => lab.boot(node)));
  await Promise.all(NODES.map((node) => cluster.start(node)));
  for (const node of NODES) await untilCounted(node, CHANGES + 20);
}, 240_000);
