import { describe, expect, it } from "vitest";
import type { ClientRequest } from "../../node/interface/client.ts";
import { okReply } from "../../node/interface/client.ts";
import { SAMPLE_CIB } from "../../output/status/sample-cib.ts";
import type { AgentRunner } from "../../ports/agent-runner.ts";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmResource } from "./crm-resource.ts";

/** One CIB in a file, and the tool on it. */
function onFile() {
  const files = new Map([["cib.xml", SAMPLE_CIB]]);
  const run = (...argv: string[]) => runInMemory(crmResource, argv, { files, environment: { CIB_file: "cib.xml" } });
  return { run, text: () => files.get("cib.xml") ?? "" };
}

describe("crm_resource queries", () => {
  it("locates resources", async () => {
    const { run } = onFile();
    expect(await run("-W", "-r", "ip")).toEqual({ stdout: "resource ip is running on: n1\n", stderr: "", exitCode: 0 });
    expect(await run("--locate", "-r", "www")).toMatchObject({ stderr: "resource www is NOT running\n", stdout: "", exitCode: 0 });
    const unknown = await run("-W", "-r", "nope");
    expect(unknown).toEqual({
      stdout: "",
      stderr: "crm_resource: Resource 'nope' not found\nError performing operation: No such object\n",
      exitCode: 105,
    });
  });

  it("locates as XML", async () => {
    const { stdout } = await onFile().run("-W", "-r", "ip", "--output-as=xml");
    expect(stdout).toContain('  <nodes resource="ip">\n    <node>n1</node>\n  </nodes>\n  <status code="0" message="OK"/>\n');
  });

  it("lists states, ids and the lines for suites", async () => {
    const { run } = onFile();
    expect((await run()).stdout).toContain("Full List of Resources:\n  * ip\t(ocf:heartbeat:IPaddr2):\t Started\n");
    expect((await run("-l")).stdout).toBe("ip\nfs\nwww\n");
    expect((await run("-c")).stdout).toContain(
      "Resource: primitive fs fs web heartbeat ocf Filesystem n1 1 268468514 0x0000000010008122\n",
    );
  });

  it("lists operations with the time of this place, those of offline nodes only where nodes are fenced", async () => {
    const { run } = onFile();
    expect((await run("-O", "-r", "ip")).stdout).toBe(
      "ip\t(ocf:heartbeat:IPaddr2):\t Started: ip_start_0 (node=n1, call=13, rc=0, last-rc-change='<501>', exec=33ms): Done\n",
    );
    expect((await run("-o", "-r", "ip")).stdout).toMatch(/ip_monitor_10000 \(node=n1, call=12, rc=7, .*\n.*ip_start_0/);
    expect((await run("-o", "--output-as=xml")).stdout).toContain('last-rc-change="&lt;501&gt;" exec-time="33"');
    const down = SAMPLE_CIB.replace('in_ccm="true" crmd="online" join="member"', 'in_ccm="false" crmd="offline" join="down"');
    const listed = async (text: string) =>
      (await runInMemory(crmResource, ["-o"], { files: new Map([["cib.xml", text]]), environment: { CIB_file: "cib.xml" } })).stdout;
    expect(await listed(down)).toBe("");
    expect(await listed(down.replace('name="fencing-enabled" value="false"', 'name="fencing-enabled" value="true"'))).toContain(
      "fs_start_0",
    );
  });

  it("lists the parts of a bundle before what is in them", async () => {
    const bundle = `<bundle id="c"><podman image="i" replicas="2"/><network ip-range-start="192.0.2.9"/>
      <primitive id="in" class="ocf" provider="heartbeat" type="apache"/></bundle></resources>`;
    const files = new Map([["cib.xml", SAMPLE_CIB.replace("</resources>", bundle)]]);
    const { stdout } = await runInMemory(crmResource, ["-l"], { files, environment: { CIB_file: "cib.xml" } });
    const parts = [0, 1].flatMap((at) => [`c-ip-192.0.2.${9 + at}`, `c-podman-${at}`, `c-${at}`]);
    expect(stdout.trim().split("\n")).toEqual(["ip", "fs", "www", ...parts, "in:0", "in:1"]);
  });

  it("shows the XML", async () => {
    const { stdout } = await onFile().run("-q", "-r", "fs");
    expect(stdout).toContain('Resource XML:\n<primitive id="fs" class="ocf" provider="heartbeat" type="Filesystem"/>\n');
  });

  it("shows a group by what is in it, and why resources run on a node", async () => {
    const { run } = onFile();
    expect((await run("-q", "-r", "web")).stdout).toMatch(/^fs\t.*Started n1\nwww\t.*\nResource XML:\n<group id="web">/);
    expect((await run("-Y", "-N", "n1")).stdout).toBe("Resource ip is running on host n1\nResource fs is running on host n1\n");
    expect((await run("-Y", "-N", "n1", "-r", "ip", "--output-as=xml")).stdout).toContain('<reason running_on="n1">');
    expect((await run("-O", "-r", "nosuch")).exitCode).toBe(0);
    expect((await run("-l", "-r", "nosuch")).stdout).toBe("ip\nfs\nwww\n");
  });

  it("shows the digests of primitives only, each with what it is of", async () => {
    const { run } = onFile();
    expect((await run("--digests", "-r", "fs", "-N", "n1")).stdout).toMatch(
      /^\w{32} \(all parameters\)\n\w{32} \(non-private parameters\)\n$/,
    );
    expect(await run("--digests", "-r", "web", "-N", "n1")).toMatchObject({ exitCode: 3 });
  });

  it("ignores that only the promoted role is meant where there is none", async () => {
    const { run, text } = onFile();
    expect((await run("-M", "--promoted", "-r", "ip", "-N", "n2")).stdout).toBe("Ignoring --promoted option: ip is not promotable\n");
    expect(text()).toContain('<rsc_location id="cli-prefer-ip" rsc="ip" role="Started" node="n2" score="INFINITY"/>');
  });

  it("needs a resource for commands about one", async () => {
    expect(await onFile().run("-M")).toMatchObject({
      stderr: "crm_resource: Must supply a resource ID with -r/--resource\n",
      exitCode: 64,
    });
  });
});

describe("crm_resource parameters", () => {
  it("sets, shows and deletes a meta attribute", async () => {
    const { run, text } = onFile();
    const set = await run("-r", "ip", "-m", "-p", "is-managed", "-v", "false");
    expect(set.stdout).toBe("Set 'ip' option: id=ip-meta_attributes-is-managed set=ip-meta_attributes name=is-managed value=false\n");
    expect((await run("-r", "ip", "-m", "-g", "is-managed")).stdout).toBe("false\n");
    expect((await run("-r", "ip", "-m", "-d", "is-managed")).stdout).toBe(
      "Deleted 'ip' option: id=ip-meta_attributes-is-managed name=is-managed\n",
    );
    expect(text()).not.toContain("is-managed");
  });

  it("does not tell the id of a pair that it made under the one asked for", async () => {
    const set = await onFile().run("-r", "ip", "-m", "-p", "priority", "-v", "3", "-i", "own");
    expect(set.stdout).toBe("Set 'ip' option: id=(null) set=ip-meta_attributes name=priority value=3\n");
  });

  it("sets no parameter to nothing", async () => {
    const { run, text } = onFile();
    expect(await run("-r", "ip", "-p", "ip", "-v", "")).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining("You need to supply a value with the -v option"),
    });
    expect(text()).toBe(SAMPLE_CIB);
  });

  it("changes a parameter where it is", async () => {
    const { run } = onFile();
    expect((await run("-r", "ip", "-p", "ip", "-v", "192.0.2.9")).stdout).toContain("id=ip-p-ip name=ip value=192.0.2.9");
    expect((await run("-r", "ip", "-g", "ip")).stdout).toBe("192.0.2.9\n");
  });

  it("says when there is no such parameter", async () => {
    expect(await onFile().run("-r", "ip", "-g", "nic")).toMatchObject({
      stderr: "Attribute 'nic' not found for 'ip'\n",
      exitCode: 0,
    });
  });
});

