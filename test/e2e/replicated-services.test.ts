import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { agentSteps } from "./agent-steps.ts";
import { requirePackages, requireRoot } from "./requirements.ts";
import { NODES, ShellCluster, shellTag } from "./shell-cluster.ts";

/**
 * Debian's agents for MySQL with replication and for RabbitMQ, as they are. The services are stubs with their own disk, log
 * and network: see the folder stub-services.
 */
let cluster: ShellCluster;
const { on, until, crm, promotedOf, ban, stop } = agentSteps(() => cluster);

const mysql = "/etc/mysql-stub";
// The agent gives a replica as much of a score as `max_slave_lag` is, and the promoted one 2: with more than 1 they change
// places for ever.
const CONFIGURATION = [
  "property stonith-enabled=false",
  `primitive my ocf:heartbeat:mysql params binary=/usr/sbin/stub-mysqld client_binary=/usr/sbin/stub-mysql config=${mysql}/my.cnf datadir=${mysql}/data user=root group=root log=${mysql}/log pid=${mysql}/pid socket=${mysql}/socket replication_user=root replication_passwd=p test_user=root test_passwd=p max_slave_lag=1 op start timeout=60s op stop timeout=60s op promote timeout=60s op demote timeout=60s op notify timeout=60s op monitor interval=3s role=Slave timeout=60s OCF_CHECK_LEVEL=10 op monitor interval=2s role=Master timeout=60s OCF_CHECK_LEVEL=10`,
  "ms my-clone my meta master-max=1 notify=true",
  `primitive rmq ocf:heartbeat:rabbitmq-cluster params set_policy='all ^q mirrored' op start timeout=60s op stop timeout=60s op notify timeout=60s op monitor interval=3s timeout=60s`,
  "clone rmq-clone rmq meta ordered=true notify=true",
];

/** Services that stand for those we do not install, by the path of a program below /usr and how its script is called. */
const STUB_SERVICES: Readonly<Record<string, string>> = {
  "sbin/stub-mysqld": "mysql.mjs server",
  "sbin/stub-mysql": "mysql.mjs client",
  "sbin/rabbitmq-server": "rabbitmq.mjs server",
  "sbin/rabbitmqctl": "rabbitmq.mjs control",
};

function addStubServices(layer: string): void {
  mkdirSync(join(layer, "lib/kodou-stubs"), { recursive: true });
  for (const [program, call] of Object.entries(STUB_SERVICES)) {
    const [script = ""] = call.split(" ");
    copyFileSync(join(import.meta.dirname, "stub-services", script), join(layer, "lib/kodou-stubs", script));
    writeFileSync(join(layer, program), `#!/bin/sh\nexec ${process.execPath} /usr/lib/kodou-stubs/${call} "$@"\n`, { mode: 0o755 });
  }
}

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "nftables", "socat", "util-linux", "procps", "crmsh", "pacemaker-resource-agents", "resource-agents");
  cluster = await ShellCluster.up(shellTag("services"), addStubServices);
  const hosts = NODES.map((name) => `${cluster.lab.addressOf(name, "eth0")} ${name}`).join("\n");
  for (const node of NODES)
    await on(node, `echo '127.0.0.1 localhost\n${hosts}' > /etc/hosts; mkdir -p ${mysql}/data && touch ${mysql}/my.cnf`);
  await crm("configure", ...CONFIGURATION, "commit");
});
afterAll(async () => {
  await cluster?.down();
});

it.concurrent("MySQL replicates from the place that the promoted one published, and goes on from another node", async () => {
  const sql = (statement: string): string => `/usr/sbin/stub-mysql -S ${mysql}/socket --skip-column-names -e "${statement}"`;
  const words = sql("SELECT word FROM words");
  const published = "crm_attribute --type crm_config --name my_REPL_INFO -s mysql_replication --query -q";
  const first = await promotedOf("my-clone");
  const others = NODES.filter((node) => node !== first);
  await until("n1", published, (text) => text === `${first}|${first}-bin.000001|0`);
  // The cluster calls it promoted while the agent is still at it.
  await until(first, sql("INSERT INTO words VALUES ('one')"), (text) => text === "");
  for (const node of others) {
    await until(node, words, (text) => text === "one");
    expect(await on(node, sql("INSERT INTO words VALUES ('no')"))).toContain("--read-only");
  }
  for (const node of NODES) await until("n1", `crm_attribute -N ${node} -l reboot -n readable -G -q`, (text) => text === "1");

  await ban("my-clone", first);
  const second = await promotedOf("my-clone", first);
  await until("n1", published, (text) => text === `${second}|${second}-bin.000001|1`);
  await until(second, sql("INSERT INTO words VALUES ('two')"), (text) => text === "");
  await cluster.must("crm_resource --clear --resource my-clone");
  for (const node of NODES) await until(node, words, (text) => text === "one\ntwo");

  const [third = ""] = NODES.filter((node) => node !== first && node !== second);
  await on(third, `kill -9 $(cat ${mysql}/pid)`);
  await until(
    third,
    sql("SHOW SLAVE STATUS\\G"),
    (text) => text.includes(`Master_Host: ${second}`) && text.includes("Slave_IO_Running: Yes"),
  );
  await stop("my-clone");
  await cluster.untilOn("my-clone");
});

it.concurrent("RabbitMQ's members join one after the other, are forgotten when they stop, and join again", async () => {
  const members = (node: string, ...wanted: readonly string[]) => {
    const names = wanted.map((name) => `rabbit@${name}`).join(" ");
    return until(node, "rabbitmqctl cluster_status", (text) => text === `members ${names}\nrunning ${names}`);
  };
  await cluster.untilOn("rmq-clone", ...NODES);
  for (const node of NODES) {
    await members(node, ...NODES);
    await until(node, "rabbitmqctl list_policies", (text) => text === "all\t^q mirrored");
    for (const [lifetime, name] of [
      ["reboot", "rmq-node-attr-rmq"],
      ["forever", "rmq-node-attr-last-known-rmq"],
    ])
      await until("n1", `crm_attribute -N ${node} -l ${lifetime} -n ${name} -G -q`, (text) => text === `rabbit@${node}`);
  }

  await ban("rmq-clone", "n3");
  await cluster.untilOn("rmq-clone", "n1", "n2");
  for (const node of ["n1", "n2"]) await members(node, "n1", "n2");
  expect(await on("n1", "crm_attribute -N n3 -l reboot -n rmq-node-attr-rmq -G -q")).toContain("No such device or address");
  await cluster.must("crm_resource --clear --resource rmq-clone");
  await members("n3", ...NODES);

  await on("n2", "kill -9 $(cat /var/run/rabbitmq/rmq.pid)");
  await members("n1", "n1", "n2", "n3");
  await members("n2", ...NODES);
  await stop("rmq-clone");
  await cluster.untilOn("rmq-clone");
});
