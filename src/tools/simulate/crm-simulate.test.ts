import { describe, expect, it } from "vitest";
import { crmVerify } from "../cib/crm-verify.ts";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmSimulate } from "./crm-simulate.ts";

const pair = (id: string, name: string, value: string): string => `<nvpair id="${id}" name="${name}" value="${value}"/>`;

/** Two nodes and a device that unfences them; each remembers another definition of it. */
const cibWith = (secondState: string, recordedSecure = "d:fence_scsi:old,"): string => `<cib crm_feature_set="3.20.5"
validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1" dc-uuid="1" execution-date="1700000000"><configuration><crm_config/>
<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
<resources><primitive id="d" class="stonith" type="fence_scsi"><meta_attributes id="d-m">${pair("d-p", "provides", "unfencing")}</meta_attributes></primitive></resources>
<constraints/></configuration><status>${[
  ["1", 'in_ccm="true" crmd="online" join="member" expected="member"'],
  ["2", secondState],
]
  .map(
    ([id, state]) => `<node_state id="${id}" uname="n${id}" ${state}><transient_attributes id="${id}"><instance_attributes id="t${id}">
${pair(`a${id}`, "#digests-all", "d:fence_scsi:old,")}${pair(`b${id}`, "#digests-secure", recordedSecure)}${pair(`c${id}`, "#node-unfenced", "1690000000")}
</instance_attributes></transient_attributes></node_state>`,
  )
  .join("")}</status></cib>`;

const UP = 'in_ccm="true" crmd="online" join="member" expected="member"';
const LOST = 'in_ccm="false" crmd="offline" join="down" expected="member"';
const NONE = "f2317cad3d54cec5d7d7aa7d0bf35cf8";
const DATE = "Using the original execution date of: 2023-11-14 22:13:20Z";

const simulate = async (cib: string, ...argv: string[]): Promise<string[]> => {
  const { stdout } = await runInMemory(crmSimulate, ["-x", "cib.xml", ...argv], { files: new Map([["cib.xml", cib]]) });
  return stdout.split("\n");
};

describe("crm_simulate says of the time", () => {
  it("what it takes for now, each time it reads the status", async () => {
    const lines = await simulate(cibWith(UP), "-S", "-u", "n3");
    const at = lines.flatMap((line, index) => (line === DATE ? [index] : []));
    expect(at.map((index) => [lines[index - 1] ?? "", lines[index + 1] ?? ""])).toEqual([
      ["", "Current cluster status:"],
      ["  * Bringing node n3 online", ""],
      [expect.stringMatching(/^ {2}\* /), ""],
    ]);
    expect(at[0]).toBe(0);
    const given = await simulate(cibWith(UP), "-R", "-u", "n3", "-t", "2024-01-01");
    expect(given.filter((line) => line === "Setting effective cluster time: 2024-01-01")).toHaveLength(2);
  });

  it("nothing, when it is to be quiet", async () => {
    expect((await simulate(cibWith(UP), "-SQ", "-u", "n3")).filter((line) => line !== "")).toEqual([]);
  });
});

describe("crm_simulate says of devices that unfence", () => {
  const changed = (node: string): string[] => [
    `Parameters to d for unfencing ${node} changed, try 'd:fence_scsi:${NONE}'`,
    `notice: Unfencing node ${node} because the definition of d changed`,
  ];

  it("which definitions are new to which node, where scores are shown", async () => {
    const lines = await simulate(cibWith(UP), "-s", "-R");
    const title = lines.indexOf("Assignment Scores:");
    expect(lines.slice(title + 1, title + 5)).toEqual([...changed("n1"), ...changed("n2")]);
    expect(lines.filter((line) => line.startsWith("notice:"))).toHaveLength(2);
    expect((await simulate(cibWith(UP), "-R")).filter((line) => /definition|changed, try/.test(line))).toEqual([]);
    expect((await simulate(cibWith(UP), "-sQ")).filter((line) => /definition|changed, try/.test(line))).toEqual([]);
  });

  it("that only secrets are new, which asks for nothing", async () => {
    const lines = await simulate(cibWith(UP, `d:fence_scsi:${NONE},`), "-s", "-R");
    expect(lines).toContain("Only 'private' parameters to d for unfencing n1 changed");
    expect(lines.join("\n")).not.toContain("because the definition");
  });

  it("the same when a configuration is only verified", async () => {
    const verify = async (state: string, ...argv: string[]): Promise<string> =>
      (await runInMemory(crmVerify, ["-x", "cib.xml", ...argv], { files: new Map([["cib.xml", cibWith(state)]]) })).stdout;
    const note = (node: string): string => changed(node)[1] ?? "";
    expect(await verify(UP)).toBe(`${note("n1")}\n${note("n2")}\n`);
    expect((await verify(LOST)).split("\n")[0]).toBe(note("n2"));
    expect(await verify(UP, "-q")).toBe("");
  });

  it("what is new to a node that is lost, as soon as the status is read", async () => {
    const lines = await simulate(cibWith(LOST), "-R");
    expect(lines.slice(0, 4)).toEqual([DATE, ...changed("n2"), "Current cluster status:"]);
  });
});

