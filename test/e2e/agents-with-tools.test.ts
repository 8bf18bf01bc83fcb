import { afterAll, beforeAll, expect, it } from "vitest";
import { agentSteps } from "./agent-steps.ts";
import { requirePackages, requireRoot } from "./requirements.ts";
import { NODES, ShellCluster, shellTag } from "./shell-cluster.ts";

/** Debian's agents, as they are: from within their actions they call the cluster's own tools. */
let cluster: ShellCluster;
const { on, until, crm, promotedOf, ban, stop } = agentSteps(() => cluster);

const ADDRESS = "192.168.0.50";

/** Resources by crmsh's words, and what they need on the nodes beforehand. All of them run in one cluster at the same time. */
const configurations: string[] = [];
const preparations: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "nftables", "socat", "util-linux", "procps", "iputils-ping", "iputils-arping");
  requirePackages("crmsh", "pacemaker-resource-agents", "resource-agents", "redis-server", "postgresql-15");
  cluster = await ShellCluster.up(shellTag("agents"));
  const hosts = NODES.map((name) => `${cluster.lab.addressOf(name, "eth0")} ${name}`).join("\n");
  for (const node of NODES) await on(node, `echo '127.0.0.1 localhost\n${hosts}' > /etc/hosts`);
  await Promise.all(preparations.map((prepare) => prepare()));
  await crm("configure", "property stonith-enabled=false", ...configurations, "commit");
});
afterAll(async () => {
  await cluster?.down();
});

it.concurrent("all tell what they are", async () => {
  for (const agent of ["pgsql", "mysql", "galera", "redis", "rabbitmq-cluster"]) {
    const metadata = await cluster.must(`crm_resource --show-metadata ocf:heartbeat:${agent}`);
    expect(metadata).toContain(`<resource-agent name="${agent}"`);
  }
});

configurations.push(
  `primitive p ocf:pacemaker:ping params host_list="n1" multiplier=1000 dampen=1s op monitor interval=2s timeout=30s`,
  "clone p-clone p",
  "primitive a ocf:pacemaker:attribute params name=lit active_value=yes inactive_value=no op monitor interval=5s",
  "clone a-clone a",
  "primitive s ocf:pacemaker:SysInfo params delay=0 op monitor interval=10s",
  "clone s-clone s",
  "primitive f ocf:pacemaker:Stateful op monitor interval=5s role=Master op monitor interval=6s role=Slave",
  "ms f-clone f",
  "primitive m ocf:pacemaker:ClusterMon params htmlfile=/run/mon.html pidfile=/run/mon.pid update=1000 op monitor interval=5s",
);
it.concurrent("ocf:pacemaker's agents keep attributes, scores and a page up to date", async () => {
  for (const clone of ["p-clone", "a-clone", "s-clone"]) await cluster.untilOn(clone, ...NODES);
  await promotedOf("f-clone");
  for (const node of NODES) {
    await until("n1", `attrd_updater -n pingd -Q -N ${node}`, (text) => text.includes('value="1000"'));
    await until("n1", `attrd_updater -n lit -Q -N ${node}`, (text) => text.includes('value="yes"'));
    await until("n1", `crm_attribute -N ${node} -l reboot -n arch -G -q`, (text) => text !== "" && !text.includes("rror"));
  }
  const [, home = ""] = /on: (n\d)/.exec(await cluster.until("crm_resource -W -r m", (text) => /on: n\d/.test(text))) ?? [];
  await until(home, "cat /run/mon.html", (text) => text.includes("Cluster Status"));
  for (const resource of ["a-clone", "p-clone", "s-clone", "f-clone", "m"]) await stop(resource);
  await until("n1", "attrd_updater -n lit -Q -N n1", (text) => text.includes('value="no"'));
});