describe("crm_resource on what a clone copies", () => {
  const clone = '<clone id="c"><primitive id="p" class="ocf" provider="pacemaker" type="ping"/></clone></resources>';
  const cloned = () => ({ files: new Map([["cib.xml", SAMPLE_CIB.replace("</resources>", clone)]]), environment: { CIB_file: "cib.xml" } });

  it("locates all instances and writes to the one definition", async () => {
    const world = cloned();
    expect(await runInMemory(crmResource, ["-W", "-r", "p"], world)).toMatchObject({ stderr: "resource p is NOT running\n" });
    const set = await runInMemory(crmResource, ["-r", "p", "-p", "dampen", "-v", "5s"], world);
    expect(set.stdout).toBe("Set 'p' option: id=p-instance_attributes-dampen set=p-instance_attributes name=dampen value=5s\n");
    expect(world.files.get("cib.xml")).toContain('<nvpair id="p-instance_attributes-dampen" name="dampen" value="5s"/>');
  });
});

it("shows attributes that a resource has by its template", async () => {
  const resources = '<template id="t" class="ocf" provider="pacemaker" type="Dummy"/><primitive id="p" template="t"/></resources>';
  const files = new Map([["cib.xml", SAMPLE_CIB.replace("</resources>", resources)]]);
  const run = (...argv: string[]) => runInMemory(crmResource, argv, { files, environment: { CIB_file: "cib.xml" } });
  expect(await run("-r", "p", "-g", "type", "--element")).toMatchObject({ stdout: "Dummy\n", exitCode: 0 });
  expect(await run("-r", "p", "-g", "colour", "--element")).toMatchObject({ stderr: "Attribute 'colour' not found for 'p'\n" });
});

