import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PROGRAMS } from "./programs.ts";

const RESOURCES = 3000;
let folder: string;
let cibFile: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kodou-output-"));
  cibFile = join(folder, "cib.xml");
  const resources = Array.from({ length: RESOURCES }, (_, at) => `<primitive id="r${at}" class="ocf" provider="pacemaker" type="Dummy"/>`);
  writeFileSync(
    cibFile,
    `<cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config><nodes/><resources>${resources.join("")}</resources><constraints/></configuration><status/></cib>`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const environment = () => ({ ...process.env, CIB_file: cibFile, CIB_shadow_dir: folder });
const program = (tool: string): string => join(PROGRAMS, `${tool}.cjs`);

const LONG: readonly (readonly [string, readonly string[]])[] = [
  ["cibadmin", ["-Q"]],
  ["crm_resource", ["-L"]],
  ["crm_mon", ["-1", "-r"]],
  ["crm_mon", ["-1", "-r", "--output-as=xml"]],
];

it.each(LONG)("%s %j ends quietly and with its code when nobody reads on", async (tool, argv) => {
  const child = spawn(process.execPath, [program(tool), ...argv], { env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  child.stdout.once("data", () => child.stdout.destroy());
  const [exitCode, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.once("close", (code, by) => resolve([code, by])),
  );
  expect([exitCode, signal, Buffer.concat(said).toString()]).toEqual([0, null, ""]);
});

it("says what went wrong even when nobody listens on the other output", () => {
  const script = `"$1" "$2" -Q --xpath //nothing >&-`;
  const closed = spawnSync("sh", ["-c", script, "sh", process.execPath, program("cibadmin")], { env: environment(), encoding: "utf8" });
  expect([closed.status, closed.stderr]).toEqual([105, "cibadmin: CIB API call failed: No such device or address\n"]);
});

it("works on a CIB that is packed, and leaves it packed", () => {
  const packed = join(folder, "pe-input-7.bz2");
  writeFileSync(packed, spawnSync("bzip2", ["-c", cibFile]).stdout);
  const run = (tool: string, words: string[]) =>
    spawnSync(process.execPath, [program(tool), ...words], { env: { ...environment(), CIB_file: packed }, encoding: "utf8" });
  expect(run("crm_simulate", ["-S", "-x", packed]).stdout).toContain("Revised Cluster Status:");
  expect(run("crm_attribute", ["-n", "site", "-v", "west"]).status).toBe(0);
  expect(run("crm_attribute", ["-n", "site", "-G", "-q"]).stdout).toBe("west\n");
  expect(spawnSync("bzip2", ["-d", "-c", packed], { encoding: "utf8" }).stdout).toContain('value="west"');
});

it.each([
  ["a folder", () => folder],
  ["a file in a folder that is a file", () => join(cibFile, "x")],
  ["a name that is too long", () => join(folder, "x".repeat(300))],
])("cibadmin says which file is no use: %s", (_what, path) => {
  const before = readFileSync(cibFile, "utf8");
  const { status, stderr } = spawnSync(process.execPath, [program("cibadmin"), "-R", "-x", path()], {
    env: environment(),
    encoding: "utf8",
  });
  expect(status).toBeGreaterThan(0);
  expect(stderr).toMatch(/^cibadmin: .*\n$/);
  expect(stderr).toContain(path());
  expect(readFileSync(cibFile, "utf8")).toBe(before);
});

it("output to a full disk is an error", () => {
  const { status, stderr } = spawnSync("sh", ["-c", `"$1" "$2" -Q > /dev/full`, "sh", process.execPath, program("cibadmin")], {
    env: environment(),
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([74, expect.stringMatching(/^cibadmin: .*No space left on device\n$/)]);
});
