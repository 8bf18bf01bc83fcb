import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { nodeHasAddress } from "../../src/lab/address-holders.ts";
import { until } from "../../src/lab/host-commands.ts";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor, LabCluster } from "../../src/lab/lab-cluster.ts";
import { namespaceOf, processesIn } from "../../src/lab/lab-processes.ts";
import { Watcher } from "../../src/lab/watcher.ts";
import { PROGRAMS } from "./programs.ts";
import { requirePackages, requireRoot } from "./requirements.ts";
import { untilAnswer } from "./waiting.ts";

const TAG = `c${process.pid.toString(36)}`;

const NODES = ["n1", "n2", "n3"] as const;
const ADDRESS = "192.168.0.181";
const STEP_MS = 90_000;

const HA_CF = `logfile /var/log/ha-log
keepalive 100ms
deadtime 800ms
warntime 500ms
initdead 10
bcast eth2
baud 115200
serial /dev/ttyHB0 /dev/ttyHB1
node n1 n2 n3
`;

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="cib-bootstrap-options">
    <nvpair id="fencing" name="stonith-enabled" value="true"/>
  </cluster_property_set></crm_config>
  <nodes/>
  <resources>
    <primitive id="power-switch" class="stonith" type="lab"/>
    <primitive id="ip" class="ocf" provider="kodou" type="IPaddr2">
      <instance_attributes id="ip-parameters"><nvpair id="ip-address" name="ip" value="${ADDRESS}"/><nvpair id="ip-mask" name="cidr_netmask" value="24"/><nvpair id="ip-nic" name="nic" value="eth0"/></instance_attributes>
      <meta_attributes id="ip-meta"><nvpair id="ip-threshold" name="migration-threshold" value="3"/></meta_attributes>
      <operations><op id="ip-monitor" name="monitor" interval="1s" timeout="10s"/></operations>
    </primitive>
  </resources>
  <constraints>
    <rsc_location id="ip-n1" rsc="ip" node="n1" score="200"/>
    <rsc_location id="ip-n2" rsc="ip" node="n2" score="100"/>
  </constraints>
