import { describe, expect, it } from "vitest";
import { type ClientRequest, failReply, okReply } from "../../node/interface/client.ts";
import { runInMemory } from "../frame/memory-ports.ts";
import { attrdUpdater } from "./attrd-updater.ts";

/** A daemon with one attribute on two nodes that notes what it is asked to set. */
function daemon() {
  const values = [
    { node: "n1", value: "4" },
    { node: "n2", value: "INFINITY" },
  ];
  const changes: ClientRequest[] = [];
  const ask = (request: ClientRequest) => {
    if (request.op === "status") return okReply({ data: { node: "n1" } });
    if (request.op === "attribute-query" && request.name === "load")
      return okReply({ data: values.filter((one) => request.node === undefined || one.node === request.node) });
    if (request.op === "attribute-query") return okReply({ data: [] });
    changes.push(request);
    return request.op === "attribute-set" ? okReply() : failReply(3, "not here");
  };
  return { world: { files: new Map<string, string>(), ask }, changes };
}

describe("attrd_updater", () => {
  it("shows this node's value, or every node's", async () => {
    const { world } = daemon();
    expect((await runInMemory(attrdUpdater, ["-n", "load", "-Q"], world)).stdout).toBe('name="load" host="n1" value="4"\n');
    expect((await runInMemory(attrdUpdater, ["-n", "load", "-Q", "-A"], world)).stdout.split("\n")).toHaveLength(3);
    expect((await runInMemory(attrdUpdater, ["-n", "other", "-Q"], world)).exitCode).toBe(105);
  });

  it("counts from the present value", async () => {
    const { world, changes } = daemon();
    await runInMemory(attrdUpdater, ["-n", "load", "-U", "value+=3"], world);
    await runInMemory(attrdUpdater, ["-n", "load", "-U", "value++", "-N", "n2"], world);
    expect(changes).toEqual([
      { op: "attribute-set", name: "load", value: "7" },
      { op: "attribute-set", name: "load", node: "n2", value: "INFINITY" },
    ]);
  });

  it("refuses a pattern that is none", async () => {
    const { world, changes } = daemon();
    const { exitCode, stderr } = await runInMemory(attrdUpdater, ["-P", "[", "-U", "1"], world);
    expect([exitCode, stderr, changes]).toEqual([64, expect.stringContaining("'[' is not a regular expression"), []]);
  });

  it("deletes, and needs a name", async () => {
    const { world, changes } = daemon();
    await runInMemory(attrdUpdater, ["-n", "load", "-D"], world);
    expect(changes).toEqual([{ op: "attribute-set", name: "load" }]);
    expect((await runInMemory(attrdUpdater, ["-Q"], world)).exitCode).toBe(64);
  });
});
