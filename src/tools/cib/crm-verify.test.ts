import { describe, expect, it } from "vitest";
import { SAMPLE_CIB } from "../../output/status/sample-cib.ts";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmVerify } from "./crm-verify.ts";

const verify = (text: string, ...argv: string[]) => runInMemory(crmVerify, ["-p", ...argv], { files: new Map(), stdin: text });

describe("crm_verify", () => {
  it("is silent about a good configuration", async () => {
    expect(await verify(SAMPLE_CIB)).toEqual({ stdout: "", stderr: "", exitCode: 0 });
  });

  it("needs an input", async () => {
    const result = await runInMemory(crmVerify, [], { files: new Map() });
    expect(result).toEqual({ stdout: "", stderr: "crm_verify: No input specified\n", exitCode: 1 });
  });

  it("hides the details without -V", async () => {
    expect(await verify("<cib/>")).toEqual({
      stdout: "",
      stderr: "Configuration invalid (-V may provide more detail)\n",
      exitCode: 78,
    });
  });

  it("names the element, the attribute and the reason", async () => {
    const { stderr, exitCode } = await verify(SAMPLE_CIB.replace('class="lsb" ', ""), "-V");
    expect(exitCode).toBe(78);
    expect(stderr).toContain(
      "element primitive: Relax-NG validity error : /cib/configuration/resources/group[@id='web']/primitive[@id='www']",
    );
    expect(stderr).toContain('attribute "class" of <primitive> is missing');
  });

  it("names the line of broken XML", async () => {
    const files = new Map([["bad.xml", "<cib>\n  <configuration>\n</cib>"]]);
    const { stderr, exitCode } = await runInMemory(crmVerify, ["-x", "bad.xml", "-V"], { files });
    expect(exitCode).toBe(78);
    expect(stderr).toContain("bad.xml:3: parser error : ");
    expect(stderr).toMatch(/\ncrm_verify: Verification failed: Unable to parse CIB XML \(bad\.xml: line 3, column 1: .*\)\n$/);
  });

  it("says the same of a file that cannot be read, whatever was asked for, and why in the log", async () => {
    for (const option of ["-V", "-q"]) {
      const { stderr, exitCode } = await runInMemory(crmVerify, ["-x", "none.xml", option], { files: new Map() });
      const lines = stderr.split("\n").slice(-2);
      expect([lines, exitCode]).toEqual([
        ["crm_verify: Verification failed: Unable to parse CIB XML (none.xml: No such file or directory)", ""],
        78,
      ]);
      expect(stderr.includes('I/O warning : failed to load "none.xml": No such file or directory')).toBe(option === "-V");
    }
  });

  it("says of a target role that means nothing, and of a kind of order, as often as they are looked at", async () => {
    const count = async (text: string, said: RegExp): Promise<number> => (await verify(text, "-V")).stderr.match(said)?.length ?? 0;
    const promoted = (id: string, rest: string): string =>
      SAMPLE_CIB.replace(
        `id="${id}"${rest}>`,
        `id="${id}"${rest}><meta_attributes id="t"><nvpair id="t1" name="target-role" value="Promoted"/></meta_attributes>`,
      );
    const text = promoted("ip", ' class="ocf" provider="heartbeat" type="IPaddr2"');
    expect(await count(text, /Ignoring 'target-role' for ip /g)).toBe(2);
    expect(await count(text.replace(/<lrm_resource id="ip".*?<\/lrm_resource>/s, ""), /Ignoring 'target-role' for ip /g)).toBe(1);
    const order = (inside: string): string =>
      SAMPLE_CIB.replace("<constraints/>", `<constraints><rsc_order id="o" kind="foo"${inside}</constraints>`).replace(
        "pacemaker-4.0",
        "none",
      );
    const set = '<resource_set id="s"><resource_ref id="ip"/><resource_ref id="fs"/></resource_set>';
    expect(await count(order(' first="ip" then="fs"/>'), /Resetting 'kind'/g)).toBe(4);
    expect(await count(order(`>${set}</rsc_order>`), /Resetting 'kind'/g)).toBe(2);
  });

  it("wants to know the schema, and says in any case that none is used", async () => {
    const named = (value: string): string => SAMPLE_CIB.replace(/ validate-with="[^"]*"/, value);
    const complaint = (word: string): string =>
      `error: Cannot validate CIB with ${word} validate-with (manually edit to use a known schema)\nerror: CIB did not pass schema validation\nConfiguration invalid\n`;
    expect(await verify(named(""), "-V")).toMatchObject({ stderr: complaint("missing"), exitCode: 78 });
    expect(await verify(named(' validate-with="pacemaker-9.9"'), "-V")).toMatchObject({ stderr: complaint("unknown"), exitCode: 78 });
    const unchecked = named(' validate-with="none"');
    expect(await verify(unchecked, "-q")).toMatchObject({
      stderr: expect.stringMatching(/^Schema validation .* disabled .*\n$/),
      exitCode: 78,
    });
    expect((await verify(unchecked)).stderr).toMatch(
      /^Schema validation .*\nConfiguration may need attention \(-V may provide more detail\)\n$/,
    );
    expect((await verify(unchecked, "-V")).stderr.match(/Support for validate-with='none'/g)).toHaveLength(2);
  });

  it("finds constraints about nothing, and schedules times that are none", async () => {
    const constraint = '<constraints><rsc_location id="l" rsc="nix" node="n1" score="4"/></constraints>';
    const operation = '<operations><op id="o" name="monitor" interval="tens"/></operations>';
    const dangling = SAMPLE_CIB.replace("<constraints/>", constraint);
    const unknown = await verify(dangling, "-V");
    expect([unknown.exitCode, unknown.stderr]).toEqual([78, expect.stringContaining('IDREF attribute rsc references an unknown ID "nix"')]);
    const text = dangling
      .replace(/validate-with="[^"]*"/, 'validate-with="none"')
      .replace('value="192.0.2.1"/></instance_attributes>', `$&${operation}`);
    const { stderr } = await verify(text, "-V");
    expect(stderr).toContain("error: Ignoring constraint 'l' because 'nix' is not a valid resource or tag");
    expect(stderr).not.toContain("tens");
  });

  it("shows problems where they come up, among what the log says", async () => {
    const unchecked = SAMPLE_CIB.replace(/validate-with="[^"]*"/, 'validate-with="none"').replace("fencing-enabled", "stonith-enabled");
    const lines = (await verify(unchecked, "-VV")).stderr.split("\n").map((line) => line.slice(0, 40));
    expect(lines).toEqual([
      "warning: Support for validate-with='none",
      "warning: Support for validate-with='none",
      "Schema validation of configuration is di",
      "(unpack_config@kodou) \twarning: Blind fa",
      ...Array(3).fill("(decode_transition_key@kodou) \twarning: "),
      "(unpack_rsc_op_failure@kodou) \twarning: ",
      "Configuration may need attention",
      "",
    ]);
  });

  it("tells lack of quorum before it looks at nodes, and what failed for good among the results", async () => {
    const inquorate = SAMPLE_CIB.replace(/have-quorum="[^"]*"/, 'have-quorum="0"');
    const lines = (await verify(inquorate, "-VV")).stderr.split("\n");
    expect(lines[1]).toBe("(cluster_status@kodou) \twarning: Fencing and resource management disabled due to lack of quorum");
  });

  it("does not count what is on its way out against a configuration", async () => {
    const old = SAMPLE_CIB.replace("fencing-enabled", "stonith-enabled");
    expect((await verify(old)).exitCode).toBe((await verify(SAMPLE_CIB)).exitCode);
    expect((await verify(old, "-V")).stderr).toBe((await verify(SAMPLE_CIB, "-V")).stderr);
    expect((await verify(old, "-VV")).stderr).toBe((await verify(SAMPLE_CIB, "-VV")).stderr);
    expect((await verify(old, "-VVV")).stderr).toContain("Support for legacy name 'stonith-enabled'");
  });

  it("tells what failed by its entry in the history, and when", async () => {
    const [line] = (await verify(SAMPLE_CIB, "-VV")).stderr.split("\n").filter((one) => one.includes("Unexpected result"));
    expect(line).toMatch(/ was recorded for monitor of ip on n1 at <\d+> \| exit-status=7 id=ip_last_failure_0$/);
  });

  it("warns of what failed too often, and of nodes that are going to be fenced", async () => {
    const warnings = async (text: string): Promise<string[]> =>
      (await verify(text, "-VV")).stderr.split("\n").flatMap((line) => line.split("warning: ").slice(1));
    const limited = (threshold: number): string =>
      SAMPLE_CIB.replace(
        '<instance_attributes id="ip-p">',
        `<meta_attributes id="ip-m"><nvpair id="ip-m-t" name="migration-threshold" value="${threshold}"/></meta_attributes>$&`,
      );
    const banned =
      "ip cannot run on n1 due to reaching migration threshold (clean up resource to allow again) | failures=2 migration-threshold=2";
    expect(await warnings(limited(2))).toContain(banned);
    expect((await warnings(limited(3))).join()).not.toContain("migration threshold");
    const fencing = SAMPLE_CIB.replace('name="fencing-enabled" value="false"', 'name="fencing-enabled" value="true"').replace(
      "<group",
      '<primitive id="fencer" class="stonith" type="fence_x"/><group',
    );
    expect((await warnings(fencing)).filter((line) => line.startsWith("Scheduling"))).toEqual(["Scheduling node n3 for fencing"]);
    expect((await warnings(SAMPLE_CIB)).join()).not.toContain("Scheduling");
    const unmanaged = fencing.replace('<nvpair id="o2"', '<nvpair id="o4" name="maintenance-mode" value="true"/>$&');
    expect((await warnings(unmanaged)).join()).not.toContain("Scheduling");
    expect((await verify(unmanaged, "-V")).stderr).toContain("warning: Node n3 is unclean but cannot be fenced");
  });

  /** Two nodes, of which n2 is as `state` says, and what is given. */
  const twoNodes = (state: string, resources: string, constraints = "", history = "", options = ""): string =>
    `<cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0" epoch="1" num_updates="0" admin_epoch="0" have-quorum="1"><configuration>
    <crm_config><cluster_property_set id="o"><nvpair id="of" name="fencing-enabled" value="true"/>${options}</cluster_property_set></crm_config>
    <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
    <resources><primitive id="fencer" class="stonith" type="fence_x"/>${resources}</resources><constraints>${constraints}</constraints></configuration>
    <status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources/></lrm></node_state>
    <node_state id="2" uname="n2" ${state}><lrm id="2"><lrm_resources>${history}</lrm_resources></lrm></node_state></status></cib>`;
  const UP = 'in_ccm="true" crmd="online" join="member" expected="member"';
  const dummy = (id: string, inside = ""): string =>
    `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inside}</primitive>`;
  const ran = (id: string, ...results: string[]): string =>
    `<lrm_resource id="${id}" class="ocf" provider="pacemaker" type="Dummy">${results.join("")}</lrm_resource>`;
  const result = (id: string, task: string, code: number, interval = 0, more = ""): string =>
    `<lrm_rsc_op id="${id}" operation="${task}" operation_key="${id}" interval="${interval}" rc-code="${code}" op-status="0" call-id="5" transition-key="1:1:0:12345678-1234-1234-1234-123456789012" ${more}/>`;
  const logOf = async (text: string): Promise<string[]> =>
    (await verify(text, "-VV")).stderr.split("\n").map((line) => line.replace(/^\(\w+@kodou\) \t/, ""));

  it("tells what a plan comes upon: orders against a guest, and what nodes that are down cannot do", async () => {
    const guest = dummy("vm", '<meta_attributes id="vm-m"><nvpair id="vm-m-r" name="remote-node" value="g"/></meta_attributes>');
    const order = '<rsc_order id="inside-first" first="A" then="vm"/>';
    const place = '<rsc_location id="l" rsc="A" node="g" score="INFINITY"/>';
    const invalid = twoNodes(UP, guest + dummy("A"), order + place);
    expect(await logOf(invalid)).toContain("warning: Invalid ordering constraint between A and vm");
    expect((await verify(invalid)).exitCode).toBe(78);
    expect((await verify(twoNodes(UP, guest + dummy("A"), place))).exitCode).toBe(0);
    const lost = twoNodes(
      'in_ccm="false" crmd="offline" join="down" expected="member"',
      dummy("A"),
      "",
      ran("A", result("A_start_0", "start", 0)),
    );
    expect(await logOf(lost)).toEqual(
      expect.arrayContaining([
        "warning: Cluster node n2 will be fenced: peer is no longer part of the cluster",
        "warning: n2 is unclean",
        "warning: A_stop_0 on n2 is unrunnable (node is offline)",
        "warning: Scheduling node n2 for fencing",
      ]),
    );
    const pending = twoNodes('in_ccm="true" crmd="offline" join="pending"', dummy("A"));
    expect(await logOf(pending)).toContain("warning: Action A_monitor_0 on n2 is unrunnable (node is pending)");
  });

  it("tells that a resource that has to be on two nodes got one of them, and that a node cannot leave", async () => {
    const places = ["n1", "n2"].map((node) => `<rsc_location id="l-${node}" rsc="A" node="${node}" score="INFINITY"/>`).join("");
    const running = ran("A", result("A_start_0", "start", 0));
    expect(await logOf(twoNodes(UP, dummy("A"), places, running))).toContain("warning: Chose n2 for A from 2 nodes with score INFINITY");
    expect((await logOf(twoNodes(UP, dummy("A"), places))).join()).not.toContain("Chose");
    const stopBlocks = dummy("A", '<operations><op id="stop" name="stop" interval="0" on-fail="block"/></operations>');
    const failed = ran("A", result("A_last_failure_0", "stop", 1));
    const request =
      '<transient_attributes id="2"><instance_attributes id="t"><nvpair id="ts" name="shutdown" value="1700000000"/></instance_attributes></transient_attributes>';
    const leaving = twoNodes(UP, stopBlocks, "", failed).replace('<lrm id="2">', `${request}$&`);
    const refusal = "crit: Cannot shut down n2 because of A: unmanaged failed (A_stop_0)";
    expect(await logOf(leaving)).toContain(refusal);
    expect((await verify(leaving, "-V")).stderr).toContain(refusal);
  });

  it("tells of results by what is made of them", async () => {
    const operation = (onFail: string): string =>
      dummy("A", `<operations><op id="m" name="monitor" interval="10" on-fail="${onFail}"/></operations>`);
    const history = ran("A", result("A_start_0", "start", 0), result("A_monitor_10000", "monitor", 7, 10_000));
    const text = (onFail: string): Promise<string[]> => logOf(twoNodes(UP, operation(onFail), "", history));
    expect((await text("ignore")).join("\n")).toMatch(
      /warning: Pretending failed monitor \(Not running\) of A on n2 at unknown_time succeeded/,
    );
    expect((await text("restart")).join("\n")).toMatch(/warning: Unexpected result \(Not running\) was recorded for monitor of A on n2/);
    const hard = ran("A", result("A_last_failure_0", "start", 2));
    expect((await logOf(twoNodes(UP, dummy("A"), "", hard))).join("\n")).toContain(
      "error: Preventing A from restarting on n2 because of hard failure (Invalid parameter) | A_last_failure_0",
    );
    const signal = ran("A", result("A_last_failure_0", "start", 152));
    expect((await logOf(twoNodes(UP, dummy("A"), "", signal))).join("\n")).toContain("Unexpected result (Interrupted by signal)");
  });

  it("tells of values of nodes that mean nothing, and what has to wait for unfencing", async () => {
    const attributes =
      '<transient_attributes id="2"><instance_attributes id="t"><nvpair id="th" name="#health-disk" value="bad"/><nvpair id="tf" name="fail-count-A#start_0" value="many"/></instance_attributes></transient_attributes>';
    const byHealth =
      '<rsc_location id="l" rsc="A"><rule id="r" score-attribute="#health-disk"><expression id="e" attribute="#uname" operation="defined"/></rule></rsc_location>';
    const odd = twoNodes(
      'in_ccm="perhaps" crmd="up"',
      dummy("A"),
      byHealth,
      "",
      '<nvpair id="os" name="node-health-strategy" value="only-green"/>',
    );
    expect(await logOf(odd.replace('<lrm id="2">', `${attributes}$&`))).toEqual(
      expect.arrayContaining([
        "warning: Unrecognized value 'perhaps' for in_ccm in node_state entry",
        "warning: Unrecognized value 'up' for crmd in node_state entry, assuming offline",
        "warning: Ignoring #health-disk for n2 because 'bad' is not a valid value: Bad input value provided",
        "warning: Ignoring location l for node n2 because node attribute #health-disk value 'bad' is not a valid score: Bad input value provided",
        "warning: Ignoring fail-count-A#start_0 for n2 because 'many' is not a valid fail count: Bad input value provided",
      ]),
    );
    const unfenced = dummy("A", '<meta_attributes id="am"><nvpair id="amr" name="requires" value="unfencing"/></meta_attributes>');
    const running = ran("A", result("A_start_0", "start", 0));
    expect(await logOf(twoNodes(UP, unfenced, "", running))).toContain("error: Stopping A until n2 can be unfenced");
  });

  it("refuses counters and switches of the CIB that are none", async () => {
    const { exitCode, stderr } = await verify(SAMPLE_CIB.replace(/ epoch="[^"]*"/, ' epoch="-1"'), "-V");
    expect([exitCode, stderr]).toEqual([78, expect.stringContaining('attribute "epoch" must be a number that is not negative, not "-1"')]);
    const quorum = SAMPLE_CIB.replace(/ have-quorum="[^"]*"/, ' have-quorum="perhaps"');
    expect((await verify(quorum, "-V")).stderr).toContain('attribute "have-quorum" must be one of true, false, 1, 0, not "perhaps"');
  });

  it("warns of a failure timeout that has no effect", async () => {
    const kept = dummy(
      "A",
      '<meta_attributes id="am"><nvpair id="amt" name="failure-timeout" value="90s"/></meta_attributes><operations><op id="s" name="stop" interval="0" on-fail="block"/></operations>',
    );
    const attributes =
      '<transient_attributes id="2"><instance_attributes id="t"><nvpair id="tf" name="fail-count-A#stop_0" value="1"/></instance_attributes></transient_attributes>';
    const history = ran("A", result("A_last_failure_0", "stop", 1, 0, 'last-rc-change="1000"'));
    const text = twoNodes(UP, kept, "", history).replace('<lrm id="2">', `${attributes}$&`);
    expect(await logOf(text)).toContain("warning: Ignoring failure timeout (1m30s) for A because it conflicts with on-fail=block");
    expect((await verify(text)).exitCode).toBe(78);
  });

  it("says what is wrong with the answer to a failure also where no action is made by it", async () => {
    const stopped = dummy(
      "A",
      '<meta_attributes id="am"><nvpair id="amt" name="target-role" value="Stopped"/></meta_attributes><operations><op id="s" name="start" interval="0" on-fail="fence"/></operations>',
    );
    const text = twoNodes(UP, stopped, "", ran("A", result("A_start_0", "start", 1))).replace(
      'fencing-enabled" value="true',
      'fencing-enabled" value="false',
    );
    const error = "error: Resetting 'on-fail' for start of A to 'stop' because 'fence' is not valid when fencing is disabled";
    expect([await logOf(text), (await verify(text)).exitCode]).toEqual([expect.arrayContaining([error]), 78]);
  });

  it.each([
    ["true", 78],
    ["false", 0],
  ])("reads what happened on a node that is down only where it would be fenced: %s", async (isFenced, exitCode) => {
    const cancelled = ran("A", result("A_start_0", "start", 0).replace('op-status="0"', 'op-status="1"'));
    const text = twoNodes('in_ccm="false" crmd="offline"', dummy("A"), "", cancelled);
    expect((await verify(text.replace('fencing-enabled" value="true', `fencing-enabled" value="${isFenced}`))).exitCode).toBe(exitCode);
  });

  it("tells warnings from errors by the exit code when asked to", async () => {
    const warned = SAMPLE_CIB.replace("<constraints/>", '<constraints><rsc_order id="o" first="web" then="web2"/></constraints>');
    expect((await verify(warned, "--distinct-codes")).exitCode).toBe(78);
    const doubtful = SAMPLE_CIB.replace(
      "</resources>",
      '<primitive id="x" class="lsb" type="x"><meta_attributes id="xm"><nvpair id="xn" name="priority" value="much"/></meta_attributes></primitive></resources>',
    );
    expect(await verify(doubtful, "--distinct-codes")).toMatchObject({
      exitCode: 1,
      stderr: "Configuration may need attention (-V may provide more detail)\n",
    });
    expect((await verify(doubtful)).exitCode).toBe(78);
  });

  it("says that nothing starts without a fencing device", async () => {
    const { stderr, exitCode } = await verify(SAMPLE_CIB.replace("fencing-enabled", "no-such-option"), "-V");
    expect(stderr).toContain("Resource start-up disabled since no fencing resources have been defined");
    expect(exitCode).toBe(78);
  });
});