it("titles utilization even where it is quiet: only scores are for other programs", async () => {
  expect((await simulate(cibWith(UP), "-UQ"))[0]).toBe("Utilization Information:");
  expect((await simulate(cibWith(UP), "-sUQ"))[0]).toBe("Original: n1 capacity:");
});

describe("operations are injected for", () => {
  const clone = '<clone id="c"><primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/></clone></resources>';
  const history = `<lrm id="2"><lrm_resources><lrm_resource id="a" class="ocf" provider="pacemaker" type="Dummy">
<lrm_rsc_op id="a_last_0" operation_key="a_start_0" operation="start" interval="0" call-id="2" rc-code="0" op-status="0" transition-key="1:1:0:x"/>
</lrm_resource></lrm_resources></lrm></node_state></status>`;
  const failed = (name: string, cib: string) =>
    simulate(cib, "-i", `${name}_monitor_10000@n1=1`).then((lines) =>
      lines.filter((line) => line.includes("Injecting attribute fail-count")),
    );

  it("instances by their number, and by a name only where a history has it", async () => {
    const cib = cibWith(UP).replace("</resources>", clone);
    expect(await failed("a:0", cib)).toHaveLength(1);
    expect(await failed("a", cib)).toEqual([]);
    expect(await failed("a", cib.replace("</node_state></status>", history))).toHaveLength(1);
  });
});

describe("crm_simulate draws for dot, as Pacemaker 2.1.5 does,", () => {
  const dummy = (id: string, meta = ""): string =>
    `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${meta}</primitive>`;
  const unmanaged = `<meta_attributes id="w-m">${pair("w-p", "is-managed", "false")}</meta_attributes>`;
  const known = (id: string, task: string, rc: number): string => `<lrm_resource id="${id}" class="ocf" provider="pacemaker"
type="Dummy"><lrm_rsc_op id="${id}_last_0" operation="${task}" operation_key="${id}_${task}_0" call-id="1" rc-code="${rc}" op-status="0"
interval="0" transition-key="1:1:${rc}:x" transition-magic="0:${rc};1:1:${rc}:x"/></lrm_resource>`;
  const cib = `<cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1"
dc-uuid="1"><configuration><crm_config><cluster_property_set id="o">${pair("f", "fencing-enabled", "false")}</cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/></nodes><resources>${dummy("u")}${dummy("v")}${dummy("w", unmanaged)}</resources>
<constraints><rsc_order id="uv" first="u" then="v"/><rsc_location id="no" rsc="u" node="n1" score="-INFINITY"/></constraints></configuration>
<status><node_state id="1" uname="n1" ${UP}><lrm id="1"><lrm_resources>
${known("u", "monitor", 7)}${known("v", "start", 0)}${known("w", "start", 0)}</lrm_resources></lrm></node_state></status></cib>`;
  const drawn = async (...argv: string[]): Promise<string[]> => {
    const files = new Map([["cib.xml", cib]]);
    await runInMemory(crmSimulate, ["-x", "cib.xml", "-SQ", "-D", "out.dot", ...argv], { files });
    return (files.get("out.dot") ?? "").split("\n").slice(1, -2).sort();
  };
  const wanted = [
    '"v_start_0 n1" [ style=dashed color="red" fontcolor="black"]',
    '"v_stop_0 n1" -> "v_start_0 n1" [ style = dashed]',
    '"v_stop_0 n1" [ style=bold color="green" fontcolor="black"]',
  ];

  it("what will be done, what is wanted and impossible, and the order of both", async () => {
    expect(await drawn()).toEqual(wanted);
  });

  it("with --all-actions also what is not needed or not managed", async () => {
    expect(await drawn("--all-actions")).toEqual([
      '"u_start_0 <none>" -> "v_start_0 n1" [ style = dashed]',
      '"u_start_0 <none>" [ style=dashed color="blue" fontcolor="black"]',
      ...wanted,
      '"w_start_0 n1" [ style=dashed color="red" fontcolor="purple"]',
      '"w_stop_0 n1" [ style=dashed color="red" fontcolor="purple"]',
    ]);
  });
});