preparations.push(() =>
  Promise.all(
    NODES.map((node) =>
      on(
        node,
        `mkdir -p /etc/redis /run/redis; printf 'bind 0.0.0.0\nprotected-mode no\nport 6379\ndir /run/redis\nsave ""\n' > /etc/redis/redis.conf; chown redis /etc/redis/redis.conf /run/redis`,
      ),
    ),
  ),
);
configurations.push(
  "primitive db ocf:heartbeat:redis op start timeout=120s op monitor interval=2s role=Master timeout=60s op monitor interval=3s role=Slave timeout=60s",
  "ms db-clone db meta notify=true clone-max=2",
  "location db-not-n3 db-clone -inf: n3",
);
it.concurrent("redis replicates, and goes on from another node", async () => {
  const first = await promotedOf("db-clone");
  await until(first, "redis-cli info replication", (text) => text.includes("connected_slaves:1"));
  expect(await on(first, "redis-cli set word one")).toBe("OK");
  const [, other = ""] = /slave0:ip=([\d.]+)/.exec(await on(first, "redis-cli info replication")) ?? [];
  await until("n1", `redis-cli -h ${other} get word`, (text) => text === "one");

  await ban("db-clone", first);
  const second = await promotedOf("db-clone", first);
  await cluster.untilOn("db-clone", second);
  expect(await on(second, "redis-cli get word")).toBe("one");
  // The cluster calls it promoted while the agent is still at it.
  await until(second, "redis-cli set word two", (text) => text === "OK");
  await cluster.must("crm_resource --clear --resource db-clone");
  await until(first, "redis-cli get word", (text) => text === "two");
});

configurations.push(
  "primitive r ocf:pacemaker:Dummy params fake=one state=/run/r-one op monitor interval=10s timeout=60s",
  "location r-n1 r inf: n1",
);
it.concurrent("a change that an agent can take by a reload restarts nothing, another one does", async () => {
  const entry = (text: string): string => `cibadmin -Q -A "//node_state[@uname='n1']//lrm_rsc_op[@id='${text}']"`;
  const digest = (text: string): string | undefined => /op-digest="(\w+)"/.exec(text)?.[1];
  const started = await until("n1", entry("r_last_0"), (text) => text.includes('operation="start"') && text.includes('rc-code="0"'));
  expect(started).toMatch(/op-force-restart="[^"]*state[^"]*"/);
  expect(started).toMatch(/op-restart-digest="\w{32}"/);
  expect(started).toContain('op-secure-params="  passwd  "');
  const file = await on("n1", "stat -c %i /run/r-one");
  const monitored = await until("n1", entry("r_monitor_10000"), (text) => text.includes('rc-code="0"'));

  await cluster.must("crm_resource --resource r --set-parameter fake --parameter-value two");
  const isReloaded = (text: string): boolean => text.includes('operation="start"') && digest(text) !== digest(started);
  const reloaded = await until("n1", entry("r_last_0"), isReloaded);
  expect(/op-restart-digest="(\w+)"/.exec(reloaded)?.[1]).toBe(/op-restart-digest="(\w+)"/.exec(started)?.[1]);
  expect(await on("n1", "stat -c %i /run/r-one")).toBe(file);
  // Its monitor has the new parameters too.
  await until("n1", entry("r_monitor_10000"), (text) => text.includes('rc-code="0"') && digest(text) !== digest(monitored));

  await cluster.must("crm_resource --resource r --set-parameter state --parameter-value /run/r-two");
  await until("n1", "ls /run/r-one /run/r-two 2>/dev/null", (text) => text === "/run/r-two");
});

const galera = "/etc/galera-stub";
preparations.push(async () => {
  const server = `#!/bin/sh
for word; do case $word in
  --pid-file=*) pid=\${word#*=};;
  --wsrep-cluster-address=*) echo "\${word#*=}" >> ${galera}/begun;;
esac; done
echo $$ > $pid
exec sleep 3600`;
  const client = `#!/bin/sh
case "$*" in *local_state*) echo 4;; *cluster_status*) echo Primary;; *read_only*) echo OFF;; esac`;
  for (const [index, node] of NODES.entries()) {
    await on(
      node,
      `mkdir -p ${galera}; cat > ${galera}/mysqld <<'X'
${server}
X
cat > ${galera}/mysql <<'X'
${client}
X
chmod 755 ${galera}/mysql*; touch ${galera}/my.cnf
printf 'uuid: 4ac9aa48-0000-11ee-8d5a-000000000000\nseqno: ${node === "n2" ? 70 : index}\nsafe_to_bootstrap: 0\n' > ${galera}/grastate.dat`,
    );
  }
});
configurations.push(
  `primitive g ocf:heartbeat:galera params wsrep_cluster_address="gcomm://n1,n2,n3" binary=${galera}/mysqld client_binary=${galera}/mysql config=${galera}/my.cnf datadir=${galera} user=root group=root log=${galera}/log pid=${galera}/pid socket=${galera}/socket op start timeout=60s op promote timeout=60s op monitor interval=3s role=Slave timeout=60s op monitor interval=2s role=Master timeout=60s`,
  "ms g-clone g meta master-max=3",
);
it.concurrent("galera begins where the data is newest, and a member that fell joins again", async () => {
  const allPromoted = (text: string): boolean => NODES.every((node) => text.includes(`on: ${node} Promoted`));
  await cluster.until("crm_resource --locate --resource g-clone", allPromoted);
  // The cluster calls a member promoted while the agent is still at it.
  const begun = (node: string, address: string) => until(node, `cat ${galera}/begun`, (text) => text === address);
  for (const node of NODES) await begun(node, node === "n2" ? "gcomm://" : "gcomm://n1,n2,n3");

  await on("n2", `rm ${galera}/begun; kill $(cat ${galera}/pid)`);
  await begun("n2", "gcomm://n1,n2,n3");
  await cluster.until("crm_resource --locate --resource g-clone", allPromoted);
  await stop("g-clone");
  await cluster.untilOn("g-clone");
});

