import { describe, expect, it } from "vitest";
import { type ClientReply, type ClientRequest, failReply, okReply } from "../node/interface/client.ts";
import { parseXml } from "../xml/parse.ts";
import { ALL_TOOLS } from "./all-tools.ts";
import { type MemoryWorld, runInMemory } from "./frame/memory-ports.ts";
import { COMMON_OPTIONS } from "./frame/option-table.ts";
import type { Tool } from "./frame/tool.ts";

const CIB = `<cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0">
<configuration><crm_config><cluster_property_set id="o"><nvpair id="o-f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/></nodes>
<resources><primitive id="d" class="ocf" provider="pacemaker" type="Dummy"/></resources>
<constraints><rsc_location id="l" rsc="d" node="n1" score="1"><!-- kept --></rsc_location></constraints></configuration>
<status><tickets><ticket_state id="A" granted="false"/></tickets></status></cib>`;

const world = (files: Record<string, string> = { "cib.xml": CIB }, environment: Record<string, string> = {}) => ({
  files: new Map(Object.entries(files)),
  environment: { CIB_file: "cib.xml", CIB_shadow_dir: "/s", PCMK_stderr: "1", ...environment },
});
const tool = (name: string): Tool => {
  const found = ALL_TOOLS.get(name);
  if (!found) throw new Error(`no tool ${name}`);
  return found;
};
const all = [...ALL_TOOLS].map(([name, one]) => [name, one] as const);