describe("crm_simulate shows, as Pacemaker 3.0.2 does,", () => {
  const dummy = (id: string): string => `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"/>`;
  const result = (id: string, task: string, rc: number, more = ""): string => `<lrm_resource id="${id}" class="ocf" provider="pacemaker"
type="Dummy"><lrm_rsc_op id="${id}_last_0" operation="${task}" operation_key="${id}_${task}_0" call-id="1" rc-code="${rc}" op-status="0"
interval="0" transition-key="1:1:0:x" transition-magic="0:${rc};1:1:0:x" ${more}/></lrm_resource>`;
  const state = (id: string, attributes: string, histories = ""): string =>
    `<node_state id="${id}" uname="n${id}" ${attributes}><lrm id="${id}"><lrm_resources>${histories}</lrm_resources></lrm></node_state>`;
  const cluster = (resources: string, states: string): string => `<cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0"
admin_epoch="0" epoch="1" num_updates="0" have-quorum="1" dc-uuid="1"><configuration><crm_config/>
<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/><node id="3" uname="n3"/></nodes><resources>${resources}</resources>
<constraints>${resources.includes('"long-name"') ? '<rsc_location id="off" rsc="long-name" node="n1" score="-INFINITY"/>' : ""}</constraints></configuration><status>${states}</status></cib>`;
  const dead = 'in_ccm="false" crmd="offline" join="down" expected="member"';
  const off = 'in_ccm="false" crmd="offline" join="down" expected="down"';
  const fence = '<primitive id="f" class="stonith" type="null"/>';

  it("the whole summary in columns as wide as its longest lines ask for", async () => {
    const runs = cluster(
      dummy("a") + dummy("long-name") + fence,
      state("1", UP, result("long-name", "start", 0)) + state("2", UP) + state("3", off),
    );
    const lines = await simulate(runs, "-R");
    expect(lines.slice(lines.indexOf("Transition Summary:") + 1)).toEqual([
      "  * Start      a             (       n1 )",
      "  * Move       long-name     ( n1 -> n2 )",
      "  * Start      f             (       n1 )",
      "",
    ]);
    const xml = (await simulate(runs, "-R", "--output-as=xml")).filter((line) => line.includes("<rsc_action"));
    expect(xml[1]).toContain('<rsc_action action="move" resource="long-name" source="n1" dest="n2"/>');
  });

  it("where a resource is that restarts in its place", async () => {
    const changed = state("1", UP, result("a", "start", 0, 'op-digest="other"'));
    const lines = await simulate(cluster(dummy("a") + fence, changed + state("2", off) + state("3", off)), "-R", "--output-as=xml");
    expect(lines.join("\n")).toContain('<rsc_action action="restart" resource="a" source="n1" reason="resource definition change"/>');
  });

  it("fencing in the order in which its need showed, last first", async () => {
    const lost = cluster(fence, state("3", dead) + state("1", UP) + state("2", dead));
    const lines = await simulate(lost, "-R");
    expect(lines.filter((line) => line.includes("Fence")).map((line) => /n\d/.exec(line)?.[0])).toEqual(["n2", "n3"]);
  });

  it("of failures what was recorded", async () => {
    const failures = async (more: string, ...argv: string[]): Promise<string> => {
      const cib = cluster(dummy("a"), state("1", UP, result("a", "start", 1, more)));
      return (await simulate(cib, "-c", ...argv)).find((line) => line.includes(" on n1 'Err") || line.includes("<failure ")) ?? "";
    };
    expect(await failures("")).toBe("    * a_start_0 on n1 'Error occurred' (1): call=1, status='Done'");
    expect(await failures('queue-time="0" exec-time="7"')).toMatch(/status='Done', queued=0ms, exec=7ms$/);
    expect(await failures("", "--output-as=xml")).toContain('exitreason="none"');
  });

  it("fail counts until they are cleared, expired or not", async () => {
    const failing = dummy("a").replace(
      "/>",
      `><meta_attributes id="m">${pair("t", "failure-timeout", "60s")}</meta_attributes></primitive>`,
    );
    const counts = `<transient_attributes id="1"><instance_attributes id="i">${pair("c", "fail-count-a#monitor_5000", "2")}
${pair("l", "last-failure-a#monitor_5000", "100")}</instance_attributes></transient_attributes>`;
    const cib = cluster(failing, state("1", UP, result("a", "start", 0)).replace("</node_state>", `${counts}</node_state>`));
    const lines = await simulate(cib, "-c", "-t", "2024-01-01");
    const at = lines.indexOf("  * Migration Summary:");
    expect(lines.slice(at + 1, at + 3)).toEqual([
      "    * Node: n1:",
      "      * a: migration-threshold=1000000 fail-count=2 last-failure='<100>'",
    ]);
  });

  it("which action it pretends to have failed, outside of the list, and complains about codes that are none", async () => {
    const cib = cluster(dummy("a") + fence, state("1", UP) + state("2", off) + state("3", off));
    const files = new Map([["cib.xml", cib]]);
    const { stdout, stderr } = await runInMemory(crmSimulate, ["-x", "cib.xml", "-S", "-F", "a_start_0@n1=x", "-F", "a_start_0@n1=5"], {
      files,
    });
    expect(stdout).toMatch(/\n {2}\* Resource action: a {15}start on n1\nPretending action \d+ failed with rc=5\n/);
    expect(stderr.split("Invalid failed operation 'a_start_0@n1=x' (result code must be integer)")).toHaveLength(2);
  });

  it("the empty lines before what it leaves out when it is to be quiet", async () => {
    const cib = cluster(dummy("a") + fence, state("1", UP));
    const shape = async (...argv: string[]): Promise<string> => {
      const lines = (await simulate(cib, "-Q", ...argv)).slice(0, -1);
      return lines
        .map((line) => (line === "" ? "_" : "x"))
        .join("")
        .replace(/x+/g, "x");
    };
    expect([await shape("-S"), await shape("-S", "-u", "n2"), await shape("-S", "-q", "true"), await shape("-R", "-u", "n2")]).toEqual([
      "",
      "_",
      "",
      "",
    ]);
    expect([await shape("-Ss"), await shape("-Ss", "-u", "n2"), await shape("-U", "-u", "n2"), await shape("-SU")]).toEqual([
      "x_",
      "_x_",
      "_x",
      "x_",
    ]);
  });

  it("what schemas find wrong, whether or not that is asked for, and that none is used", async () => {
    const good = cluster(dummy("a"), state("1", UP));
    const run = (cib: string) => runInMemory(crmSimulate, ["-x", "cib.xml", "-RQ"], { files: new Map([["cib.xml", cib]]) });
    const schema = /validate-with="[^"]*"/;
    expect(await run(good)).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    const unchecked = await run(good.replace(schema, 'validate-with="none"'));
    expect(unchecked).toMatchObject({
      stderr: expect.stringMatching(/^Schema validation of configuration is disabled .*\n$/),
      exitCode: 0,
    });
    const wrong = await run(good.replace("<primitive ", '<primitive foo="bar" '));
    expect(wrong).toMatchObject({ stderr: expect.stringMatching(/^\S.*"foo".*\n$/), exitCode: 78 });
    expect((await run("junk")).exitCode).toBe(65);
  });

  it("operations whose names have underbars", async () => {
    const cib = cluster(dummy("a") + dummy("a_migrate"), state("1", UP));
    const lines = await simulate(cib, "-i", "a_migrate_from_0@n1=1");
    expect(lines.join("\n")).toContain("Injecting attribute fail-count-a#migrate_from_0=1 ");
  });

  it("no change of the document where an event changes nothing", async () => {
    const version = async (...argv: string[]): Promise<string | undefined> => {
      const files = new Map([["cib.xml", cluster(dummy("a"), state("1", UP))]]);
      await runInMemory(crmSimulate, ["-x", "cib.xml", "-O", "out.xml", ...argv], { files });
      return /num_updates="(\d+)"/.exec(files.get("out.xml") ?? "")?.[1];
    };
    expect(await version("-f", "n1", "-f", "n1")).toBe(await version("-f", "n1"));
    expect(await version("-g", "t", "-g", "t")).toBe(await version("-g", "t"));
  });
});

