import { describe, expect, it } from "vitest";
import { devicesFor } from "../../fencing/device.ts";
import { parseXml } from "../../xml/parse.ts";
import { type MemoryWorld, runInMemory } from "../frame/memory-ports.ts";
import { stonithAdmin } from "./stonith-admin.ts";

const CIB = `<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config/>
  <nodes><node id="1" uname="n1"/><node id="2" uname="n2"><instance_attributes id="i"><nvpair id="i-rack" name="rack" value="7"/></instance_attributes></node></nodes>
  <resources><primitive id="own" class="stonith" type="fence_own"/></resources><constraints/>
  <fencing-topology><fencing-level id="l" target="n1" index="2" devices="own"/></fencing-topology></configuration><status/></cib>`;

function cluster(): {
  world: MemoryWorld;
  admin: (...argv: string[]) => Promise<{ exitCode: number; stderr: string }>;
  levels: (node: string) => string[][];
} {
  const world = { files: new Map([["cib.xml", CIB]]), environment: { CIB_file: "cib.xml", OCF_RESKEY_passwd: "p&q" } };
  return {
    world,
    admin: (...argv) => runInMemory(stonithAdmin, argv, world),
    levels: (node) => {
      const parsed = parseXml(world.files.get("cib.xml") ?? "");
      if (!parsed.ok) throw new Error(parsed.error.message);
      return devicesFor(parsed.value, node).map((level) => level.map((device) => device.id));
    },
  };
}

describe("stonith_admin --register", () => {
  it("makes a device that all nodes can use, and another one of it", async () => {
    const { world, admin } = cluster();
    expect(await admin("-R", "dev", "-a", "fence_x", "-o", "ip=a=b", "-e", "passwd")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await admin("-R", "dev", "--agent=external/y", "-o", "ip=2")).toMatchObject({ exitCode: 0, stderr: "" });
    const text = world.files.get("cib.xml") ?? "";
    expect(text).toContain('type="external/y"');
    expect(text).toContain('<nvpair id="dev-instance_attributes-ip" name="ip" value="2"/>');
    expect(text).not.toContain("p&amp;q");
    expect(await admin("-D", "dev")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(world.files.get("cib.xml")).not.toContain('id="dev"');
  });

  it("needs an agent, and leaves what was configured alone", async () => {
    const { world, admin } = cluster();
    expect((await admin("-R", "dev")).exitCode).toBe(64);
    for (const argv of [
      ["-R", "own", "-a", "fence_x"],
      ["-D", "own"],
      ["-r", "n1", "-i", "2", "-v", "own"],
      ["-d", "n1"],
    ]) {
      const { exitCode, stderr } = await admin(...argv);
      expect([exitCode, stderr]).toEqual([107, expect.stringContaining("was configured, not registered")]);
    }
    expect(world.files.get("cib.xml")).toBe(CIB);
    expect(await admin("-D", "nothing")).toMatchObject({ exitCode: 0, stderr: "" });
  });
});

describe("stonith_admin --register-level", () => {
  it("makes levels for a node, for a pattern, and for an attribute", async () => {
    const { admin, levels } = cluster();
    await admin("-R", "a", "-a", "fence_x");
    await admin("-R", "b", "-a", "fence_x");
    expect((await admin("-r", "n1", "-i", "1", "-v", "a", "-v", "b")).exitCode).toBe(0);
    expect(levels("n1")).toEqual([["a", "b"], ["own"]]);
    expect((await admin("-r", "rack=7", "-i", "1", "-v", "b")).exitCode).toBe(0);
    expect(levels("n2")).toEqual([["b"]]);
    expect((await admin("-r", "@n[34]", "-i", "3", "-v", "a")).exitCode).toBe(0);
    expect(levels("n4")).toEqual([["a"]]);
    expect((await admin("-r", "n1", "-i", "1", "-v", "b")).exitCode).toBe(0);
    expect(levels("n1")).toEqual([["b"], ["own"]]);
    expect((await admin("-d", "n1", "-i", "1")).exitCode).toBe(0);
    expect((await admin("-d", "rack=7")).exitCode).toBe(0);
    expect([levels("n1"), levels("n2")]).toEqual([[["own"]], [["own"], ["a"], ["b"]]]);
  });

  it.each([
    ["no level", ["-v", "own"]],
    ["a level beyond the last", ["-i", "10", "-v", "own"]],
    ["no device", ["-i", "1"]],
  ])("refuses %s", async (_what, argv) => {
    const { world, admin } = cluster();
    expect((await admin("-r", "n2", ...argv)).exitCode).toBe(64);
    expect(world.files.get("cib.xml")).toBe(CIB);
  });
});
