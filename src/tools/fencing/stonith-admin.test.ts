import { describe, expect, it } from "vitest";
import { type ClientRequest, okReply } from "../../node/interface/client.ts";
import { type MemoryWorld, runInMemory } from "../frame/memory-ports.ts";
import { stonithAdmin } from "./stonith-admin.ts";

const request = (target: string, verdict: string, completedAtEpochSeconds: number) => ({
  target,
  action: "reboot",
  client: "test",
  origin: "n1",
  delegate: "n2",
  verdict,
  completedAtEpochSeconds,
});
const HISTORY = [request("n3", "succeeded", 1000), request("n3", "succeeded", 2000), request("n3", "failed", 3000)];

/** A cluster with this history, and what it was asked. */
function cluster(): { world: MemoryWorld; asked: ClientRequest[] } {
  const asked: ClientRequest[] = [];
  const ask = (one: ClientRequest) => {
    asked.push(one);
    return okReply({ data: HISTORY });
  };
  return { world: { files: new Map(), ask }, asked };
}

describe("stonith_admin --history", () => {
  it("shows the last success, everything, or the time alone", async () => {
    const { world } = cluster();
    expect(await runInMemory(stonithAdmin, ["-H", "n3"], world)).toEqual({
      exitCode: 0,
      stderr: "",
      stdout:
        "reboot of n3 successful: delegate=n2, client=test, origin=n1, last-successful='1970-01-01 00:33:20.000000Z'\n1 event found\n",
    });
    expect((await runInMemory(stonithAdmin, ["-H", "*", "--verbose"], world)).stdout).toMatch(
      /^(reboot of n3 .*completed='1970.*\n){3}3 events found\n$/,
    );
    expect((await runInMemory(stonithAdmin, ["-H", "n3", "-q"], world)).stdout).toBe("2000\n");
    expect((await runInMemory(stonithAdmin, ["-H", "n1"], world)).stdout).toBe("0 events found\n");
  });

  it("deletes it, of one node or of all", async () => {
    const { world, asked } = cluster();
    expect((await runInMemory(stonithAdmin, ["--history", "*", "--cleanup"], world)).stdout).toBe(
      "cleaning up fencing-history for node *\n",
    );
    expect((await runInMemory(stonithAdmin, ["--history", "n3", "-cq"], world)).stdout).toBe("");
    expect(asked).toEqual([{ op: "fence-history-cleanup" }, { op: "fence-history-cleanup", target: "n3" }]);
  });

  it("gathers it from the DC", async () => {
    const { world, asked } = cluster();
    const shown = await runInMemory(stonithAdmin, ["--history=*", "--broadcast"], world);
    expect(shown.stdout).toMatch(/^gather fencing-history from all nodes\nreboot of n3/);
    expect(asked).toEqual([{ op: "fence-history", isFromDc: true }]);
  });
});

it("stonith_admin says how it is called when it is asked nothing", async () => {
  const { world, asked } = cluster();
  const said = await runInMemory(stonithAdmin, ["--quiet"], world);
  expect(said).toMatchObject({ exitCode: 64, stdout: "" });
  expect(said.stderr).toMatch(/^Usage:\n {2}stonith_admin \[OPTION/);
  expect(asked).toEqual([]);
});

it("stonith_admin answers with a page for browsers", async () => {
  const { world } = cluster();
  const options = ["--output-as=html", "--html-title=T", "--html-stylesheet=s.css", "--html-cgi"];
  const { stdout } = await runInMemory(stonithAdmin, ["-H", "n1", ...options], world);
  expect(stdout).toMatch(/^Content-Type: text\/html\n\n<!DOCTYPE html>\n<html lang="en">/);
  expect(stdout).toContain("<title>T</title>");
  expect(stdout).toContain('href="s.css"');
  expect(stdout).toContain("0 events found");
});
