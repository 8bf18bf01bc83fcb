import { afterAll, beforeAll, expect, it } from "vitest";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor, LabCluster } from "../../src/lab/lab-cluster.ts";
import { PROGRAMS } from "./programs.ts";
import { requirePackages, requireRoot } from "./requirements.ts";
import { eventually } from "./waiting.ts";

const TAG = `l${process.pid.toString(36)}`;
const STEP_MS = 60_000;

const HA_CF = `logfile /var/log/ha-log
keepalive 200ms
deadtime 3
warntime 1
initdead 10
bcast eth2
node n1
`;

/** A service whose starts take half a second and are written down: a line "+" as one begins, a line "-" as it ends. */
const SERVICE = `#!/bin/sh
running=/run/$(basename "$0")
case "$1" in
  start) echo + >>/var/log/starts; sleep 0.5; touch "$running"; echo - >>/var/log/starts ;;
  stop) rm -f "$running" ;;
  status) test -e "$running" || exit 3 ;;
esac
`;
const SERVICES = ["a", "b", "c", "d"].map((name) => `service-${name}`);

/** A threshold that any machine is above on which a test runs. */
const OPTIONS = { "fencing-enabled": "false", "node-action-limit": "4", "load-threshold": "0.0001%" };

const nvpairs = Object.entries(OPTIONS).map(([name, value]) => `<nvpair id="o-${name}" name="${name}" value="${value}"/>`);
const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="o">${nvpairs.join("")}</cluster_property_set></crm_config>
  <nodes/><resources/><constraints/>
</configuration>`;
const RESOURCES = `<resources>${SERVICES.map((name) => `<primitive id="${name}" class="lsb" type="${name}"/>`).join("")}</resources>`;

let lab: Lab;
let cluster: LabCluster;

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "util-linux", "procps");
  lab = await Lab.up({ tag: TAG, nodes: ["n1"], binds: bindsFor(PROGRAMS) });
  cluster = new LabCluster(lab, PROGRAMS);
  await cluster.configure(HA_CF, "a key of the test of a machine's load");
  for (const name of SERVICES)
    await lab.exec("n1", ["sh", "-c", `mkdir -p /etc/init.d; cat >/etc/init.d/${name}; chmod 755 /etc/init.d/${name}`], { stdin: SERVICE });
  await cluster.start("n1");
  await cluster.mustTool("n1", "cibadmin", "-R", "-o", "configuration", "-X", CONFIGURATION);
}, 120_000);
afterAll(async () => {
  await lab?.down();
});

const read = async (path: string): Promise<string> => (await lab.exec("n1", ["cat", path])).stdout;

/** Has the services started; gives how many starts were under way at once at the most. */
async function startsAtOnce(): Promise<number> {
  await lab.exec("n1", ["rm", "-f", "/var/log/starts"]);
  await cluster.mustTool("n1", "cibadmin", "-R", "-o", "resources", "-X", RESOURCES);
  const starts = await eventually(
    "all services are started",
    async () => {
      const lines = (await read("/var/log/starts")).split("\n");
      return lines.filter((line) => line === "-").length === SERVICES.length && lines;
    },
    STEP_MS,
  );
  let underWay = 0;
  return Math.max(...starts.filter((line) => line !== "").map((line) => (underWay += line === "+" ? 1 : -1)));
}

it("starts one service after the other on a machine with much to do, and several at once when its load is not heeded", async () => {
  expect(await startsAtOnce()).toBeGreaterThan(1);

  await cluster.mustTool("n1", "cibadmin", "-R", "-o", "resources", "-X", "<resources/>");
  await cluster.mustTool("n1", "kodou", "stop");
  await lab.exec("n1", ["rm", "/etc/ha.d/kodou.conf"]);
  await cluster.start("n1");
  await eventually("the load is looked at", async () => (await read("/var/log/ha-log")).includes("load of this machine: high"), STEP_MS);
  expect(await startsAtOnce()).toBe(1);
}, 240_000);