describe("crm_resource parameters of one name", () => {
  it("are shown each time they are come upon, and neither changed nor deleted", async () => {
    const set = (id: string) => `<instance_attributes id="${id}"><nvpair id="${id}-v" name="twice" value="${id}"/></instance_attributes>`;
    const text = SAMPLE_CIB.replace('<instance_attributes id="ip-p">', `${set("one")}${set("two")}$&`);
    const files = new Map([["cib.xml", text]]);
    const run = (...argv: string[]) => runInMemory(crmResource, argv, { files, environment: { CIB_file: "cib.xml" } });
    const shown = "Multiple attributes match name=twice\n  Value: one \t(id=one-v)\n  Value: two \t(id=two-v)\n\n";
    const stderr = "crm_resource: Error performing operation: Multiple items match request\n";
    expect(await run("-r", "ip", "-p", "twice", "-v", "x")).toEqual({ stdout: shown + shown, stderr, exitCode: 109 });
    expect(await run("-r", "ip", "-d", "twice")).toEqual({ stdout: shown + shown, stderr, exitCode: 109 });
    expect(files.get("cib.xml")).toBe(text);
  });
});

describe("crm_resource placement", () => {
  it("moves to a node, which takes back the ban of that node", async () => {
    const { run, text } = onFile();
    await run("-B", "-r", "ip", "-N", "n3");
    expect(await run("-M", "-r", "ip", "-N", "n3")).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    expect(text()).toContain('<rsc_location id="cli-prefer-ip" rsc="ip" role="Started" node="n3" score="INFINITY"/>');
    expect(text()).not.toContain("cli-ban");
    expect(await run("-M", "-r", "ip", "-N", "n1")).toMatchObject({ exitCode: 108 });
  });

  it("leaves what is in several places where it is, though one of them is preferred by force", async () => {
    const clone = SAMPLE_CIB.replace(/<primitive id="ip"[\s\S]*?<\/primitive>/, '<clone id="ips">$&</clone>');
    const state = /<node_state id="1" uname="n1"[\s\S]*?<\/node_state>/.exec(clone)?.[0] ?? "";
    const second = state.replaceAll('id="1"', 'id="2"').replace('uname="n1"', 'uname="n2"');
    const files = new Map([["cib.xml", clone.replace(/<node_state id="2"[^>]*\/>/, second)]]);
    const run = (...argv: string[]) => runInMemory(crmResource, argv, { files, environment: { CIB_file: "cib.xml" } });
    const { stdout } = await run("-r", "ips", "-M", "-N", "n3", "-f");
    expect(stdout).toMatch(
      /^Resource 'ips' is currently active in 2 locations\. One may now move to n3\nTo prevent 'ips' from being active/,
    );
    expect(files.get("cib.xml")).toContain('id="cli-prefer-ips"');
    expect(files.get("cib.xml")).not.toContain("cli-ban");
  });

  it("bans the present node without a node, and clears again", async () => {
    const { run, text } = onFile();
    const { stdout } = await run("--move", "-r", "ip");
    expect(stdout).toContain(
      "WARNING: Creating rsc_location constraint 'cli-ban-ip-on-n1' with a score of -INFINITY for resource ip on n1.\n",
    );
    expect(text()).toContain('<rsc_location id="cli-ban-ip-on-n1" rsc="ip" role="Started" node="n1" score="-INFINITY"/>');
    expect(await run("--ban", "-r", "ip")).toMatchObject({ exitCode: 0 });
    expect((await run("-U", "-r", "ip")).stdout).toBe("Removing constraint: cli-ban-ip-on-n1\n");
    expect(text()).not.toContain("cli-ban");
  });

  it("bans for a span of the calendar, and refuses a span of nothing", async () => {
    const { run, text } = onFile();
    expect((await run("-B", "-r", "ip", "-N", "n3", "-u", "P1M")).stdout).toMatch(
      /^Migration will take effect until: 1970-02-01 00:16:40Z\n/,
    );
    const before = text();
    const said = await run("-B", "-r", "ip", "-N", "n1", "-u", "PT");
    expect([said.exitCode, said.stderr.split("\n")[0]]).toEqual([64, "Invalid duration specified: PT"]);
    expect(text()).toBe(before);
  });

  it("shows where a resource is wanted, by rules too, what was read last first", async () => {
    const constraints = `<constraints>
      <rsc_location id="l1" rsc="ip" node="n3" score="5"/>
      <rsc_location id="l2" rsc="ip"><rule id="r2" score="7"><expression id="e2" attribute="#uname" operation="ne" value="n2"/></rule></rsc_location>
      <rsc_location id="l3" rsc="ip"><rule id="r3" score="9"><date_expression id="e3" operation="gt" start="1980-01-01"/></rule></rsc_location>
      <rsc_location id="l4" rsc="ip" node="unknown" score="5"/>
    </constraints>`;
    const files = new Map([["cib.xml", SAMPLE_CIB.replace("<constraints/>", constraints)]]);
    const run = (...argv: string[]) => runInMemory(crmResource, argv, { files, environment: { CIB_file: "cib.xml" } });
    const lines = (await run("-A", "-r", "ip")).stdout.split("\n");
    expect(lines).toEqual([
      "Locations:",
      "  * Node n3 (score=7, id=r2, rsc=ip)",
      "  * Node n1 (score=7, id=r2, rsc=ip)",
      "  * Node n3 (score=5, id=l1, rsc=ip)",
      "",
    ]);
    expect((await run("-A", "-r", "ip", "--output-as=xml")).stdout).toContain('<rsc_location node="n1" rsc="ip" id="r2" score="7"/>');
  });

  it("cannot ban a stopped resource from nowhere", async () => {
    expect(await onFile().run("-B", "-r", "www")).toMatchObject({ exitCode: 64 });
  });
});