const bin = "/usr/lib/postgresql/15/bin";
const data = "/var/lib/postgresql/kodou";
preparations.push(async () => {
  await on(
    "n1",
    `mkdir -p /var/lib/postgresql && chown postgres /var/lib/postgresql && su postgres -s /bin/sh -c '${bin}/initdb -D ${data} --auth=trust -N' && cat >> ${data}/postgresql.conf <<X
listen_addresses = '*'
unix_socket_directories = '/var/lib/postgresql'
wal_level = replica
hot_standby = on
wal_keep_size = '64MB'
fsync = off
X
printf 'host all all 0.0.0.0/0 trust\nhost replication all 0.0.0.0/0 trust\n' >> ${data}/pg_hba.conf`,
  );
  await on("n1", `su postgres -s /bin/sh -c '${bin}/pg_ctl -D ${data} -l /dev/null -w start'`);
  await on("n2", `chown postgres /var/lib/postgresql && su postgres -s /bin/sh -c '${bin}/pg_basebackup -h n1 -U postgres -D ${data}'`);
  await on("n1", `su postgres -s /bin/sh -c '${bin}/pg_ctl -D ${data} -m fast -w stop'`);
});
configurations.push(
  `primitive pg ocf:heartbeat:pgsql params pgctl=${bin}/pg_ctl psql=/usr/bin/psql pgdata=${data} config=${data}/postgresql.conf socketdir=/var/lib/postgresql tmpdir=/var/lib/postgresql/tmp logfile=/var/lib/postgresql/log rep_mode=sync node_list="n1 n2" master_ip=${ADDRESS} repuser=postgres primary_conninfo_opt="keepalives_idle=60" restart_on_promote=false op start timeout=60s op stop timeout=60s op promote timeout=60s op demote timeout=60s op monitor interval=3s timeout=60s op monitor interval=2s role=Master timeout=60s op notify timeout=60s`,
  "ms pg-clone pg meta master-max=1 clone-max=2 notify=true",
  `primitive vip ocf:heartbeat:IPaddr2 params ip=${ADDRESS} nic=eth0 cidr_netmask=24 op monitor interval=10s`,
  "colocation vip-with-pg inf: vip pg-clone:Master",
  "order pg-then-vip Mandatory: pg-clone:promote vip:start symmetrical=false",
  "order demote-then-vip Optional: pg-clone:demote vip:stop symmetrical=false",
  "location no-third pg-clone -inf: n3",
);
it.concurrent("PostgreSQL replicates, and goes on from another node", async () => {
  const pair = ["n1", "n2"];
  const first = await promotedOf("pg-clone");
  const second = pair.find((name) => name !== first) ?? "";
  const sql = (text: string): string => `psql -h ${ADDRESS} -U postgres -At -c "${text}"`;
  await until("n1", `crm_attribute -N ${second} -l reboot -n pg-status -G -q`, (text) => text === "HS:sync");
  await cluster.untilOn("vip", first);
  await until("n3", sql("create table words (word text)"), (text) => text === "CREATE TABLE");
  expect(await on("n3", sql("insert into words values ('one')"))).toBe("INSERT 0 1");
  expect(await on(second, "psql -h /var/lib/postgresql -U postgres -At -c 'select pg_is_in_recovery(), word from words'")).toBe("t|one");

  await ban("pg-clone", first);
  expect(await promotedOf("pg-clone", first)).toBe(second);
  await cluster.untilOn("vip", second);
  await until("n3", sql("insert into words values ('two')"), (text) => text === "INSERT 0 1");
  expect(await on("n3", sql("select string_agg(word, ' ') from words"))).toBe("one two");
  await until("n1", `crm_attribute -N ${second} -l reboot -n pg-status -G -q`, (text) => text === "PRI");
});