describe("crm_simulate with files that cannot be written", () => {
  const call = async (...argv: string[]) => {
    const files = new Map([["cib.xml", cibWith(UP)]]);
    return { ...(await runInMemory(crmSimulate, ["-x", "cib.xml", "-S", "-d", "n1", ...argv], { files, missingFolders: ["no"] })), files };
  };

  it("says nothing else when it has nothing to work on", async () => {
    const { stdout, stderr, exitCode } = await call("-O", "no/out.xml");
    expect([stdout, stderr, exitCode]).toEqual(["", "crm_simulate: Could not create 'no/out.xml': No such file or directory\n", 105]);
  });

  it.each([
    ["-I", 105],
    ["-G", 74],
    ["-D", 74],
  ])("shows what it has found until then with %s", async (option, code) => {
    const { stdout, exitCode, files } = await call(option, "no/file", "-O", "out.xml");
    expect([exitCode, stdout]).toEqual([
      code,
      expect.stringMatching(/\nCurrent cluster status:.*\n {2}\* Taking node n1 offline\nUsing [^\n]*\n$/s),
    ]);
    expect(files.get("out.xml")).toContain('crmd="offline"');
  });

  it.each(["/dev/stdout", "-"])("puts what is for the standard output where it belongs, for %s", async (place) => {
    expect((await call("-D", place)).stdout).toMatch(/Current cluster status.*digraph "g" \{.*Transition Summary/s);
    expect((await call("-I", place)).stdout).toMatch(/Current cluster status.*<\/cib>\n.*Transition Summary/s);
    const { stdout } = await call("-O", place);
    expect(stdout).toMatch(/Revised Cluster Status.*<\/cib>\n$/s);
    expect(stdout.match(/<\/cib>/g)).toHaveLength(1);
  });

  it("stores back into the input what it has done until then, and nowhere else", async () => {
    const { exitCode, files } = await call("-X", "-G", "no/file", "-O", "out.xml");
    expect([exitCode, files.has("out.xml")]).toEqual([74, false]);
    expect(files.get("cib.xml")).toContain('crmd="offline"');
  });
});

it("stores what came by the standard input into the file that is named, in place or not", async () => {
  const files = new Map<string, string>();
  await runInMemory(crmSimulate, ["-p", "-X", "-Q", "-u", "n3", "-O", "out.xml"], { files, stdin: cibWith(UP) });
  expect(files.get("out.xml")).toContain('uname="n3"');
});

it("says with -V why its input cannot be read", async () => {
  const { stderr } = await runInMemory(crmSimulate, ["-x", "none.xml", "-V"], { files: new Map() });
  expect(stderr).toContain('XML Error: I/O warning : failed to load "none.xml": No such file or directory\n');
});

it("keeps of migrations no reason why they failed", async () => {
  const files = new Map([["cib.xml", cibWith(UP)]]);
  const reasonOf = async (task: string): Promise<string | undefined> => {
    await runInMemory(crmSimulate, ["-x", "cib.xml", "-O", "out.xml", "-i", `d_${task}_0@n1=1`], { files });
    return / exit-reason="([^"]*)"/.exec(files.get("out.xml") ?? "")?.[1];
  };
  expect(await reasonOf("start")).toBe("Simulated action result");
  expect(await reasonOf("migrate_from")).toBe("");
});

