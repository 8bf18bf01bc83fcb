import { describe, expect, it } from "vitest";
import type { ClientReply, ClientRequest } from "../../node/interface/client.ts";
import { runInMemory } from "../frame/memory-ports.ts";
import { cibsecret } from "./cibsecret.ts";

const FOLDER = "/var/lib/pacemaker/lrm/secrets";

const cib = (value: string | undefined): string => {
  const pair = value === undefined ? "" : `<nvpair id="db-passwd" name="passwd" value="${value}"/>`;
  const sections = `<crm_config/><nodes/><resources><primitive id="db" class="ocf" provider="kodou" type="Dummy"><instance_attributes id="db-i">${pair}</instance_attributes></primitive></resources><constraints/>`;
  return `<cib validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="0"><configuration>${sections}</configuration><status/></cib>`;
};

/** A cluster of n1 (here), n2, and n3 that is down; secrets of n1 are files. */
function world(value: string | undefined, files: readonly (readonly [string, string])[] = []) {
  const asked: ClientRequest[] = [];
  const ok: ClientReply = { exitCode: 0, message: "OK" };
  const ask = (request: ClientRequest): ClientReply => {
    if (request.op === "status") {
      const peers = ["n1", "n2", "n3"].map((node) => ({
        node,
        nodeId: node,
        heartbeat: node === "n3" ? "dead" : "active",
        isMember: node !== "n3",
        links: [],
      }));
      return { ...ok, data: { node: "n1", peers } };
    }
    if (request.op === "cib" && request.request.operation === "query") return { ...ok, output: cib(value) };
    asked.push(request);
    return ok;
  };
  return { world: { files: new Map(files), ask }, asked };
}

const errands = (asked: readonly ClientRequest[]): string[] =>
  asked.map((request) =>
    request.op === "errand"
      ? `${request.node} ${request.errand.kind}`
      : `${request.op} ${JSON.stringify("request" in request ? request.request : "")}`,
  );
const KEPT = [
  [`${FOLDER}/db/passwd`, "SecreT_PASS\n"],
  [`${FOLDER}/db/passwd.sign`, "e4644b06374cc739e324e36848a3964e\n"],
] as const;

describe("cibsecret", () => {
  it("keeps a value on every active node before the CIB says that it is a secret", async () => {
    const { world: w, asked } = world(undefined);
    const result = await runInMemory(cibsecret, ["set", "db", "passwd", "SecreT_PASS"], w);
    expect(result.stderr).toBe("");
    expect(result.stdout).toBe(
      `Node n3 is down - you'll need to update it with \`cibsecret sync\` later\nSyncing ${FOLDER}/db/passwd to n2 ...\n`,
    );
    expect(errands(asked).slice(0, 2)).toEqual(["n1 secret-set", "n2 secret-set"]);
    expect(errands(asked)[2]).toContain("lrm://");
    expect(JSON.stringify(asked[2])).not.toContain("SecreT");
  });

  it("takes the value from the standard input when it is no argument", async () => {
    const { world: w, asked } = world(undefined);
    await runInMemory(cibsecret, ["set", "db", "passwd"], { ...w, stdin: "from stdin\n" });
    expect(asked[0]).toMatchObject({ errand: { secret: { value: "from stdin" } } });
  });

  it("shows and checks what is kept here", async () => {
    const { world: w } = world("lrm://", KEPT);
    expect(await runInMemory(cibsecret, ["get", "db", "passwd"], w)).toEqual({ stdout: "SecreT_PASS\n", stderr: "", exitCode: 0 });
    w.files.set(`${FOLDER}/db/passwd`, "other\n");
    expect(await runInMemory(cibsecret, ["check", "db", "passwd"], w)).toMatchObject({
      stderr: "Checksum mismatch for resource db parameter passwd\n",
      exitCode: 104,
    });
  });

  it("moves a value out of the CIB, and back", async () => {
    const out = world("open");
    expect((await runInMemory(cibsecret, ["stash", "db", "passwd"], out.world)).exitCode).toBe(0);
    expect(out.asked[0]).toMatchObject({ errand: { kind: "secret-set", secret: { value: "open" } } });
    const back = world("lrm://", KEPT);
    expect((await runInMemory(cibsecret, ["unstash", "db", "passwd"], back.world)).exitCode).toBe(0);
    expect(errands(back.asked)[0]).toContain("SecreT_PASS");
    expect(errands(back.asked).slice(1)).toEqual(["n1 secret-delete", "n2 secret-delete"]);
  });

  it("makes other nodes' secrets those of this one, unless one of them is damaged", async () => {
    const good = world("lrm://", KEPT);
    expect((await runInMemory(cibsecret, ["sync"], good.world)).exitCode).toBe(0);
    expect(good.asked).toMatchObject([
      { node: "n2", errand: { kind: "secrets-replace", secrets: [{ resource: "db", parameter: "passwd", value: "SecreT_PASS" }] } },
    ]);
    good.world.files.set(`${FOLDER}/db/passwd`, "other");
    expect((await runInMemory(cibsecret, ["sync"], good.world)).exitCode).toBe(104);
    expect(good.asked).toHaveLength(1);
  });

  it.each([
    ["another value is in the CIB", "open", ["set", "db", "passwd", "x"], 78],
    ["nothing can be stashed", undefined, ["stash", "db", "passwd"], 105],
    ["it is stashed already", "lrm://", ["stash", "db", "passwd"], 108],
    ["nothing is kept", "lrm://", ["unstash", "db", "passwd"], 105],
    ["there is no checksum", "lrm://", ["get", "db", "passwd"], 105],
    ["it is no secret", "open", ["check", "db", "passwd"], 78],
    ["there is no such resource", undefined, ["set", "nothing", "passwd", "x"], 105],
    ["the name leads elsewhere", undefined, ["set", "..", "passwd", "x"], 64],
    ["the value has two lines", undefined, ["set", "db", "passwd", "x\ny"], 64],
    ["the CIB is needed", "open", ["-C", "stash", "db", "passwd"], 64],
    ["there is no such command", undefined, ["__proto__"], 64],
    ["words are missing", undefined, ["get", "db"], 64],
  ])("refuses when %s, and changes nothing", async (_what, value, argv, exitCode) => {
    const { world: w, asked } = world(value);
    const result = await runInMemory(cibsecret, argv, w);
    expect([result.exitCode, asked]).toEqual([exitCode, []]);
    expect(result.stderr).not.toBe("");
  });
});
