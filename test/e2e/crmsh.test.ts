import { afterAll, beforeAll, expect, it } from "vitest";
import { requirePackages, requireRoot } from "./requirements.ts";
import { ShellCluster, shellTag } from "./shell-cluster.ts";

let cluster: ShellCluster;

/** Runs lines in one crm, as a script. Anything crmsh calls an error fails the test. */
async function crm(...lines: readonly string[]): Promise<string> {
  const said = await cluster.run(["crm"], `${lines.join("\n")}\n`);
  const told = `${lines.join("\n")}\n-----\n${said.text}`;
  expect(said.exitCode, told).toBe(0);
  expect(said.text, told).not.toMatch(/ERROR|Traceback/);
  return said.text;
}

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "nftables", "socat", "util-linux", "procps", "iputils-ping", "iputils-arping");
  requirePackages("crmsh", "pacemaker-cli-utils", "pacemaker-resource-agents", "resource-agents", "fence-agents");
  cluster = await ShellCluster.up(shellTag("crm"));
});
afterAll(async () => {
  await cluster?.down();
});

it("shows the state of the cluster", async () => {
  expect(await crm("status")).toContain("Online: [ n1 n2 n3 ]");
  expect(await cluster.must("crm node show")).toMatch(/n1\(\d+\): member\n/);
});

it("configures resources of every kind by script, and they run", async () => {
  await crm(
    "configure",
    "property stonith-enabled=false",
    "rsc_defaults resource-stickiness=10",
    "op_defaults timeout=30s",
    "primitive d1 ocf:pacemaker:Dummy op monitor interval=10s timeout=20s",
    "primitive d2 ocf:heartbeat:Dummy params state=/run/d2.state meta migration-threshold=3",
    "group g1 d1 d2",
    "primitive s1 ocf:pacemaker:Stateful op monitor interval=10s role=Master op monitor interval=11s role=Slave",
    "ms ms1 s1 meta notify=true",
    "primitive c1 ocf:pacemaker:Dummy",
    "clone cl1 c1 meta interleave=true",
    "location g1-likes-n2 g1 100: n2",
    "location g1-not-n3 g1 rule -inf: #uname eq n3",
    "colocation g1-with-master inf: g1 ms1:Master",
    "order promote-first Mandatory: ms1:promote g1:start",
    "verify",
    "commit",
  );
  await cluster.untilOn("g1", "n2");
  await cluster.untilOn("cl1", "n1", "n2", "n3");
  expect(await cluster.must("crm_resource --locate --resource ms1")).toContain("n2 Promoted");
  const shown = await crm("configure show");
  for (const line of ["group g1 d1 d2", "ms ms1 s1", "colocation g1-with-master inf: g1 ms1:Master", "resource-stickiness=10"])
    expect(shown).toContain(line);
});

it("loads by update and by push, saves, renames and deletes", async () => {
  await cluster.run(["sh", "-c", "cat > /tmp/more.crm"], "primitive e1 ocf:pacemaker:Dummy meta target-role=Stopped\n");
  await crm("configure load update /tmp/more.crm", "configure rename e1 e2");
  expect(await cluster.count("//primitive[@id='e2']")).toBe(1);
  await crm("configure save /tmp/saved.crm", "configure delete e2");
  expect(await cluster.count("//primitive[@id='e2']")).toBe(0);
  await crm("configure load push /tmp/saved.crm");
  expect(await cluster.count("//primitive[@id='e2']")).toBe(1);
  // crmsh erases only what is stopped.
  await crm("configure delete e2", "configure property stop-all-resources=true");
  await cluster.untilOn("g1");
  await cluster.until("crm_mon -1", (text) => !/Started|Promoted/.test(text));
  await crm("configure load replace /tmp/saved.crm");
  expect(await cluster.count("//primitive[@id='e2']")).toBe(1);
  await crm("configure graph dot /tmp/graph.dot");
  expect(await cluster.must("cat /tmp/graph.dot")).toContain("g1");
  await cluster.untilOn("g1", "n2");
});

it("stops, starts, restarts, moves, bans and clears", async () => {
  await crm("resource stop cl1");
  await cluster.untilOn("cl1");
  await crm("resource start cl1");
  await cluster.untilOn("cl1", "n1", "n2", "n3");
  const start = "//node_state[@uname='n1']//lrm_resource[@id='c1']/lrm_rsc_op[@operation='start']";
  const before = await cluster.run(["cibadmin", "-Q", "-A", start]);
  await crm("resource restart cl1");
  await cluster.untilOn("cl1", "n1", "n2", "n3");
  const after = await cluster.run(["cibadmin", "-Q", "-A", start]);
  expect(after.text).toMatch(/call-id="\d+"/);
  expect(after.text).not.toBe(before.text);
  await crm("resource ban g1 n2");
  await cluster.untilOn("g1", "n1");
  await crm("resource clear g1");
  await crm("resource move g1 n2 force");
  await cluster.untilOn("g1", "n2");
  await crm("resource clear g1");
  expect(await cluster.count("//rsc_location[@id='cli-prefer-g1' or @id='cli-ban-g1-on-n2']")).toBe(0);
});