</configuration>`;

let lab: Lab;
let cluster: LabCluster;
let watcher: Watcher;
const fencing = new AbortController();
let served: Promise<void> = Promise.resolve();

const holders = (): string[] =>
  NODES.filter((name) => {
    const pid = lab.node(name).pid;
    return pid !== undefined && nodeHasAddress(pid, ADDRESS);
  });
const untilHolder = async (name: string): Promise<void> => {
  await until(`the address on ${name}`, () => holders().join() === name, STEP_MS);
};

/** What a tool prints; nothing while its node is off. */
const printed = async (node: string, tool: string, ...words: string[]): Promise<string> =>
  lab.node(node).pid === undefined ? "" : (await cluster.tool(node, tool, ...words)).stdout.trim();
const untilMembers = (asked: string, members: readonly string[]): Promise<string> =>
  untilAnswer(
    `members ${members.join(" ")} as ${asked} sees them`,
    () => printed(asked, "crm_node", "-p"),
    (answer) => answer.split(/\s+/).sort().join(" ") === members.join(" "),
  );
const dc = async (asked: string): Promise<string> => {
  const answer = await untilAnswer(
    "a DC",
    () => printed(asked, "crmadmin", "-D"),
    (text) => /: n\d$/.test(text),
  );
  return answer.slice(-2);
};
const fencingsOf = async (target: string, asked: string): Promise<number> =>
  (await printed(asked, "stonith_admin", "-VH", target)).split("\n").filter((line) => line.includes("successful")).length;
const untilFencings = (target: string, asked: string, count: number): Promise<string> =>
  untilAnswer(
    `fencing ${count} of ${target}`,
    async () => String(await fencingsOf(target, asked)),
    (answer) => Number(answer) >= count,
  );
const daemonsOf = async (name: string, program: string): Promise<number[]> => {
  const init = lab.node(name).pid;
  if (init === undefined) return [];
  return processesIn(namespaceOf(init, "pid") ?? "", "pid").filter((pid) => commandLine(pid).includes(`${program}.cjs`));
};
const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
};

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "nftables", "socat", "util-linux", "procps", "iputils-ping", "iputils-arping");
  lab = await Lab.up({ tag: TAG, nodes: NODES, binds: bindsFor(PROGRAMS) });
  cluster = new LabCluster(lab, PROGRAMS);
  served = lab.serveFencing({ abort: fencing.signal, bootCommand: cluster.bootCommand });
  await cluster.configure(HA_CF, "a key of the end-to-end test");
});
beforeEach(() => {
  watcher = new Watcher(lab, { address: ADDRESS });
  watcher.start();
});
afterEach(async ({ task }) => {
  const report = await watcher.stop();
  for (const name of NODES) await lab.heal(name, "all");
  if (task.result?.state === "fail") for (const name of NODES) console.log(`--- ${name}\n${lastLines(name)}`);
  expect(report.maxHolders, "nodes that held the address at one moment").toBeLessThanOrEqual(1);
});
afterAll(async () => {
  fencing.abort();
  await served;
  await lab?.down();
});

/** Who had the address, one after the other, during this test. */
const holderChanges = (): string[] => watcher.report().holderChanges.map(({ nodes }) => nodes.join());

function lastLines(name: string): string {
  const file = join(lab.nodeFolder(name), "var/log/ha-log");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(-60).join("\n") : "no log";
}

/** All nodes are members, the address is at home, nothing is under way. */
async function whole(): Promise<void> {
  for (const name of NODES) await untilMembers(name, NODES);
  await untilHolder("n1");
  await watcher.answered(3, STEP_MS);
}

it("starts, takes its configuration and runs the resource at home", async () => {
  await Promise.all(NODES.map((name) => cluster.start(name)));
  await untilMembers("n3", NODES);
  const written = await lab.exec("n2", [
    process.execPath,
    join(PROGRAMS, "cibadmin.cjs"),
    "-R",
    "-o",
    "configuration",
    "-X",
    CONFIGURATION,
  ]);
  expect(written.stderr).toBe("");
  await whole();
  expect(await printed("n3", "crm_resource", "--locate", "-r", "ip")).toBe("resource ip is running on: n1");
});

it("moves from an active node that loses power, fences it, and back when it returns", async () => {
  await whole();
  await lab.kill("n1");
  await untilHolder("n2");
  await watcher.answered(5, STEP_MS);
  expect(watcher.report().longestOutageMs).toBeLessThan(STEP_MS);
  await untilFencings("n1", "n3", 1);
  await whole();
  expect(await printed("n2", "crm_mon", "-1")).toMatch(/ip\s.*Started n1/);
});

it("survives the loss of the DC", async () => {
  await whole();
  const old = await dc("n3");
  const asked = NODES.find((name) => name !== old) ?? "n1";
  const before = await fencingsOf(old, asked);
  await lab.kill(old);
  const left = NODES.filter((name) => name !== old);
  await untilMembers(asked, left);
  expect(left).toContain(await dc(asked));
  await untilFencings(old, asked, before + 1);
  await whole();
});

it("recovers a killed resource in place, and elsewhere at its migration threshold", async () => {
  await whole();
  const take = async (): Promise<void> => {
    await lab.exec("n1", ["ip", "address", "del", `${ADDRESS}/24`, "dev", "eth0"]);
  };
  for (let failure = 1; failure <= 2; failure += 1) {
    await take();
    await untilAnswer(
      `fail count ${failure}`,
      () => printed("n3", "crm_mon", "-1", "-f"),
      (text) => text.includes(`fail-count=${failure}`),
    );
    await untilHolder("n1");
  }
  await take();
  await untilHolder("n2");
  await cluster.mustTool("n3", "crm_resource", "--cleanup", "-r", "ip");
  await untilHolder("n1");
});

it("empties a node in standby and comes back", async () => {
  await whole();
  await cluster.mustTool("n3", "crm_standby", "-v", "on", "-N", "n1");
  await untilHolder("n2");
  await cluster.mustTool("n3", "crm_standby", "-D", "-N", "n1");
  await untilHolder("n1");
});

it("stays where it is when the heartbeat network is cut and the serial line lives", async () => {
  await whole();
  for (const name of NODES) await lab.cut(name, "eth2");
  await untilAnswer(
    "dead links",
    () => printed("n1", "cl_status", "hblinkstatus", "n2", "eth2"),
    (text) => text === "dead",
  );
  const option = ["--name", "cluster-recheck-interval", "--update", "11min"];
  await cluster.mustTool("n2", "crm_attribute", ...option);
  await untilAnswer(
    "the change on n3",
    () => printed("n3", "crm_attribute", "--name", "cluster-recheck-interval", "--query", "--quiet"),
    (text) => text === "11min",
  );
  expect(holderChanges()).toEqual(["n1"]);
  for (const name of NODES) await lab.heal(name, "eth2");
  await whole();
});

it("lets fencing decide when all links of the active node are cut", async () => {
  await whole();
  const before = await fencingsOf("n1", "n2");
  await lab.cut("n1", "eth2");
  await lab.cut("n1", "serial");
  await untilFencings("n1", "n2", before + 1);
  await untilHolder("n2");
  await lab.heal("n1", "all");
  await whole();
});

it("fences a frozen node before its resources move, so that nothing is there when it thaws", async () => {
  await whole();
  const before = await fencingsOf("n1", "n2");
  await lab.freeze("n1");
  await untilHolder("n2");
  await untilFencings("n1", "n2", before + 1);
  await whole();
});

it("takes a node that was frozen for less than the deadtime as if nothing had been", async () => {
  await whole();
  const before = await fencingsOf("n2", "n3");
  await lab.freeze("n2");
  await new Promise((resolve) => setTimeout(resolve, 300));
  lab.thaw("n2");
  await whole();
  expect(await fencingsOf("n2", "n3")).toBe(before);
  expect(holderChanges()).toEqual(["n1"]);
});

it("finds its resources again when kodoud alone is killed and started at once", async () => {
  await whole();
  const [pid] = await daemonsOf("n1", "kodoud");
  expect(pid).toBeDefined();
  process.kill(pid ?? 0, "SIGKILL");
  const before = await fencingsOf("n1", "n2");
  await lab.exec("n1", [process.execPath, join(PROGRAMS, "kodou.cjs"), "start"]);
  await whole();
  expect(await fencingsOf("n1", "n2")).toBe(before);
  expect(holderChanges()).toEqual(["n1"]);
});

it("fences a node whose kodoud is killed and stays away", async () => {
  await whole();
  const before = await fencingsOf("n1", "n2");
  const [pid] = await daemonsOf("n1", "kodoud");
  process.kill(pid ?? 0, "SIGKILL");
  await untilFencings("n1", "n2", before + 1);
  await whole();
});

it("goes on as if nothing had been when kodou-beat alone is killed, of the DC too", async () => {
  for (const victim of ["n1", await dc("n2")]) {
    await whole();
    const asked = victim === "n2" ? "n3" : "n2";
    const before = await fencingsOf(victim, asked);
    const [pid] = await daemonsOf(victim, "kodou-beat");
    process.kill(pid ?? 0, "SIGKILL");
    await untilAnswer(
      "another kodou-beat",
      async () => String((await daemonsOf(victim, "kodou-beat"))[0]),
      (found) => found !== "undefined" && found !== String(pid),
    );
    await cluster.mustTool(asked, "crm_attribute", "--name", "cluster-recheck-interval", "--update", "12min");
    await whole();
    expect(await fencingsOf(victim, asked)).toBe(before);
  }
  expect(holderChanges()).toEqual(["n1"]);
});

it("keeps its configuration over a restart of the whole cluster", async () => {
  await whole();
  await cluster.mustTool("n2", "crm_attribute", "--name", "cluster-recheck-interval", "--update", "13min");
  const stops = await Promise.all(NODES.map((name) => cluster.tool(name, "kodou", "stop")));
  expect(stops.map((stop) => stop.stderr)).toEqual(["", "", ""]);
  expect(holders()).toEqual([]);
  await Promise.all(NODES.map((name) => cluster.start(name)));
  await whole();
  expect(await printed("n3", "crm_attribute", "--name", "cluster-recheck-interval", "--query", "--quiet")).toBe("13min");
});
