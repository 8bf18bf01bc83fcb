import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor, LabCluster } from "../../src/lab/lab-cluster.ts";
import type { ProcessResult } from "../../src/ports/process-runner.ts";
import { PROGRAMS } from "./programs.ts";
import { requirePackages, requireRoot } from "./requirements.ts";

const TAG = `a${process.pid.toString(36)}`;
const NODES = ["n1", "n2"] as const;
const DENIED = 4;
const DISCONNECTED = 102;

const HA_CF = `logfile /var/log/ha-log
keepalive 200ms
deadtime 3
warntime 1
initdead 10
bcast eth2
node n1 n2
`;

/** Numbers that no account of a usual system has. */
const GROUP = 64_900;
const USERS = { ann: 64_901, bob: 64_902, carl: 64_903, eve: 64_904 } as const;
type User = keyof typeof USERS;
const MEMBERS: readonly User[] = ["ann", "bob", "carl"];

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="o">
    <nvpair id="o-fencing" name="fencing-enabled" value="false"/><nvpair id="o-acl" name="enable-acl" value="true"/>
  </cluster_property_set></crm_config>
  <nodes/>
  <resources>
    <primitive id="web" class="ocf" provider="kodou" type="Dummy"><instance_attributes id="web-a"><nvpair id="web-p" name="password" value="tiger"/></instance_attributes></primitive>
    <primitive id="db" class="ocf" provider="kodou" type="Dummy"><instance_attributes id="db-a"><nvpair id="db-p" name="password" value="lion"/></instance_attributes></primitive>
  </resources>
  <constraints/>
  <acls>
    <acl_target id="ann"><role id="web-admin"/></acl_target>
    <acl_group id="auditors"><role id="reader"/></acl_group>
    <acl_role id="web-admin">
      <acl_permission id="p1" kind="deny" xpath="//nvpair[@name='password']"/>
      <acl_permission id="p2" kind="write" xpath="//primitive[@id='web']"/>
      <acl_permission id="p3" kind="write" xpath="//node_state[@uname='n2']/transient_attributes"/>
    </acl_role>
    <acl_role id="reader"><acl_permission id="p4" kind="deny" xpath="//nvpair[@name='password']"/><acl_permission id="p5" kind="read" xpath="/cib"/></acl_role>
  </acls>