it("sets and shows parameters, meta attributes and utilization", async () => {
  expect(await crm("resource param d1 set fake hello", "resource param d1 show fake")).toContain("hello");
  expect(await crm("resource meta d1 set priority 5", "resource meta d1 show priority")).toMatch(/^5$/m);
  expect(await crm("resource utilization d1 set cpu 2", "resource utilization d1 show cpu")).toMatch(/^2$/m);
  expect(await cluster.count("//primitive[@id='d1']//nvpair[@name='fake' or @name='priority' or @name='cpu']")).toBe(3);
  await crm("resource param d1 delete fake", "resource meta d1 delete priority", "resource utilization d1 delete cpu");
  expect(await cluster.count("//primitive[@id='d1']//nvpair[@name='fake' or @name='priority' or @name='cpu']")).toBe(0);
});

it("counts failures, and forgets them", async () => {
  await cluster.lab.exec("n2", ["sh", "-c", "rm /run/Dummy-d1.state"]);
  await cluster.until("crm_mon -1", (text) => /d1 10s-interval monitor on n2 returned 'Not running'/.test(text));
  expect(await crm("resource failcount d1 show n2", "resource failcount d1 set n2 2", "resource failcount d1 show n2")).toMatch(
    /value=1[\s\S]*value=2/,
  );
  expect(await crm("resource failcount d1 delete n2", "resource failcount d1 show n2")).toMatch(/value=0/);
  expect(await crm("resource cleanup d1")).toContain("Cleaned up d1 on n2");
  expect(await cluster.must("crm_mon -1")).not.toContain("Failed Resource Actions");
  const probe = "//node_state[@uname='n3']//lrm_resource[@id='d2']/lrm_rsc_op[@operation='monitor']";
  const before = await cluster.run(["cibadmin", "-Q", "-A", probe]);
  expect(await crm("resource refresh d2")).toContain("Cleaned up d2 on n3");
  await cluster.until("crm_resource --wait --timeout=30", () => true);
  const after = await cluster.run(["cibadmin", "-Q", "-A", probe]);
  expect(after.text).toMatch(/call-id="\d+"/);
  expect(after.text).not.toBe(before.text);
});

it("puts resources and the cluster into maintenance, and back", async () => {
  await crm("resource maintenance g1 on");
  await cluster.until("crm_mon -1", (text) => /d1\s.*maintenance/.test(text));
  await crm("resource maintenance g1 off", "resource unmanage g1");
  await cluster.until("crm_mon -1", (text) => /d1\s.*unmanaged/.test(text));
  await crm("resource manage g1", "maintenance on");
  await cluster.until("crm_mon -1", (text) => text.includes("Resource management is DISABLED"));
  await crm("maintenance off");
  await cluster.until("crm_mon -1", (text) => !/maintenance|unmanaged|Resource management/.test(text));
});

it("takes nodes out of service and back, and gives them attributes", async () => {
  await crm("node standby n3");
  await cluster.untilOn("cl1", "n1", "n2");
  await crm("node online n3");
  await cluster.untilOn("cl1", "n1", "n2", "n3");
  await crm("node maintenance n3");
  await cluster.until("crm_mon -1", (text) => text.includes("Node n3: maintenance"));
  await crm("node ready n3");
  await cluster.until("crm_mon -1", (text) => text.includes("Online: [ n1 n2 n3 ]"));
  expect(await crm("node attribute n1 set rack r1", "node attribute n1 show rack")).toContain("value=r1");
  expect(await crm("node utilization n1 set cpu 8", "node utilization n1 show cpu")).toContain("value=8");
  expect(await crm("node status-attr n1 set probe 7", "node status-attr n1 show probe")).toContain("value=7");
  expect(await cluster.count("//node[@uname='n1']//nvpair[@name='rack' or @name='cpu']")).toBe(2);
  await crm("node attribute n1 delete rack", "node utilization n1 delete cpu", "node status-attr n1 delete probe");
  expect(await cluster.count("//nvpair[@name='rack' or @name='cpu' or @name='probe']")).toBe(0);
});

it("tells about agents, and works on shadows", async () => {
  const told = await crm("ra classes", "ra list stonith", "ra info ocf:pacemaker:Dummy", "ra info stonith:fence_dummy");
  for (const word of ["ocf / heartbeat", "systemd", "fence_dummy", "Example stateless resource agent", "status_file"])
    expect(told).toContain(word);
  await crm("cib new trial", "configure primitive t1 ocf:pacemaker:Dummy");
  expect(await cluster.count("//primitive[@id='t1']")).toBe(0);
  await crm("cib use trial", "cib commit trial");
  expect(await cluster.count("//primitive[@id='t1']")).toBe(1);
  await crm("cib delete trial");
});
