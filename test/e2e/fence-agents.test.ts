import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAgentMetadata } from "../../src/drivers/agents/agent-metadata.ts";
import { OsFenceRunner } from "../../src/drivers/fencing/os-fence-runner.ts";
import { OsProcessRunner } from "../../src/drivers/process-runner.ts";
import type { FenceAction, FenceCall } from "../../src/ports/fence-runner.ts";
import { requirePackages } from "./requirements.ts";

let folder = "";
let runner: OsFenceRunner;

const call = (agent: string, action: FenceAction, parameters: Record<string, string> = {}, target?: string): FenceCall => ({
  agent,
  action,
  target,
  plug: target,
  plugArgument: undefined,
  parameters,
  timeoutMs: 30_000,
});

beforeAll(() => {
  requirePackages("fence-agents", "cluster-glue");
  folder = mkdtempSync(join(tmpdir(), "kodou-fence-"));
  runner = new OsFenceRunner({ processes: new OsProcessRunner(), ownAgentsFolder: folder, stateFolder: folder });
});
afterAll(() => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

describe("Debian's fencing agents run unchanged", () => {
  it("are listed with ours", async () => {
    const names = await runner.list();
    expect(names).toEqual(expect.arrayContaining(["external/ssh", "fence_dummy", "fence_ipmilan", "lab", "meatware"]));
    expect(names).toEqual([...names].sort());
  });

  it("fence_dummy switches off and on", async () => {
    const status = join(folder, "status");
    const parameters = { type: "file", status_file: status };
    writeFileSync(status, "on");
    expect(await runner.run(call("fence_dummy", "monitor", parameters)).done).toMatchObject({ verdict: "succeeded" });
    expect(await runner.run(call("fence_dummy", "off", parameters, "n1")).done).toMatchObject({ verdict: "succeeded" });
    expect(readFileSync(status, "utf8")).toBe("off");
    expect(await runner.run(call("fence_dummy", "status", parameters, "n1")).done).toMatchObject({ verdict: "succeeded", isPlugOn: false });
    expect(await runner.run(call("fence_dummy", "on", parameters, "n1")).done).toMatchObject({ verdict: "succeeded" });
    expect(await runner.run(call("fence_dummy", "status", parameters, "n1")).done).toMatchObject({ isPlugOn: true });
    expect(await runner.run(call("fence_dummy", "off", { type: "fail" }, "n1")).done).toMatchObject({ verdict: "failed" });
  });

  it.each(["fence_ipmilan", "fence_apc", "fence_dummy", "external/ssh"])("%s describes itself", async (agent) => {
    const result = await runner.run(call(agent, "metadata")).done;
    expect(result.verdict).toBe("succeeded");
    const metadata = parseAgentMetadata(result.output);
    expect(metadata?.parameters.length).toBeGreaterThan(0);
    expect(metadata?.actions.map((action) => action.name)).toContain("off");
  });

  it("external/ssh lists the hosts it was given", async () => {
    expect((await runner.run(call("external/ssh", "list", { hostlist: "n1 n2" })).done).plugs).toEqual(["n1", "n2"]);
  });
});