</configuration>`;

let lab: Lab;
let cluster: LabCluster;

const asUser = (node: string, user: User, name: string, ...words: string[]): Promise<ProcessResult> => {
  const groups = MEMBERS.includes(user) ? String(GROUP) : String(USERS[user]);
  const rights = ["setpriv", `--reuid=${USERS[user]}`, `--regid=${USERS[user]}`, `--groups=${groups}`, "--"];
  return lab.exec(node, [...rights, process.execPath, join(PROGRAMS, `${name}.cjs`), ...words], { timeoutMs: 60_000 });
};
const code = (result: ProcessResult): number => (result.ending.kind === "exited" ? result.ending.exitCode : -1);

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "util-linux", "procps");
  lab = await Lab.up({ tag: TAG, nodes: NODES, binds: bindsFor(PROGRAMS) });
  cluster = new LabCluster(lab, PROGRAMS);
  await cluster.configure(HA_CF, "a key of the test of access rights");
  const accounts = Object.entries(USERS).map(([name, uid]) => `${name}:x:${uid}:${uid}::/:/bin/sh`);
  const groups = [
    `haclient:x:${GROUP}:${MEMBERS.join(",")}`,
    "auditors:x:64910:bob",
    ...Object.entries(USERS).map(([name, uid]) => `${name}:x:${uid}:`),
  ];
  const script = `sed -i /^haclient:/d /etc/group; printf '%s\\n' ${accounts.map((line) => `'${line}'`).join(" ")} >>/etc/passwd; printf '%s\\n' ${groups.map((line) => `'${line}'`).join(" ")} >>/etc/group`;
  for (const node of NODES) await lab.exec(node, ["sh", "-c", script]);
  await Promise.all(NODES.map((node) => cluster.start(node)));
  await cluster.mustTool("n1", "cibadmin", "-R", "-o", "configuration", "-X", CONFIGURATION);
}, 120_000);
afterAll(async () => {
  await lab?.down();
});

describe("users of a running cluster", () => {
  // The DC is one of the two: what is asked on the other one is forwarded with the user's name.
  it.each(NODES)("see on %s what their ACLs show, by name and by group", async (node) => {
    const ann = await asUser(node, "ann", "cibadmin", "-Q");
    expect(code(ann), ann.stderr).toBe(0);
    expect(ann.stdout).toContain('id="web"');
    for (const hidden of ["tiger", "lion", 'id="db"', "acl_role"]) expect(ann.stdout).not.toContain(hidden);
    const bob = await asUser(node, "bob", "cibadmin", "-Q");
    expect(bob.stdout).toContain("acl_role");
    expect(bob.stdout).not.toMatch(/tiger|lion/);
    const carl = await asUser(node, "carl", "cibadmin", "-Q");
    expect([code(carl), carl.stdout]).toEqual([DENIED, ""]);
    expect((await cluster.mustTool(node, "cibadmin", "-Q")).includes("tiger")).toBe(true);
  });

  it.each(NODES)("change on %s what they may, under their own name", async (node) => {
    const allowed = await asUser(node, "ann", "crm_resource", "-r", "web", "--meta", "-p", "description", "-v", `by-ann-${node}`);
    expect(code(allowed), allowed.stderr).toBe(0);
    const cib = await cluster.mustTool("n1", "cibadmin", "-Q");
    expect(cib).toContain(`by-ann-${node}`);
    expect(cib).toContain('update-user="ann"');
    const foreign = await asUser(node, "ann", "cibadmin", "-M", "-X", '<nvpair id="db-p" value="changed"/>');
    expect(code(foreign)).not.toBe(0);
    const reader = await asUser(node, "bob", "crm_attribute", "-t", "crm_config", "-n", "x", "-v", "1");
    expect(code(reader)).toBe(DENIED);
    const after = await cluster.mustTool("n1", "cibadmin", "-Q");
    expect(after).toContain('value="lion"');
    expect(after).not.toContain('name="x"');
  });

  it("cannot pass for others", async () => {
    for (const other of ["root", "hacluster", "bob"]) {
      const result = await asUser("n1", "ann", "cibadmin", "-Q", "-U", other);
      expect(code(result)).toBe(DENIED);
      expect(result.stderr).toContain("may not act for user");
    }
    const forRoot = await cluster.tool("n1", "cibadmin", "-Q", "-U", "ann");
    expect(forRoot.stdout).toContain('id="web"');
    expect(forRoot.stdout).not.toMatch(/tiger|lion/);
  });

  it("are told by no error what is hidden from them", async () => {
    const answers = [];
    for (const guess of ["lion", "wrong"]) {
      const result = await asUser("n1", "ann", "cibadmin", "-M", "--xpath", `//nvpair[@value='${guess}']`, "-X", '<nvpair name="x"/>');
      answers.push([code(result), result.stdout, result.stderr]);
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it("have their attributes judged too, and cannot fence or stop", async () => {
    expect(code(await asUser("n1", "ann", "attrd_updater", "-n", "speed", "-U", "9", "-N", "n2"))).toBe(0);
    expect(code(await asUser("n2", "ann", "attrd_updater", "-n", "speed", "-U", "9", "-N", "n1"))).toBe(DENIED);
    expect(code(await asUser("n1", "bob", "attrd_updater", "-n", "speed", "-U", "8", "-N", "n2"))).toBe(DENIED);
    expect(code(await asUser("n1", "bob", "crm_resource", "-C", "-r", "web"))).toBe(DENIED);
    expect(code(await asUser("n1", "bob", "stonith_admin", "-F", "n2"))).toBe(DENIED);
    expect(code(await asUser("n1", "carl", "stonith_admin", "-H", "n2"))).toBe(DENIED);
    expect((await cluster.mustTool("n1", "crm_node", "-p")).trim().split(/\s+/)).toHaveLength(2);
  });

  it("outside the group haclient cannot even call", async () => {
    const result = await asUser("n1", "eve", "cibadmin", "-Q");
    expect(code(result)).toBe(DISCONNECTED);
    expect(result.stderr).toContain("members of the group haclient");
  });

  it("who prove nothing, or prove it by what is not theirs, are refused", async () => {
    // A member of the group that shows a folder it did not make: root's own, a link to one, one others can write.
    const attack = (prove: string): string => `
      const net = require("node:net"), fs = require("node:fs");
      const frame = (value) => { const body = Buffer.from(JSON.stringify(value)); const head = Buffer.alloc(4); head.writeUInt32BE(body.length); return Buffer.concat([head, body]); };
      const socket = net.connect("/run/kodou/kodoud-users.sock");
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString("latin1");
        const asked = /"prove":"([^"]+)"/.exec(text);
        if (!asked || socket.isAsked) return;
        socket.isAsked = true;
        ${prove.replaceAll("PATH", "asked[1]")}
        socket.write(Buffer.concat([frame({ proven: true }), frame({ id: 1, request: { op: "cib", client: "x", request: { operation: "query" } } })]));
      });
      socket.on("close", () => process.stdout.write(text));`;
    const proofs = ["", 'fs.symlinkSync("/root", PATH)', 'fs.writeFileSync(PATH, "")', "process.umask(0); fs.mkdirSync(PATH, 0o777)"];
    for (const proof of proofs) {
      const words = [
        "setpriv",
        `--reuid=${USERS.ann}`,
        `--regid=${USERS.ann}`,
        `--groups=${GROUP}`,
        "--",
        process.execPath,
        "-e",
        attack(proof),
      ];
      const result = await lab.exec("n1", words, { timeoutMs: 30_000 });
      expect(result.stdout, `${proof}: ${result.stderr}`).toContain("refused");
      expect(result.stdout).not.toContain("<cib");
    }
  });
});
