import { afterAll, beforeAll, expect, it } from "vitest";
import { requirePackages, requireRoot } from "./requirements.ts";
import { NODES, ShellCluster, shellTag } from "./shell-cluster.ts";
import { eventually } from "./waiting.ts";

let cluster: ShellCluster;

/** Runs pcs commands one after the other; each has to succeed. Gives what they printed. */
async function pcs(...lines: readonly string[]): Promise<string> {
  let text = "";
  for (const line of lines) text += await cluster.must(`pcs ${line}`);
  return text;
}

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "nftables", "socat", "util-linux", "procps", "iputils-ping", "iputils-arping");
  requirePackages("pcs", "pacemaker-resource-agents", "resource-agents");
  cluster = await ShellCluster.up(shellTag("pcs"));
});
afterAll(async () => {
  await cluster?.down();
});

it("shows the state of the cluster, from kodou's tools and answers", async () => {
  expect(await pcs("status --full", "status nodes")).toMatch(/Cluster name: kodou[\s\S]*Online: n1 n2 n3/);
  expect(await pcs("quorum status")).toMatch(/Quorate:\s+Yes[\s\S]*n1 \(local\)/);
});

it("creates resources of every kind, and they run", async () => {
  await pcs(
    "property set stonith-enabled=false",
    "resource create p1 ocf:pacemaker:Dummy op monitor interval=10s --group web",
    "resource create p2 ocf:pacemaker:Dummy --group web",
    "resource create c1 ocf:pacemaker:Dummy clone interleave=true",
    "resource create s1 ocf:pacemaker:Stateful promotable",
    "resource update p1 fake=x meta priority=3",
  );
  await cluster.untilOn("c1-clone", ...NODES);
  await cluster.until("crm_resource --locate --resource s1-clone", (text) => text.includes("Promoted"));
  expect(await pcs("resource config p1")).toMatch(/fake=x[\s\S]*priority=3/);
  expect(await cluster.count("//group[@id='web']/primitive")).toBe(2);
});

it("moves, bans, clears, disables and enables", async () => {
  const locate = await cluster.until("crm_resource --locate --resource web", (text) => text.includes("is running on"));
  const [here = "n1"] = /n\d/.exec(locate) ?? [];
  const there = here === "n3" ? "n2" : "n3";
  await pcs(`resource move web ${there}`);
  await cluster.untilOn("web", there);
  expect(await cluster.count("//rsc_location[@rsc='web']")).toBe(0);
  await pcs(`resource ban web ${there}`);
  expect(await cluster.count(`//rsc_location[@id='cli-ban-web-on-${there}']`)).toBe(1);
  await cluster.until("crm_resource --locate --resource web", (text) => /is running on: n\d/.test(text) && !text.includes(there));
  await pcs("resource clear web", "resource disable --safe web");
  await cluster.untilOn("web");
  await pcs("resource enable web");
  expect(await pcs("resource disable --simulate c1-clone")).toMatch(/Stop\s+c1:\d/);
  await cluster.untilOn("c1-clone", ...NODES);
});

it("cleans up, refreshes and relocates", async () => {
  const probe = "//node_state[@uname='n1']//lrm_resource[@id='c1']/lrm_rsc_op[@operation='monitor']";
  const before = await cluster.run(["cibadmin", "-Q", "-A", probe]);
  expect(await pcs("resource cleanup", "resource refresh c1")).toContain("Cleaned up c1 on n1");
  await cluster.until(`cibadmin -Q -A ${probe}`, (text) => text !== before.text && text.includes("call-id"));
  await cluster.untilOn("c1-clone", ...NODES);
  await pcs("constraint location web prefers n2=500", "resource relocate run web");
  await cluster.untilOn("web", "n2");
});

