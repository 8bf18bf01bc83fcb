import { describe, expect, it } from "vitest";
import { World } from "../../sim/world.ts";
import { schedulerPlanner } from "../dc/scheduler-planner.ts";
import type { Asker, ClientReply } from "../interface/client.ts";
import type { NodeErrand } from "../interface/errand.ts";
import type { ClusterNodeConfiguration } from "../interface/node-types.ts";
import { ErrandDesk } from "./errand-desk.ts";

const COLLECT: NodeErrand = { kind: "collected-end", archive: "x" };
const SECRET: NodeErrand = { kind: "secret-set", secret: { resource: "r", parameter: "p", value: "v" } };

function desk(options: { isConfidential?: boolean; heard?: readonly string[] } = {}) {
  const sent: string[] = [];
  const replies = new Map<string, ClientReply>();
  const done: Asker[] = [];
  const configuration = { name: "n1", isConfidential: options.isConfidential ?? true } as ClusterNodeConfiguration;
  const clock = { nowMs: 0 };
  const made = new ErrandDesk(
    {
      configuration,
      time: () => ({ nowMs: clock.nowMs, epochSeconds: 0, dateText: "" }),
      send: (to, message) => sent.push(`${to} ${message.type}`),
      reply: ({ requestId, from }, reply) => void (from === undefined ? replies.set(requestId, reply) : sent.push(`${from} client-reply`)),
      emit: (effect) => effect.kind === "errand" && done.push(effect.asker),
    },
    { statusOf: (node) => ((options.heard ?? ["n2"]).includes(node) ? "active" : "dead") },
  );
  const ask = (node: string, errand: NodeErrand = COLLECT, user = "root", from?: string): void =>
    made.receive({ requestId: "1", from }, { op: "errand", node, errand }, { name: user, groups: [] });
  return { made, sent, replies, done, ask, clock };
}

describe("errand desk", () => {
  it("has its own node's errands done, whoever asked", () => {
    const { sent, replies, done, ask } = desk();
    ask("n1");
    ask("n1", COLLECT, "root", "n3");
    expect(done.map(({ from }) => from)).toEqual([undefined, "n3"]);
    expect([replies.size, sent]).toEqual([0, []]);
  });

  it("passes on what is for another node, once, and ends the wait when that node is lost or silent", () => {
    const { made, sent, replies, ask, clock } = desk();
    ask("n2");
    expect([sent, made.deadlineMs()]).toEqual([["n2 client-request"], 180_000]);
    made.nodeLost("n2");
    expect(replies.get("1")?.exitCode).toBe(68);
    ask("n2");
    clock.nowMs = 179_999;
    made.expire();
    expect(replies.get("1")?.exitCode).toBe(68);
    clock.nowMs = 180_000;
    made.expire();
    expect(replies.get("1")?.exitCode).toBe(124);
    expect(made.answered("1", { exitCode: 0, message: "OK" })).toBe(false);
    ask("n2", COLLECT, "root", "n3");
    expect(sent.at(-1)).toBe("n3 client-reply");
  });

  it.each([
    ["a node that is not heard", {}, "n9", COLLECT, "root", 68],
    ["a user who is not root", {}, "n1", COLLECT, "haclient", 4],
    ["a secret over an open network", { isConfidential: false }, "n2", SECRET, "root", 107],
    ["nonsense", {}, "n1", {} as NodeErrand, "root", 76],
  ] as const)("refuses %s", (_what, options, node, errand, user, exitCode) => {
    const { sent, replies, done, ask } = desk(options);
    ask(node, errand, user);
    expect([replies.get("1")?.exitCode, sent, done]).toEqual([exitCode, [], []]);
  });

  it("works between real nodes, without a DC", () => {
    const world = new World({ seed: 1, nodes: 2, planner: schedulerPlanner });
    for (const name of world.names) world.boot(name);
    const [a = "", b = ""] = world.names;
    let output: string | undefined;
    world.runUntil(
      () =>
        world.machines
          .get(a)
          ?.node?.status()
          .peers.every((peer) => peer.heartbeat === "active") === true,
      5000,
    );
    world.request(a, { op: "errand", node: b, errand: COLLECT }, (reply) => {
      output = reply.output;
    });
    world.runUntil(() => output !== undefined, 1000);
    expect(output).toBe(`collected-end on ${b}`);
  });
});
