import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmSimulate } from "./crm-simulate.ts";

const cluster = (resources: string, attributes: string, options = ""): string => `<cib crm_feature_set="3.20.5"
validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="7" have-quorum="1" dc-uuid="x1" execution-date="1700000000"><configuration>
<crm_config><cluster_property_set id="own"><nvpair id="nf" name="fencing-enabled" value="false"/>${options}</cluster_property_set></crm_config>
<nodes><node id="x1" uname="n1"/></nodes><resources>${resources}</resources><constraints/></configuration>
<status><node_state id="x1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">
<transient_attributes id="x1"><instance_attributes id="t">${attributes}</instance_attributes></transient_attributes></node_state></status></cib>`;

const dummy = (id: string, inside = ""): string =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inside}</primitive>`;
const guest = `<meta_attributes id="gm"><nvpair id="gn" name="remote-node" value="g"/></meta_attributes>`;
const count = (id: string, value: string): string => `<nvpair id="${id}" name="fail-count-a#monitor_10000" value="${value}"/>`;

/** The document that comes out, line by line, without spaces in front. */
async function simulated(cib: string, ...argv: string[]): Promise<string[]> {
  const files = new Map([["cib.xml", cib]]);
  await runInMemory(crmSimulate, ["-x", "cib.xml", "-Q", "-O", "out.xml", ...argv], { files });
  return (files.get("out.xml") ?? "").split("\n").map((line) => line.trim());
}

describe("crm_simulate makes up", () => {
  it("nodes for guests too, where nodes are brought up by name", async () => {
    const cib = cluster(dummy("vm", guest) + dummy("a"), "");
    const nodes = async (...argv: string[]) => (await simulated(cib, ...argv)).filter((line) => line.startsWith("<node "));
    expect(await nodes("-S")).toEqual(['<node id="x1" uname="n1"/>']);
    expect(await nodes("-S", "-u", "n1")).toEqual(['<node id="x1" uname="n1"/>', '<node id="g" uname="g"/>']);
  });

  it("the state of the node that is meant, in whatever case its name is", async () => {
    const lines = await simulated(cluster(dummy("a"), ""), "-R", "-d", "N1");
    expect(lines.filter((line) => line.startsWith("<node_state "))).toEqual([
      '<node_state id="x1" uname="N1" in_ccm="false" crmd="offline" join="down" expected="down" crm-debug-origin="crm_simulate"/>',
    ]);
  });

  it("failures on top of the one number that is known, under an id of their own", async () => {
    const counts = async (attributes: string) =>
      (await simulated(cluster(dummy("a"), attributes), "-R", "-i", "a_monitor_10000@n1=1")).filter((line) => line.includes("fail-count"));
    const made = "t-fail-count-a.monitor_10000";
    expect(await counts("")).toEqual([count(made, "1")]);
    expect(await counts(count(made, "3"))).toEqual([count(made, "4")]);
    expect(await counts(count("other", "3"))).toEqual([count("other", "3"), count(made, "4")]);
    expect(await counts(count("other", "INFINITY"))).toEqual([count("other", "INFINITY"), count(made, "1")]);
    expect(await counts(count(made, "3") + count("other", "5"))).toEqual([count(made, "1"), count("other", "5")]);
    expect(await counts(`<nvpair id="${made}" name="fail-count-b#monitor_10000" value="3"/>`)).toEqual([count(made, "1")]);
  });

  it("a watchdog where there is one already, and nothing if that says the same", async () => {
    const cib = cluster(dummy("a"), "", '<nvpair id="w" name="have-watchdog" value="false"/>');
    const [same] = await simulated(cib, "-R", "-w", "false");
    expect(same).toContain('epoch="1" num_updates="7"');
    const lines = await simulated(cib, "-R", "-w", "true");
    expect(lines[0]).toContain('epoch="2" num_updates="0"');
    expect(lines.filter((line) => line.includes("have-watchdog"))).toEqual(['<nvpair id="w" name="have-watchdog" value="true"/>']);
  });
});
