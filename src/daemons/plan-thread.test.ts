import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { afterAll, expect, it } from "vitest";
import { schedulerPlanner } from "../node/dc/scheduler-planner.ts";
import { parseXml } from "../xml/parse.ts";
import { PlanThread } from "./plan-thread.ts";

const folder = mkdtempSync(join(tmpdir(), "kodou-plan-thread-"));
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, text: string): string {
  const path = join(folder, `${name}.cjs`);
  writeFileSync(path, `const { parentPort } = require("node:worker_threads");\n${text}`);
  return path;
}

const CIB = `<cib have-quorum="1" dc-uuid="1"><configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes><node id="1" uname="n1"/></nodes>
  <resources><primitive id="ip" class="ocf" provider="kodou" type="Dummy"/></resources><constraints/></configuration>
  <status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>`;

it("makes the same plan as the daemon itself", async () => {
  const path = join(folder, "kodou-planner.cjs");
  const entry = join(import.meta.dirname, "..", "bin", "kodou-planner.ts");
  buildSync({ entryPoints: [entry], outfile: path, bundle: true, platform: "node", format: "cjs", logLevel: "error" });
  const thread = new PlanThread(path);
  const cib = parseXml(CIB);
  if (!cib.ok) throw new Error(JSON.stringify(cib.error));
  const plan = schedulerPlanner(cib.value, 1_700_000_000);
  expect(plan.graph.actions.length).toBeGreaterThan(0);
  expect(await thread.make(CIB, 1_700_000_000)).toEqual({ plan });
  expect(await thread.make("<cib", 1_700_000_000)).toMatchObject({ isTooSlow: false, message: expect.stringContaining("cannot be read") });
  thread.close();
});

it("tells that the thread ended, and starts another one for the next plan", async () => {
  const marker = JSON.stringify(join(folder, "was-here"));
  const text = `parentPort.on("message", ({ questionId }) => {
    const fs = require("node:fs");
    if (fs.existsSync(${marker})) return parentPort.postMessage({ questionId, plan: "made" });
    fs.writeFileSync(${marker}, "");
    process.exit(3);
  });`;
  const thread = new PlanThread(program("ends", text));
  const [first, second] = await Promise.all([thread.make("", 0), thread.make("", 0)]);
  expect(first).toEqual({ message: "the planning thread ended: exit code 3", isTooSlow: false });
  expect(second).toEqual(first);
  expect(await thread.make("", 0)).toEqual({ plan: "made" });
  thread.close();
});

it("tells what was thrown, and that there is no such program", async () => {
  const thrower = new PlanThread(program("throws", `parentPort.on("message", () => { throw new Error("no way"); });`));
  expect(await thrower.make("", 0)).toMatchObject({ message: expect.stringContaining("no way"), isTooSlow: false });
  const missing = new PlanThread(join(folder, "missing.cjs"));
  expect(await missing.make("", 0)).toMatchObject({ message: expect.stringContaining("missing.cjs"), isTooSlow: false });
});

it("goes on while the thread is busy, and gives it up in the end", async () => {
  const thread = new PlanThread(program("hangs", `parentPort.on("message", () => { for (;;); });`), 300);
  let beats = 0;
  const timer = setInterval(() => (beats += 1), 10);
  const answer = await thread.make("", 0);
  clearInterval(timer);
  expect(answer).toEqual({ message: "the planning thread did not answer within 300 ms", isTooSlow: true });
  expect(beats).toBeGreaterThan(3);
});

it("answers what is under way when the daemon ends", async () => {
  const thread = new PlanThread(program("silent", `parentPort.on("message", () => undefined);`));
  const answer = thread.make("", 0);
  thread.close();
  expect(await answer).toEqual({ message: "the daemon ends", isTooSlow: false });
});