describe("crm_resource on a file", () => {
  const stampsOf = (text: string) => text.match(/ (?:cib-last-written|update-(?:origin|client|user))="[^"]*"/g);

  it("leaves the stamps of the last writer as they are", async () => {
    const { run, text } = onFile();
    await run("-m", "-p", "priority", "-v", "7", "-r", "ip");
    expect(text()).toContain('name="priority" value="7"');
    expect(stampsOf(text())).toEqual(stampsOf(SAMPLE_CIB));
  });

  it("says nothing of its work when it is to be quiet", async () => {
    const { run, text } = onFile();
    expect(await run("-Q", "-m", "-p", "priority", "-v", "7", "-r", "ip")).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    expect(text()).toContain('name="priority" value="7"');
  });

  it("cannot delete what is not there", async () => {
    const { run, text } = onFile();
    const stderr = "crm_resource: Error performing operation: No such object\n";
    expect(await run("-m", "-d", "nosuch", "-r", "ip")).toEqual({ stdout: "", stderr, exitCode: 105 });
    expect(text()).toBe(SAMPLE_CIB);
  });

  it("names the nodes whose clean-up it skips", async () => {
    const { run } = onFile();
    expect(await run("-C")).toMatchObject({ stdout: "Dry run: skipping clean-up of all nodes due to CIB_file\n", stderr: "" });
    expect(await run("-R", "-N", "n1")).toMatchObject({ stdout: "Dry run: skipping clean-up of n1 due to CIB_file\n" });
  });
});