it("changes a shadow in place, but no live configuration", async () => {
  const files = new Map([
    ["cib.xml", cibWith(UP)],
    ["dir/shadow.s", cibWith(UP)],
  ]);
  const call = (environment: Record<string, string>) => runInMemory(crmSimulate, ["-L", "-X", "-Q", "-u", "n3"], { files, environment });
  await call({ CIB_file: "cib.xml" });
  expect(files.get("cib.xml")).toBe(cibWith(UP));
  await call({ CIB_shadow: "s", CIB_shadow_dir: "dir" });
  expect(files.get("dir/shadow.s")).toContain('uname="n3"');
});

it("tells programs everything, quiet or not", async () => {
  const call = async (...argv: string[]) =>
    (await runInMemory(crmSimulate, ["-x", "cib.xml", "-S", ...argv], { files: new Map([["cib.xml", cibWith(UP)]]) })).stdout;
  expect(await call("--quiet", "--output-as=xml")).toContain("<cluster_status>");
  expect(await call("--quiet")).not.toContain("cluster status");
});

it("takes an interval that is no number for none, and a key without one for no resource's", async () => {
  const files = new Map([["cib.xml", cibWith(UP)]]);
  const call = async (spec: string) => runInMemory(crmSimulate, ["-x", "cib.xml", "-i", spec], { files });
  expect((await call("d_monitor_x@n1=1")).stdout).toContain("Injecting attribute fail-count-d#monitor_0=1 into");
  expect((await call("d_monitor@n1=1")).stderr).toBe("Invalid resource name: (null)\n");
  expect((await call("d_monitor_0@n1")).stderr).toMatch(/^Invalid operation spec: .* Only found 2 fields\n$/);
});

