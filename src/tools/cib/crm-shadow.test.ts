import { describe, expect, it } from "vitest";
import { emptyCib } from "../../cib/document.ts";
import { writePretty } from "../../xml/write.ts";
import { crmAttribute } from "../attributes/crm-attribute.ts";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmDiff } from "./crm-diff.ts";
import { crmShadow } from "./crm-shadow.ts";

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

  it("says which editor or shell cannot be started", async () => {
    const here = { ...world("a"), environment: { ...world("a").environment, EDITOR: "/no/editor", SHELL: "/no/shell" } };
    const created = await runInMemory(crmShadow, ["-e", "b"], here);
    expect([created.stderr, created.exitCode]).toEqual([
      "crm_shadow: Failed to launch shell '/no/shell': No such file or directory\n",
      105,
    ]);
    await runInMemory(crmShadow, ["-b", "-e", "a"], here);
    const edited = await runInMemory(crmShadow, ["-E"], here);
    const text = "crm_shadow: Could not invoke EDITOR (/no/editor /s/shadow.a): No such file or directory\n";
    expect([edited.stderr, edited.exitCode]).toEqual([text, 72]);
  });

  it("makes the usual folder of shadows, and no other", async () => {
    const here = { ...world(), missingFolders: ["/s", "/home/tester/.cib"] };
    const lost = await runInMemory(crmShadow, ["-b", "-e", "a"], here);
    expect([lost.stdout, lost.stderr, lost.exitCode]).toEqual([
      "Created new pacemaker-4.0 configuration\n",
      "crm_shadow: Could not create the shadow instance 'a': No such file or directory\n",
      105,
    ]);
    const usual = { ...here, environment: { CIB_file: "cib.xml", HOME: "/home/tester" } };
    expect((await runInMemory(crmShadow, ["-b", "-e", "a/b"], usual)).exitCode).toBe(105);
    expect((await runInMemory(crmShadow, ["-b", "-e", "a"], usual)).exitCode).toBe(0);
    expect([...here.files.keys()]).toEqual(["cib.xml", "/home/tester/.cib/shadow.a"]);
  });

  it("tells what is wrong with a copy, or a cluster's file, that is no document", async () => {
    const logged = (shadow: string) => ({ ...world(shadow), environment: { ...world(shadow).environment, PCMK_stderr: "1" } });
    const here = logged("a");
    here.files.set("/s/shadow.a", "");
    const shown = await runInMemory(crmShadow, ["-p"], here);
    expect(shown.stderr.replace(/\(\w+@kodou\) \terror: /g, "").split("\n")).toEqual([
      "XML Error: /s/shadow.a:1: parser error : Document is empty",
      "XML Error: ",
      "XML Error: ^",
      "crm_shadow: Could not parse XML from input file '/s/shadow.a' (/s/shadow.a: line 1, column 1: document has no root element)",
      "",
    ]);
    here.files.set("cib.xml", "<cib>");
    const { stderr, exitCode } = await runInMemory(crmShadow, ["-b", "-c", "b"], here);
    expect(stderr).toMatch(/ cib\.xml:1: parser error : Premature end of data in tag cib line 1\n/);
    expect(stderr).toMatch(
      /\ncrm_shadow: Could not connect to CIB: Update does not conform to the configured schema \(cib\.xml: line 1, column 6: <cib> is not closed\)\n$/,
    );
    expect(exitCode).toBe(78);
  });

  it("says what was made before the shell starts", async () => {
    const here = { ...world(), environment: { ...world().environment, SHELL: "/no/shell" } };
    expect((await runInMemory(crmShadow, ["-e", "b"], here)).stderr).toContain("Failed to launch shell");
    const xml = await runInMemory(crmShadow, ["-b", "-e", "c", "--output-as=xml"], world());
    expect(xml.stdout).not.toContain("Created new");
  });

  it("says that the cluster's file is missing before it looks at the copy", async () => {
    const here = { ...world("a"), files: new Map<string, string>() };
    await runInMemory(crmShadow, ["-b", "-e", "a"], here);
    const { stderr, exitCode } = await runInMemory(crmShadow, ["-C", "a", "-f"], here);
    expect([stderr, exitCode]).toEqual([
      "crm_shadow: Could not connect to CIB: No such device or address (cib.xml: No such file or directory)\n",
      105,
    ]);
  });
});

describe("help", () => {
  const help = async (option: string) => (await runInMemory(crmShadow, [option], world())).stdout.replace(/ +/g, " ");

  it("names the groups first and shows one when asked", async () => {
    expect(await help("--help")).toMatch(/^Usage:\n crm_shadow \[OPTION\?\] <query>\|<command>\n\nperform Pacemaker/);
    expect(await help("--help")).toContain("\n --help-queries Show query help\n");
    expect(await help("--help")).not.toContain("--create-empty=name");
    expect(await help("--help-commands")).toContain("\nCommands:\n -c, --create=name Create the named");
    expect(await help("--help-all")).toMatch(/Queries:[\s\S]*Commands:[\s\S]*Additional Options:[\s\S]*Application Options:/);
  });

  it("is told to who gives no command", async () => {
    const { stderr, exitCode } = await runInMemory(crmShadow, [], world());
    expect([stderr.split("\n").slice(0, 4), exitCode]).toEqual([
      ["crm_shadow: Must specify a query or command option", "", "Usage:", "  crm_shadow [OPTION\u2026] <query>|<command>"],
      64,
    ]);
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

  it("tells of another active copy only where one is active", async () => {
    const text = "crm_shadow: The delete command removes the specified shadow file.\n";
    const force = "To prevent accidental destruction of the shadow file, the --force flag is required in order to proceed.\n";
    const other = (active: string) => `Additionally, the supplied shadow instance (a) is not the same as the active one (${active}).\n`;
    expect((await runInMemory(crmShadow, ["-D", "a"], world())).stderr).toBe(`${text}${force}`);
    expect((await runInMemory(crmShadow, ["-D", "a"], world("a"))).stderr).toBe(`${text}${force}`);
    expect((await runInMemory(crmShadow, ["-D", "a"], world("b"))).stderr).toBe(`${text}${other("b")}${force}`);
    expect((await runInMemory(crmShadow, ["-D", "a"], world(""))).stderr).toBe(`${text}${other("")}${force}`);
  });

  it("does not commit a copy without a configuration", async () => {
    const here = world("a");
    here.files.set("/s/shadow.a", "<cib/>");
    const { stderr, exitCode } = await runInMemory(crmShadow, ["-C", "a", "-f"], here);
    expect([stderr, exitCode]).toEqual(["crm_shadow: Could not commit shadow instance 'a' to the CIB: Invalid argument\n", 70]);
  });
});
