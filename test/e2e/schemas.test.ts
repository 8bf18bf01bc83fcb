import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { SAMPLE_CIB } from "../../src/output/status/sample-cib.ts";
import { ALL_TOOLS } from "../../src/tools/all-tools.ts";
import { PROGRAMS } from "./programs.ts";
import { requirePackages } from "./requirements.ts";

const SCHEMAS = join(PROGRAMS, "..", "share", "schemas");
const folder = mkdtempSync(join(tmpdir(), "kodou-schemas-"));
const cib = join(folder, "cib.xml");

beforeAll(() => requirePackages("libxml2-utils", "python3-jsonschema"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Calls of the tools on a file; each says something in every format. */
const CALLS: readonly (readonly string[])[] = [
  ["crm_mon", "-1", "--include=all"],
  ["crm_mon", "-1", "-n", "-R"],
  ["crm_resource", "-L"],
  ["crm_resource", "-r", "ip", "-W"],
  ["crm_resource", "-r", "ip", "-q"],
  ["crm_resource", "-r", "nothing", "-W"],
  ["crm_resource", "--show-metadata", "ocf:kodou:Dummy"],
  ["crm_resource", "--list-options=primitive"],
  ["crm_attribute", "-n", "cluster-infrastructure", "-G"],
  ["crm_attribute", "--list-options=cluster"],
  ["crm_simulate", "-sLU"],
  ["crm_simulate", "-L", "-S", "--node-down", "n1"],
  ["crm_verify", "-x", cib],
  ["crm_error", "--list"],
  ["crm_node", "-l"],
  ["crmadmin", "-N"],
  ["cibadmin", "-Q"],
  ["crm_ticket", "-l"],
  ["crm_ticket", "-c"],
  ["crm_ticket", "-t", "nothing", "-g"],
  ["iso8601", "-d", "2026-11-21"],
  ["iso8601", "-p", "2026-01-01/2026-02-01"],
  ["iso8601", "-d", "2026-11-21", "-D", "P1M"],
  ["iso8601", "-d", "nonsense"],
  ["crm_rule", "-c", "-r", "nothing"],
  ["crm_rule", "-c", "-r", "r", "-X", '<rule id="r"><date_expression id="e" operation="gt" start="2020-01-01"/></rule>'],
  ["crm_diff", "-o", cib, "-N", "<cib/>"],
  ["crm_diff", "-o", cib, "-n", cib],
  ["crm_shadow", "-b", "-f", "-c", "copy"],
  ["crm_shadow", "-w"],
  ["crm_shadow", "-F"],
  ["crm_shadow", "-p"],
  ["crm_shadow", "-d"],
  ["crm_standby", "-G", "-N", "n1"],
  ["crm_failcount", "-G", "-r", "ip", "-N", "n1"],
  ["crm_master", "-G", "-r", "ip", "-N", "n1"],
  ["attrd_updater", "-n", "x", "-Q"],
  ["pacemakerd", "-F"],
  ["pacemaker-based", "metadata"],
  ["pacemaker-controld", "version"],
  ["pacemaker-fenced", "metadata"],
  ["pacemaker-schedulerd", "nonsense"],
  ["crm_report", "--features"],
  ["crm_report", "-f", "1 hour ago", "-S", "-M", "-d", "--dest", join(folder, "report")],
  ["stonith_admin", "-I"],
  ["cl_status", "hbstatus"],
  ["cibsecret", "get", "ip", "ip"],
  ["kodou", "explain", "ip"],
  ["kodou", "explain", "--what-if", "ip stopped"],
  ["kodou", "explain", "n2"],
  ["kodou", "explain", "ip", "--node", "n2"],
  ["kodou", "plan", "--current", cib],
  ["kodou", "what-if", "--any", "1"],
];

function answer(call: readonly string[], format: string): string {
  const [program = "", ...words] = call;
  writeFileSync(cib, SAMPLE_CIB);
  const isOwn = program === "kodou";
  // A shadow is the cluster's configuration with another number.
  const shadow = program === "crm_shadow" && words.length === 1 ? { CIB_shadow: "changed" } : {};
  writeFileSync(join(folder, "shadow.changed"), SAMPLE_CIB.replace(/ epoch="\d+"/, ' epoch="99"'));
  rmSync(join(folder, "report"), { recursive: true, force: true });
  const argv = [join(PROGRAMS, `${program}.cjs`), ...words, ...(isOwn ? ["-x", cib] : []), `--output-as=${format}`];
  return spawnSync(process.execPath, argv, {
    encoding: "utf8",
    env: { ...process.env, CIB_file: cib, CIB_shadow_dir: folder, ...shadow, KODOU_ROOT: folder },
  }).stdout;
}
const nameOf = ([program = "", word = ""]: readonly string[]): string => (program === "kodou" ? `kodou-${word}` : program);

function xmlProblem(name: string, text: string): string {
  const checked = spawnSync("xmllint", ["--noout", "--relaxng", join(SCHEMAS, `${name}.rng`), "-"], {
    input: text,
    encoding: "utf8",
    timeout: 20_000,
  });
  return checked.status === 0 ? "" : `${checked.status} ${checked.stderr}`;
}

const CHECK = `import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(json.load(sys.stdin)))
print("".join(e.message[:300] for e in errors), end="")`;

function jsonProblem(name: string, text: string): string {
  return execFileSync("/usr/bin/python3", ["-c", CHECK, join(SCHEMAS, "json", `${name}-1.schema.json`)], { input: text, encoding: "utf8" });
}

it.each(CALLS.map((call) => [call.join(" "), call] as const))("%s answers as its schemas say", (_text, call) => {
  expect(xmlProblem(nameOf(call), answer(call, "xml"))).toBe("");
  expect(jsonProblem(nameOf(call), answer(call, "json"))).toBe("");
});

it("every tool is asked", () => {
  expect([...ALL_TOOLS.keys()].filter((name) => !CALLS.some(([program]) => program === name))).toEqual([]);
});

it("finds what is not as the schemas say", () => {
  const xml = answer(["crm_mon", "-1"], "xml");
  expect(xmlProblem("crm_mon", xml.replace("<nodes>", "<noodles/><nodes>"))).toContain("noodles");
  expect(xmlProblem("crm_mon", xml.replace(/online="\w+"/, 'online="perhaps"'))).not.toBe("");
  const json = answer(["crm_mon", "-1"], "json");
  expect(jsonProblem("crm_mon", json.replace('"request"', '"requests"'))).not.toBe("");
});