describe("crm_resource clean-up", () => {
  it("is skipped on a file", async () => {
    expect((await onFile().run("-C", "-r", "ip", "-N", "n1")).stderr).toBe("Dry run: skipping clean-up of ip on n1 due to CIB_file\n");
  });

  it("asks the daemon for each member of the group", async () => {
    const asked: ClientRequest[] = [];
    const ask = (request: ClientRequest) => {
      asked.push(request);
      return request.op === "cib"
        ? okReply({ output: SAMPLE_CIB })
        : okReply({ data: request.op === "cleanup" ? [`${request.resource} on n1`] : [] });
    };
    const { stdout } = await runInMemory(crmResource, ["-R", "-r", "fs", "-N", "n1"], { files: new Map(), ask });
    expect(stdout).toBe("Cleaned up fs on n1\nCleaned up www on n1\n");
    expect(asked.slice(1)).toEqual(["fs", "www"].map((resource) => ({ op: "cleanup", resource, node: "n1", isRefresh: true })));
  });
});

describe("crm_resource calls agents", () => {
  const FILE = "/var/lib/pacemaker/lrm/secrets/ip/passwd";
  const pairs = '<nvpair id="ip-i-p" name="passwd" value="lrm://"/><nvpair id="ip-i-o" name="open" value="1"/>';
  const cib = SAMPLE_CIB.replace(
    /<primitive id="ip".*?>/,
    (found) => `${found}<instance_attributes id="ip-i">${pairs}</instance_attributes>`,
  );

  /** Parameters the agent got, if it was called, and the answer of the tool. */
  async function call(secret: readonly string[], ...argv: string[]) {
    const files = new Map([["cib.xml", cib], ...secret.map((text, at) => [`${FILE}${at === 0 ? "" : ".sign"}`, `${text}\n`] as const)]);
    let given: Readonly<Record<string, string>> | undefined;
    const result = { exitCode: 0, operationStatus: 0, exitReason: "", stdout: "", stderr: "", elapsedMs: 1 };
    const agents: AgentRunner = {
      run: ({ parameters }) => {
        given = parameters;
        return { done: Promise.resolve(result), cancel: () => undefined };
      },
      metadata: async () => undefined,
      list: async () => [],
    };
    const environment = { CIB_file: "cib.xml", OCF_RESKEY_passwd: "lrm://" };
    return { answer: await runInMemory(crmResource, argv, { files, environment, agents }), given: () => given };
  }

  const SECRET = ["SecreT_PASS", "e4644b06374cc739e324e36848a3964e"];
  const ACTIONS = ["--force-start", "--force-stop", "--force-check", "--force-promote", "--force-demote", "--validate"];

  it.each(ACTIONS)("%s with the secret in the place of what stands for it, without showing it", async (action) => {
    const { answer, given } = await call(SECRET, "-r", "ip", action, "--output-as=xml");
    expect(given()).toMatchObject({ passwd: "SecreT_PASS", open: "1" });
    expect(answer.exitCode).toBe(0);
    expect(answer.stdout + answer.stderr).not.toContain("SecreT");
  });

  it("but not without it, unless to stop", async () => {
    for (const secret of [[], ["SecreT_PASS"], ["altered", SECRET[1] ?? ""]]) {
      const { answer, given } = await call(secret, "-r", "ip", "--force-start");
      expect(given()).toBeUndefined();
      expect(answer.exitCode).toBe(6);
      expect(answer.stdout).toMatch(
        /^Operation force-start for ip .* returned 6 \(Not configured: the secret passwd of ip .*see cibsecret\)\n/,
      );
    }
    expect((await call([], "-r", "ip", "--force-stop")).given()).toEqual({ open: "1", ip: "192.0.2.1" });
  });

  it("of an agent that is named, which has no secrets", async () => {
    const { answer, given } = await call(SECRET, "--validate", "--class", "ocf", "--provider", "heartbeat", "--agent", "IPaddr2");
    expect([answer.exitCode, given()]).toEqual([6, undefined]);
  });
});