/** Runs a call that is to fail: with this code, something said, in one line of the tool's, and nothing changed. */
async function expectRefusal(
  name: string,
  argv: readonly string[],
  exitCode: number | undefined,
  text: RegExp,
  here: MemoryWorld = world(),
): Promise<void> {
  const before = new Map(here.files);
  const result = await runInMemory(tool(name), argv, here);
  const call = [name, ...argv].join(" ");
  expect([call, result.exitCode]).toEqual([call, exitCode ?? expect.any(Number)]);
  expect(result.exitCode).toBeGreaterThan(0);
  expect([call, result.stderr]).toEqual([call, expect.stringMatching(text)]);
  expect(result.stderr).not.toMatch(/\bat .*\.ts:\d+|undefined|\[object/);
  expect([call, new Map(here.files)]).toEqual([call, before]);
}

describe.each(all)("%s refuses and changes nothing", (name, { description }) => {
  it("options it does not have", async () => {
    await expectRefusal(name, ["--no-such-option"], 64, /Unknown option --no-such-option\n/);
    await expectRefusal(name, ["--no-such-option=1"], 64, /Unknown option --no-such-option=1\n/);
    await expectRefusal(name, ["--__proto__"], 64, /Unknown option --__proto__\n/);
    await expectRefusal(name, ["-%"], 64, /Unknown option -%\n/);
  });

  it("options without their value, and values nobody asked for", async () => {
    for (const option of [...description.options, ...COMMON_OPTIONS]) {
      if (option.argument === undefined) {
        await expectRefusal(name, [`--${option.name}=x`], 64, new RegExp(`Option --${option.name} takes no argument\n`));
      } else if (option.isArgumentOptional !== true) {
        await expectRefusal(name, [`--${option.name}`], 64, new RegExp(`Missing argument for --${option.name}\n`));
        if (option.short !== undefined) await expectRefusal(name, [`-${option.short}`], 64, /Missing argument for -./);
      }
    }
  });

  it("formats it does not know", async () => {
    const exitCode = ["iso8601", "crm_simulate", "crm_ticket"].includes(name) ? 105 : 1;
    await expectRefusal(name, ["--output-as=__proto__"], exitCode, /Error creating output format __proto__: Unknown output format\n/);
  });
});

it("changes nothing when the output cannot be told", async () => {
  const here: MemoryWorld = { ...world(), missingFolders: ["/none"] };
  await expectRefusal("crm_resource", ["-r", "d", "-p", "x", "-v", "1", "--output-to=/none/x"], 1, /format \(null\): No such file/, here);
  await expectRefusal("crm_mon", ["-1", "--output-as=xml", "--output-to=/none/x"], 1, /output format xml: No such file/, here);
});

/** A call of each tool that reads the configuration. */
const READERS: readonly (readonly [string, readonly string[]])[] = [
  ["cibadmin", ["-Q"]],
  ["crm_attribute", ["-n", "fencing-enabled", "-G"]],
  ["crm_mon", ["-1"]],
  ["crm_resource", ["-L"]],
  ["crm_rule", ["-c", "-r", "x"]],
  ["crm_shadow", ["-b", "-c", "copy"]],
  ["crm_simulate", ["-L"]],
  ["crm_standby", ["-G", "-N", "n1"]],
  ["crm_ticket", ["-l"]],
  ["crm_verify", ["-L"]],
  ["crm_failcount", ["-G", "-r", "d", "-N", "n1"]],
  ["crmadmin", ["-N"]],
];

/** Configurations that cannot be used. */
const BROKEN: readonly (readonly [string, Record<string, string>])[] = [
  ["missing", {}],
  ["cut off", { "cib.xml": CIB.slice(0, 400) }],
  ["no XML", { "cib.xml": "hello" }],
  ["another document", { "cib.xml": "<html><body/></html>" }],
  ["of an unknown schema", { "cib.xml": CIB.replace(/validate-with="[^"]*"/, 'validate-with="other"') }],
  ["of no schema", { "cib.xml": CIB.replace(/validate-with="[^"]*"/, "") }],
  ["that does not fit its schema", { "cib.xml": CIB.replace("<primitive ", '<primitive odd="1" ') }],
  ["with an entity", { "cib.xml": `<!DOCTYPE cib [<!ENTITY e "boom">]>${CIB.replace("kept", "&e;")}` }],
];

describe.each(READERS)("%s %j with a CIB_file", (name, argv) => {
  // Pacemaker's crm_mon exits with 0 when there is no file, and ours is called by the same scripts.
  it.each(BROKEN.filter(([what]) => name !== "crm_mon" || what !== "missing"))("%s", async (_what, files) => {
    await expectRefusal(name, argv, undefined, /./, world(files));
  });

  it("and with no file and no daemon", async () => {
    const here = { ...world(), environment: {} };
    await expectRefusal(name, argv, 102, /./, here);
  });
});

/** A call of each tool that changes the configuration. */
const WRITERS: readonly (readonly [string, readonly string[]])[] = [
  ["cibadmin", ["-D", "--xpath", "//rsc_location"]],
  ["crm_attribute", ["-n", "maintenance-mode", "-v", "true"]],
  ["crm_resource", ["-r", "d", "-p", "x", "-v", "1"]],
  ["crm_resource", ["-r", "d", "-B", "-N", "n1"]],
  ["crm_standby", ["-N", "n1", "-v", "on"]],
  ["crm_ticket", ["-t", "A", "-s"]],
];

describe.each(WRITERS)("%s %j", (name, argv) => {
  it("says that the file cannot be written", async () => {
    await expectRefusal(name, argv, 74, /Read-only file system/, { ...world(), isReadOnly: true });
  });

  it.each([
    [4, "Permission denied"],
    [106, "Operation requires quorum"],
    [114, "DC is not yet elected"],
    [124, "Timer expired"],
  ])("hands on the cluster's refusal %i, %s", async (exitCode, message) => {
    const ask = (request: ClientRequest): ClientReply =>
      request.op === "cib" && request.request.operation === "query" ? okReply({ output: CIB }) : failReply(exitCode, message);
    await expectRefusal(name, argv, exitCode, new RegExp(message), { ...world(), environment: {}, ask });
  });
});

/** Values people and programs give: with blanks, quotes, markup, other scripts, names JavaScript knows. */
const ODD = [
  "a b",
  "it's",
  'say "x"',
  "a\nb",
  "a\tb",
  "<x>&amp;",
  "ü 鼓動 💓",
  "-x",
  "--",
  "__proto__",
  "constructor",
  "a=b",
  "%s%n",
  "'\"]|//*['",
];

describe.each(ODD)("the value %j", (value) => {
  const values = async (name: string, argv: readonly string[], here: MemoryWorld) => {
    const { stdout, stderr, exitCode } = await runInMemory(tool(name), argv, here);
    expect([argv, stderr, exitCode]).toEqual([argv, "", 0]);
    expect(parseXml(here.files.get("cib.xml") ?? "").ok).toBe(true);
    return stdout;
  };

  it("comes back from attributes, parameters and tickets as it went in", async () => {
    const here = world();
    await values("crm_attribute", ["-N", "n1", "-n", "x", "-v", value], here);
    expect(await values("crm_attribute", ["-N", "n1", "-n", "x", "-G", "-q"], here)).toBe(`${value}\n`);
    await values("crm_resource", ["-r", "d", "-p", "x", "-v", value], here);
    expect(await values("crm_resource", ["-r", "d", "-g", "x"], here)).toBe(`${value}\n`);
    await values("crm_ticket", ["-t", "A", "-S", "x", "-v", value], here);
    expect(await values("crm_ticket", ["-t", "A", "-G", "x"], here)).toBe(`${value}\n`);
  });

  it("as a name finds nothing and changes nothing", async () => {
    await expectRefusal("crm_resource", ["-r", value, "-W"], 105, /not found/);
    await expectRefusal("crm_resource", ["-r", value, "-p", "x", "-v", "1"], 105, /not found/);
    await expectRefusal("crm_resource", ["-r", value, "-B"], 105, /not found/);
    await expectRefusal("crm_ticket", ["-t", value, "-l"], 105, /No such ticket/);
    await expectRefusal("crm_attribute", ["-n", value, "-G"], 105, /No such device or address/);
    await expectRefusal("crm_shadow", ["-s", value], 105, /Could not access shadow instance/);
    await expectRefusal("crm_rule", ["-c", "-r", value], 105, /Rule not found/);
    await expectRefusal("iso8601", ["-d", value], 2, /Invalid date\/time specified/);
  });

  it("as XML is refused", async () => {
    await expectRefusal("cibadmin", ["-R", "-X", value], 65, /Couldn't parse input/);
    await expectRefusal("crm_rule", ["-c", "-r", "x", "-X", value], 65, /Couldn't parse input/);
    await expectRefusal("crm_diff", ["-O", value, "-N", value], 65, /Could not parse|Failed to parse/i);
    await expectRefusal("crm_verify", ["-X", value], undefined, /./);
  });
});
