import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ALL_TOOLS } from "../../src/tools/all-tools.ts";
import { PROGRAMS } from "./programs.ts";

const HUGE_BYTES = 60_000_000;
const BEFORE =
  '<cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config><nodes><node id="1" uname="n1"/></nodes><resources><primitive id="d" class="ocf" provider="pacemaker" type="Dummy"><instance_attributes id="di">';
const AFTER = "</instance_attributes></primitive></resources><constraints/></configuration><status/></cib>";

const folder = mkdtempSync(join(tmpdir(), "kodou-huge-"));
const huge = join(folder, "huge.xml");
const small = join(folder, "small.xml");

beforeAll(() => {
  const file = openSync(huge, "w");
  writeSync(file, BEFORE);
  const value = "x".repeat(10_000);
  const count = HUGE_BYTES / 10_000;
  for (let at = 0; at < count; at += 1) writeSync(file, `<nvpair id="v${at}" name="p${at}" value="${value}"/>`);
  writeSync(file, AFTER);
  closeSync(file);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** So many programs at once as there are processors, and no more than memory is for. */
let freeLanes = Math.min(availableParallelism(), 3);
const waiting: (() => void)[] = [];

async function inLane<T>(work: () => Promise<T>): Promise<T> {
  if (freeLanes === 0) await new Promise<void>((resolve) => waiting.push(resolve));
  else freeLanes -= 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else freeLanes += 1;
  }
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(argv: readonly string[], file: string, input: string): Promise<Ended> {
  const [program = "", ...words] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env: { ...process.env, CIB_file: file, CIB_shadow_dir: folder } });
    const said = { stdout: "", stderr: "" };
    for (const stream of ["stdout", "stderr"] as const) child[stream].setEncoding("utf8").on("data", (text) => (said[stream] += text));
    child.stdin.on("error", () => undefined).end(input);
    child.on("error", reject).on("close", (status) => resolve({ status, ...said }));
  });
}

function run(file: string, [tool = "", ...words]: readonly string[], input = ""): Promise<Ended> {
  return inLane(() => start([process.execPath, join(PROGRAMS, `${tool}.cjs`), ...words], file, input));
}
const digest = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");

describe("a CIB of 60 MB", () => {
  it.concurrent.each([
    [["cibadmin", "-Q", "-o", "nodes"], 0, /<node id="1" uname="n1"\/>/],
    [["crm_attribute", "-n", "fencing-enabled", "-G", "-q"], 0, /^false\n$/],
    [["crm_resource", "-r", "d", "-W", "--output-as=xml"], 0, /<nodes resource="d"\/>/],
    [["crm_resource", "-r", "d", "-g", "p7"], 0, /^x{10000}\n$/],
    [["crm_mon", "-1"], 0, /1 resource instance configured/],
    [["crm_verify", "-L"], 0, /^$/],
    [["crm_simulate", "-L", "-S"], 0, /Transition Summary:/],
    [["crm_ticket", "-l"], 0, /^$/],
    [["crm_rule", "-c", "-r", "none"], 105, /^$/],
    [["crmadmin", "-N"], 0, /n1/],
  ] as const)("%j answers", async (call, status, text) => {
    const before = statSync(huge).mtimeMs;
    const said = await run(huge, call);
    expect([said.status, said.stderr.split("\n").length]).toEqual([status, status === 0 ? 1 : 2]);
    expect(text.test(said.stdout)).toBe(true);
    expect(statSync(huge).mtimeMs).toBe(before);
  });

  it.concurrent("that is cut off is said to be, with the line, and stays as it is", async () => {
    const cut = join(folder, "cut.xml");
    writeFileSync(cut, readFileSync(huge).subarray(0, HUGE_BYTES / 2));
    const before = digest(cut);
    const calls = [
      ["cibadmin", "-Q"],
      ["cibadmin", "-B"],
      ["crm_mon", "-1"],
    ];
    for (const { status, stdout, stderr } of await Promise.all(calls.map((call) => run(cut, call)))) {
      expect(status).toBeGreaterThan(0);
      expect(stdout + stderr.slice(0, 300)).toMatch(/line \d+/);
      expect(stderr.length).toBeLessThan(1000);
    }
    expect(digest(cut)).toBe(before);
  });

  it("is changed whole", async () => {
    const pairsOf = (text: string): string[] => text.match(/<nvpair [^>]*>/g) ?? [];
    const before = pairsOf(readFileSync(huge, "latin1"));
    expect(await run(huge, ["crm_attribute", "-N", "n1", "-n", "rack", "-v", "r1"])).toEqual({ status: 0, stdout: "", stderr: "" });
    const after = readFileSync(huge, "latin1");
    const [added, ...others] = pairsOf(after).filter((pair) => pair.includes('"rack"'));
    expect([added, others]).toEqual(['<nvpair id="nodes-1-rack" name="rack" value="r1"/>', []]);
    // What comes to thousands of values is compared by their digests: nobody wants to read the difference.
    const sum = (pairs: readonly string[]): string => createHash("sha256").update(pairs.join("\n")).digest("hex");
    expect(sum(pairsOf(after).filter((pair) => pair !== added))).toBe(sum(before));
    expect(after.endsWith("</cib>\n")).toBe(true);
  });
});

