import { describe, expect, it } from "vitest";
import { okReply } from "../../node/interface/client.ts";
import { runInMemory } from "../frame/memory-ports.ts";
import { clStatus } from "./cl-status.ts";

const peer = (node: string, heartbeat: string, isMember: boolean) => ({
  node,
  nodeId: `id-${node}`,
  heartbeat,
  isMember,
  links: [
    { link: "eth2", isUp: isMember },
    { link: "/dev/ttyHB0", isUp: true },
  ],
});
const status = {
  version: "1",
  node: "n1",
  peers: [peer("n1", "active", true), peer("n2", "active", false), peer("n3", "dead", false)],
};
const files = new Map([["/etc/ha.d/ha.cf", "keepalive 100ms # quick\nnode n1 n2\nnode n3\n"]]);
const call = (...argv: string[]) => runInMemory(clStatus, argv, { files, ask: () => okReply({ data: status }) });

describe("cl_status", () => {
  it.each([
    [["hbstatus"], "Heartbeat is running on this machine.\n", 0],
    [["listnodes"], "n1\nn2\nn3\n", 0],
    [["listnodes", "-n"], "n1\nn2\nn3\n", 0],
    [["listnodes", "-p"], "", 0],
    [["nodestatus", "N1"], "active\n", 0],
    [["nodestatus", "n3"], "dead\n", 1],
    [["nodetype", "n2"], "normal\n", 0],
    [["nodeweight", "n2"], "100\n", 0],
    [["nodesite", "n2"], "\n", 0],
    [["listhblinks", "n2"], "\teth2\n\t/dev/ttyHB0\n", 0],
    [["hblinkstatus", "n1", "eth2"], "up\n", 0],
    [["hblinkstatus", "n2", "eth2"], "dead\n", 1],
    [["clientstatus", "n1", "crmd"], "online\n", 0],
    [["clientstatus", "n1", "nobody", "100"], "offline\n", 1],
    [["clientstatus", "n2", "kodoud"], "join\n", 2],
    [["clientstatus", "n3", "kodoud"], "offline\n", 1],
    [["rscstatus"], "all\n", 0],
    [["rscstatus", "-m"], "This node is holding all resources.\n", 0],
    [["hbparameter", "-p", "keepalive"], "100ms\n", 0],
    [["hbparameter", "-p", "node"], "n1 n2\nn3\n", 0],
  ])("%j", async (argv, stdout, exitCode) => {
    expect(await call(...argv)).toEqual({ stdout, stderr: "", exitCode });
  });

  it.each([[["nodestatus", "n9"]], [["hblinkstatus", "n1", "eth9"]], [["hblinkstatus", "n1"]], [["nonsense"]], [[]], [["__proto__"]]])(
    "%j is a wrong call",
    async (argv) => {
      const { stdout, stderr, exitCode } = await call(...argv);
      expect([stdout, exitCode]).toEqual(["", 11]);
      expect(stderr).not.toBe("");
    },
  );

  it("says more of all nodes", async () => {
    expect((await call("hbstatus", "-v")).stdout).toContain("\nn2\tactive\t(nodetype: normal)\n\teth2\tdead\n\t/dev/ttyHB0\tup\n");
  });

  it("speaks to programs too", async () => {
    expect(JSON.parse((await call("nodestatus", "n1", "--output-as=json")).stdout)).toMatchObject({
      result: [{ element: "node", name: "n1", status: "active", children: [{ name: "eth2", status: "up" }, {}] }],
    });
  });

  it("says that nothing runs, and that a value is not there", async () => {
    const stopped = await runInMemory(clStatus, ["hbstatus"], { files });
    expect(stopped).toMatchObject({ stdout: "Heartbeat is stopped on this machine.\n", exitCode: 1 });
    expect(await runInMemory(clStatus, ["listnodes"], { files })).toMatchObject({ stdout: "", exitCode: 1 });
    expect(await call("hbparameter", "-p", "nothing")).toMatchObject({ exitCode: 1 });
  });
});
