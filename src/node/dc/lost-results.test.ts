import { expect, it } from "vitest";
import { configuredWorld } from "../../sim/configured-world.ts";
import type { World } from "../../sim/world.ts";
import { writeCompact } from "../../xml/write.ts";
import { schedulerPlanner } from "./scheduler-planner.ts";

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes/>
  <resources><primitive id="ip" class="ocf" provider="kodou" type="Dummy"/></resources>
  <constraints><rsc_location id="l" rsc="ip" node="n3" score="100"/></constraints>
</configuration>`;

/** Three nodes of which n3 should run \`ip\`; `mislays` drops messages from the start. */
function start(mislays: (from: string, to: string, text: string) => boolean): World {
  const world = configuredWorld({ seed: 7, nodes: 3, planner: schedulerPlanner }, CONFIGURATION);
  world.network.mislays = mislays;
  for (const name of world.names) world.boot(name);
  return world;
}

const runsOn = (world: World): string => [...world.services.activeOn("ip")].join(" ");

it("asks a member for the result that did not come, and goes on", () => {
  let lost = 0;
  const world = start((from, _to, text) => {
    const isFirst = from === "n3" && lost === 0 && text.includes('"type":"result"') && text.includes('"operation":"start"');
    if (isFirst) lost += 1;
    return isFirst;
  });
  expect(world.runUntil(() => lost === 1, 20_000)).toBe(true);
  move(world, "n2");
  expect(world.runUntil(() => runsOn(world) === "n2", 30_000)).toBe(true);
  expect(world.trace.some((line) => line.includes("its history is taken over"))).toBe(true);
});

it.each([80, 150, 400])("does not lose a result that comes while a view is made, with delays up to %i ms", (jitterMs) => {
  const world = start(() => false);
  world.network.jitterMs = jitterMs;
  expect(world.runUntil(() => runsOn(world) === "n3", 20_000)).toBe(true);
  for (let round = 0; round < 40; round += 1) {
    const wanted = round % 2 === 0 ? "n2" : "n3";
    move(world, wanted);
    world.run(world.nowMs + 5 * round);
    world.killDaemon("n1");
    world.run(world.nowMs + 3 * round);
    world.boot("n1");
    expect(
      world.runUntil(() => runsOn(world) === wanted, 40_000),
      `round ${round}\n${world.trace.slice(-60).join("\n")}`,
    ).toBe(true);
    const isWhole = (): boolean => world.names.every((name) => world.machines.get(name)?.node?.view?.members.length === 3);
    expect(world.runUntil(isWhole, 20_000), world.trace.slice(-80).join("\n")).toBe(true);
  }
  expect(world.trace.filter((line) => line.includes("its history is taken over"))).toEqual([]);
});

it("keeps a result that reaches the DC before all have its first document", () => {
  const world = start(() => false);
  expect(world.runUntil(() => runsOn(world) === "n3", 20_000)).toBe(true);
  const command = {
    transitionKey: "1:999:0:early",
    resource: { id: "ip", agentClass: "ocf", provider: "kodou", type: "Dummy" },
    operation: "monitor",
    intervalMs: 0,
    timeoutMs: 1000,
    startDelayMs: 0,
    parameters: {},
    meta: {},
  };
  const entry = '<lrm_rsc_op id="ip_early" transition-key="1:999:0:early" rc-code="0" op-status="0"/>';
  const outcome = { callId: 9, exitCode: 0, operationStatus: 0, exitReason: "", changedAtEpochSeconds: 0, executionMs: 0, queueMs: 0 };
  const text = JSON.stringify({ type: "result", command, entries: [entry], outcome });
  let leader = "";
  world.observe(({ kind, ...seen }) => {
    if (leader !== "" || kind !== "effect" || !("effect" in seen) || seen.effect.kind !== "log") return;
    if (!seen.effect.text.startsWith("member of view") || !seen.effect.text.endsWith(`DC is ${seen.node}`)) return;
    leader = seen.node;
    const generation = world.machines.get("n3")?.messagingGeneration ?? 0;
    world.after(0, () => {
      expect(world.machines.get(leader)?.node?.isDc).toBe(false);
      world.deliver(leader, { kind: "transport", event: { kind: "message", from: "n3", generation, text, nowMs: world.nowMs } });
    });
  });
  world.killDaemon([...world.machines.values()].find((machine) => machine.name !== "n3" && !machine.node?.isDc)?.name ?? "n1");
  expect(world.runUntil(() => world.machines.get(leader)?.node?.isDc === true, 20_000)).toBe(true);
  const cib = world.machines.get(leader)?.node?.cib;
  expect(cib && writeCompact(cib)).toContain("1:999:0:early");
});

/** Gives the service another home, by way of n2, again until it is committed. */
function move(world: World, node: string): void {
  const input = `<rsc_location id="l" rsc="ip" node="${node}" score="100"/>`;
  let isCommitted = false;
  for (let tries = 0; tries < 20 && !isCommitted; tries += 1) {
    world.request("n2", { op: "cib", client: "test", request: { operation: "modify", scope: "constraints", input } }, (reply) => {
      isCommitted ||= reply.exitCode === 0;
    });
    world.runUntil(() => isCommitted, 500);
  }
}