describe("a value of 1 MB", () => {
  const value = "v".repeat(1_000_000);
  const pair = `<nvpair id="big" name="big" value="${value}"/>`;

  it("comes in by the standard input and goes out again", async () => {
    writeFileSync(small, BEFORE + AFTER);
    const input = `<instance_attributes id="di">${pair}</instance_attributes>`;
    expect(await run(small, ["cibadmin", "-M", "-c", "-p"], input)).toEqual({ status: 0, stdout: "", stderr: "" });
    const [shown, queried, verified, compared, copied] = await Promise.all([
      run(small, ["crm_resource", "-r", "d", "-g", "big"]),
      run(small, ["cibadmin", "-Q", "-A", "//nvpair[@id='big']"]),
      run(small, ["crm_verify", "-p"], readFileSync(small, "utf8")),
      run(small, ["crm_diff", "-u", "-o", small, "-n", "-"], BEFORE + AFTER),
      run(small, ["crm_shadow", "-b", "-c", "big"]),
    ]);
    expect(shown).toEqual({ status: 0, stdout: `${value}\n`, stderr: "" });
    expect(queried.stdout).toBe(`${pair}\n`);
    expect(verified).toEqual({ status: 0, stdout: "", stderr: "" });
    expect([compared.status, copied.status]).toEqual([1, 0]);
  });

  it("as a name, an id or a time is refused in few words", async () => {
    writeFileSync(small, BEFORE + AFTER);
    const before = digest(small);
    const calls = [
      [["cibadmin", "-C", "-o", "resources", "-p"], `<primitive id="${value} " class="ocf" provider="p" type="t"/>`],
      [["cibadmin", "-C", "-o", "resources", "-p"], `<${value}/>`],
      [["crm_verify", "-p"], (BEFORE + AFTER).replace('id="d"', `id=" ${value}"`)],
      [["crm_rule", "-c", "-r", "r", "-X", "-"], `<rule id="r"><date_expression id="e" operation="gt" start="${value}"/></rule>`],
    ] as const;
    const ended = await Promise.all(calls.map(async ([call, input]) => ({ call, ...(await run(small, call, input)) })));
    for (const { call, status, stdout, stderr } of ended) {
      expect([call, status]).toEqual([call, expect.any(Number)]);
      expect(status).toBeGreaterThan(0);
      expect(stdout.length + stderr.length).toBeLessThan(3_000_000);
    }
    expect(digest(small)).toBe(before);
  });
});

/** A call of each tool that prints much, or at all. */
const TALKERS: readonly (readonly string[])[] = [
  ["attrd_updater", "--help-all"],
  ["cibadmin", "-Q"],
  ["cibsecret", "--help"],
  ["cl_status", "--help"],
  ["crm_attribute", "--list-options=cluster", "--all"],
  ["crm_diff", "-o", small, "-N", "<cib/>"],
  ["crm_error", "--list"],
  ["crm_failcount", "--help"],
  ["crm_master", "--help"],
  ["crm_mon", "-1", "-r"],
  ["crm_node", "--help-all"],
  ["crm_report", "--help"],
  ["crm_resource", "-L"],
  ["crm_rule", "--help-all"],
  ["crm_shadow", "--help-all"],
  ["crm_simulate", "-L"],
  ["crm_standby", "--help"],
  ["crm_ticket", "--help-all"],
  ["crm_verify", "--help-all"],
  ["crmadmin", "-N"],
  ["iso8601", "--help-all"],
  ["pacemaker-based", "metadata"],
  ["pacemakerd", "-F"],
  ["stonith_admin", "--help-all"],
];

it("every tool ends with its code, in silence, when nobody reads what it prints", async () => {
  writeFileSync(small, BEFORE + AFTER);
  expect(TALKERS.map(([tool = ""]) => tool)).toEqual(
    expect.arrayContaining([...ALL_TOOLS.keys()].filter((name) => !/^pacemaker-[cfs]/.test(name))),
  );
  // The reader has gone before the first byte.
  const script = `exec 3>&1; { "$@" 2>&3; echo "$?" >&3; } | true`;
  const unread = ([tool = "", ...words]: readonly string[]) => {
    const argv = ["bash", "-c", script, "bash", process.execPath, join(PROGRAMS, `${tool}.cjs`), ...words];
    return inLane(async () => [tool, (await start(argv, small, "")).stdout]);
  };
  const wanted = TALKERS.map(([tool = ""]) => [tool, tool === "crm_diff" ? "1\n" : "0\n"]);
  expect(await Promise.all(TALKERS.map(unread))).toEqual(wanted);
});