it("plans for the time that is given when it takes the time of plans", async () => {
  const files = new Map([["some/a.xml", cibWith(UP)]]);
  const profile = (...argv: string[]) => runInMemory(crmSimulate, ["-P", "some", ...argv], { files });
  expect((await profile()).stdout).toBe("Timings:\n  * Testing some/a.xml ... 0.00 secs\n");
  expect((await profile("-t", "2024-01-01")).stdout).toContain("some/a.xml");
  expect((await profile("-t", "no time")).stdout).toBe("Timings:\n");
  const scored = await profile("-s", "-N", "2", "-t", "2024-01-01");
  const once = [
    "Setting effective cluster time: 2024-01-01",
    ...["n1", "n2"].map((node) => `  * pcmk__primitive_assign: d allocation score on ${node}: 0`),
  ];
  expect(scored.stdout.split("\n")).toEqual(["Timings:", ...once, ...once, "  * Testing some/a.xml ... 0.00 secs", ""]);
  expect((await profile("-sQ")).stdout.split("\n")[0]).toBe("pcmk__primitive_assign: d allocation score on n1: 0");
});

it("takes no number of repetitions that is none, and says that it trusts unseen nodes once only", async () => {
  const options = `<crm_config><cluster_property_set id="o">${pair("f", "fencing-enabled", "false")}</cluster_property_set></crm_config>`;
  const files = new Map([["cib.xml", cibWith(UP).replace("<crm_config/>", options)]]);
  const run = (...argv: string[]) => runInMemory(crmSimulate, ["-x", "cib.xml", ...argv], { files });
  expect(await run("-N", "3x")).toMatchObject({ exitCode: 64, stderr: "crm_simulate: Cannot parse integer value \u201c3x\u201d for -N\n" });
  expect((await run("-N", "99999999999")).stderr).toContain("out of range");
  expect((await run("-S", "-VV")).stderr.match(/Blind faith/g)).toHaveLength(1);
});

describe("crm_simulate shows of bundles", () => {
  const bundled = (inside: string, history: string): string => `<cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0"
admin_epoch="0" epoch="1" num_updates="0" have-quorum="1" dc-uuid="1" execution-date="1700000000"><configuration>
<crm_config><cluster_property_set id="o">${pair("o-f", "fencing-enabled", "false")}</cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/></nodes><resources><bundle id="web">${inside}</bundle></resources><constraints/></configuration>
<status><node_state id="1" uname="n1" ${UP}><lrm id="1"><lrm_resources>${history}</lrm_resources></lrm></node_state></status></cib>`;

  it("those of which only an address is up", async () => {
    const address = `<lrm_resource id="web-ip-10.0.0.1" class="ocf" provider="heartbeat" type="IPaddr2"><lrm_rsc_op id="web-ip-10.0.0.1_last_0"
operation_key="web-ip-10.0.0.1_start_0" operation="start" call-id="1" rc-code="0" op-status="0" interval="0" last-rc-change="1699999999"
transition-key="1:1:0:a" transition-magic="0:0;1:1:0:a" op-digest="${NONE}"/></lrm_resource>`;
    const inside = '<podman image="i" replicas="2" replicas-per-host="2"/><network ip-range-start="10.0.0.1"/>';
    const lines = await simulate(bundled(inside, address));
    expect(lines).toContain("    * Container bundle set: web [i] (unique):");
    expect(lines).toContain("      * web-podman-0 (10.0.0.1)\t(ocf:heartbeat:podman):\t Stopped");
  });

  it("that several on one host were asked for, though they cannot be told apart there", async () => {
    const inside =
      '<podman image="i" replicas="2" replicas-per-host="2"/><network control-port="3121"/><primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/>';
    expect(await simulate(bundled(inside, ""))).toContain("    * Container bundle set: web [i] (unique):");
  });
});
