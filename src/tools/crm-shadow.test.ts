import { describe, expect, it } from "vitest";
import { emptyCib } from "../cib/document.ts";
import { writePretty } from "../xml/write.ts";
import { crmAttribute } from "./crm-attribute.ts";
import { crmDiff } from "./crm-diff.ts";
import { crmShadow } from "./crm-shadow.ts";
import { runInMemory } from "./memory-ports.ts";

function world(shadow?: string) {
  return {
    files: new Map([["cib.xml", writePretty(emptyCib(1))]]),
    environment: { CIB_file: "cib.xml", CIB_shadow_dir: "/s", ...(shadow === undefined ? {} : { CIB_shadow: shadow }) },
  };
}

describe("crm_shadow", () => {
  it("copies the configuration, shows what was changed in the copy, and brings it back", async () => {
    const outside = world();
    const created = await runInMemory(crmShadow, ["-b", "-c", "test"], outside);
    expect(created.stdout).toContain("\texport CIB_shadow=test");
    const inside = { ...world("test"), files: outside.files };
    expect((await runInMemory(crmShadow, ["-d"], inside)).exitCode).toBe(0);
    await runInMemory(crmAttribute, ["-n", "maintenance-mode", "-v", "true"], inside);
    const diff = await runInMemory(crmShadow, ["-d"], inside);
    expect(diff.exitCode).toBe(1);
    expect(diff.stdout).toMatch(/^\+\+ \/cib\/configuration\/crm_config:\s+<cluster_property_set id="cib-bootstrap-options">$/m);
    expect(outside.files.get("cib.xml")).not.toContain("maintenance-mode");
    expect((await runInMemory(crmShadow, ["-C", "test", "--force"], inside)).exitCode).toBe(0);
    expect(outside.files.get("cib.xml")).toContain("maintenance-mode");
  });

  it("does nothing dangerous without --force", async () => {
    const here = world();
    await runInMemory(crmShadow, ["-b", "-e", "a"], here);
    expect((await runInMemory(crmShadow, ["-b", "-e", "a"], here)).exitCode).toBe(73);
    expect((await runInMemory(crmShadow, ["-D", "a"], here)).stderr).toContain("the --force flag is required");
    expect((await runInMemory(crmShadow, ["-D", "a", "-f"], here)).exitCode).toBe(0);
    expect((await runInMemory(crmShadow, ["-F"], here)).exitCode).toBe(105);
  });
});

describe("crm_diff", () => {
  it("makes patches that lead from one document to the other", async () => {
    const files = new Map([
      [
        "a.xml",
        '<cib epoch="1" num_updates="0" admin_epoch="0"><configuration><!-- one --><x id="1" a="b"/><x id="2"/></configuration></cib>',
      ],
      [
        "b.xml",
        '<cib epoch="2" num_updates="0" admin_epoch="0"><configuration><x id="2" c="d"/><!-- two --><x id="1"/></configuration></cib>',
      ],
    ]);
    const patch = await runInMemory(crmDiff, ["-o", "a.xml", "-n", "b.xml"], { files });
    expect(patch.exitCode).toBe(1);
    files.set("p.xml", patch.stdout);
    const patched = await runInMemory(crmDiff, ["-o", "a.xml", "-p", "p.xml"], { files });
    files.set("c.xml", patched.stdout);
    expect(await runInMemory(crmDiff, ["-o", "c.xml", "-n", "b.xml"], { files })).toEqual({ stdout: "", stderr: "", exitCode: 0 });
  });
});