it("makes constraints of every kind, with rules", async () => {
  await pcs(
    "constraint location web avoids n3",
    "constraint location web rule score=10 #uname eq n1",
    "constraint colocation add web with c1-clone 20",
    "constraint order start c1-clone then web",
    "constraint order set c1-clone s1-clone setoptions id=first-all",
    "constraint ticket add T web loss-policy=stop id=ticketed",
  );
  expect(await pcs("constraint --full")).toMatch(/Expression: #uname eq n1[\s\S]*first-all/);
  expect(await cluster.count("//constraints/rsc_order | //constraints/rsc_colocation | //constraints/rsc_ticket")).toBe(4);
  await pcs("constraint delete first-all", "constraint delete ticketed");
  expect(await cluster.count("//rsc_ticket")).toBe(0);
  await cluster.untilOn("web", "n2");
});

it("takes nodes out of service and back, and gives them attributes", async () => {
  await pcs("node standby n2");
  await cluster.untilOn("web", "n1");
  await pcs("node unstandby n2", "node maintenance n3");
  await cluster.until("crm_mon -1", (text) => text.includes("Node n3: maintenance"));
  await pcs("node unmaintenance n3", "node attribute n1 rack=r1", "node utilization n1 cpu=4", "resource utilization p1 cpu=1");
  expect(await cluster.count("//node[@uname='n1']//nvpair[@name='rack' or @name='cpu'] | //primitive[@id='p1']//nvpair[@name='cpu']")).toBe(
    3,
  );
  await cluster.untilOn("web", "n2");
});

it("writes tags, roles, alerts and defaults", async () => {
  await pcs("tag create both p1 c1-clone", "acl role create reader read xpath /cib", "acl user create hacluster reader");
  await pcs(
    "alert create path=/bin/true id=told",
    "alert recipient add told value=someone",
    "resource defaults update resource-stickiness=5",
  );
  const config = await pcs("tag config", "acl config", "alert config", "resource defaults config");
  for (const word of ["both", "Role: reader", "told", "someone", "resource-stickiness=5"]) expect(config).toContain(word);
  await pcs("tag delete both", "acl role delete reader", "alert delete told");
  expect(await cluster.count("//tags/tag | //acls/acl_role | //alerts/alert")).toBe(0);
});

it("works on files, pushes them, verifies, and deletes", async () => {
  await pcs("cluster cib /tmp/cib.xml", "-f /tmp/cib.xml resource create f1 ocf:pacemaker:Dummy");
  expect(await cluster.count("//primitive[@id='f1']")).toBe(0);
  await pcs("cluster cib-push /tmp/cib.xml --config", "cluster verify", "resource delete s1-clone");
  await cluster.until("crm_resource --locate --resource f1", (text) => /is running on: n\d/.test(text));
  expect(await cluster.count("//primitive[@id='s1']")).toBe(0);
});

it("fences by a device of the topology, and remembers it", async () => {
  await pcs("stonith create power lab --force", "stonith level add 1 n3 power", "property set stonith-enabled=true");
  expect(await pcs("stonith level config")).toContain("Level 1 - power");
  await cluster.until("crm_resource --locate --resource power", (text) => /is running on: n\d/.test(text));
  await pcs("stonith fence n3");
  expect(await pcs("stonith history show n3")).toMatch(/reboot of n3 successful/);
  await cluster.until("crm_node -p", (text) => text.includes("n3"));
  await cluster.untilOnAll("stonith_admin -VH n3", (text) => text.includes("reboot of n3 successful"));
  expect(await pcs("stonith history update")).toContain("gather fencing-history from all nodes");
  expect(await pcs("stonith history cleanup")).toContain("cleaning up fencing-history for node *");
  await cluster.untilOnAll("stonith_admin -VH *", (text) => text === "0 events found\n");
});

it("fences by what was registered for the nodes with an attribute", async () => {
  await pcs("node attribute n2 rack=7");
  await cluster.must("stonith_admin -R spare -a lab");
  await cluster.must("stonith_admin -r rack=7 -i 1 -v spare");
  expect(await pcs("stonith level config")).toMatch(/rack=7\s+Level 1 - spare/);
  await cluster.must("stonith_admin -B n2 -t 60");
  // The DC's log names the device; the fenced node may still be starting.
  const isNamed = async (node: string): Promise<boolean> => {
    const { stdout } = await cluster.lab.exec(node, ["grep", "-c", "fencing n2 (reboot) by spare", "/var/log/ha-log"]);
    return Number(stdout) > 0;
  };
  await eventually(
    "the device in a log",
    async () => {
      const found = await Promise.allSettled(NODES.map(isNamed));
      return found.some((one) => one.status === "fulfilled" && one.value) ? true : undefined;
    },
    60_000,
  );
  await cluster.until("crm_node -p", (text) => text.includes("n2"));
  await cluster.must("stonith_admin -d rack=7");
  await cluster.must("stonith_admin -D spare");
  expect(await cluster.count("//fencing-level[@target-attribute] | //primitive[@id='spare']")).toBe(0);
});

it("upgrades the configuration to the newest schema", async () => {
  await pcs("cluster cib-upgrade");
  expect(await cluster.count("/cib[@validate-with='pacemaker-4.0']")).toBe(1);
});
