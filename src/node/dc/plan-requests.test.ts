import { expect, it } from "vitest";
import { configuredWorld } from "../../sim/configured-world.ts";
import { simulate } from "../../sim/simulation.ts";
import { World } from "../../sim/world.ts";
import { parseXml } from "../../xml/parse.ts";
import { planningSize } from "./plan-requests.ts";
import { schedulerPlanner } from "./scheduler-planner.ts";

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes/>
  <resources><primitive id="ip" class="ocf" provider="kodou" type="Dummy"/></resources>
  <constraints><rsc_location id="l" rsc="ip" node="n3" score="100"/></constraints>
</configuration>`;

/** Three nodes that have every plan made elsewhere, in `planningMs` each. */
function start(planningMs: number): World {
  const world = configuredWorld({ seed: 7, nodes: 3, planner: schedulerPlanner, planElsewhereAbove: -1, planningMs }, CONFIGURATION);
  for (const name of world.names) world.boot(name);
  return world;
}

const runsOn = (world: World): string => [...world.services.activeOn("ip")].join(" ");
const dc = (world: World): string => [...world.machines.values()].find((machine) => machine.node?.isDc)?.name ?? "";
const said = (world: World, text: string): number => world.trace.filter((line) => line.includes(text)).length;

function move(world: World, node: string): void {
  const input = `<rsc_location id="l" rsc="ip" node="${node}" score="100"/>`;
  const request = { operation: "modify", scope: "constraints", input } as const;
  world.request(dc(world), { op: "cib", client: "test", request }, () => undefined);
}

it("carries out plans that were made elsewhere", () => {
  const world = start(300);
  expect(world.runUntil(() => runsOn(world) === "n3", 20_000)).toBe(true);
  move(world, "n2");
  expect(world.runUntil(() => runsOn(world) === "n2", 20_000)).toBe(true);
  expect(said(world, "no plan")).toBe(0);
});

it("makes small plans at once", () => {
  const world = new World({ seed: 7, nodes: 1, planner: schedulerPlanner, planElsewhereAbove: 500 });
  let asked = 0;
  world.observe((seen) => {
    if (seen.kind === "effect" && seen.effect.kind === "make-plan") asked += 1;
  });
  world.boot("n1");
  expect(world.runUntil(() => said(world, "transition 1 ") > 0, 20_000)).toBe(true);
  expect(asked).toBe(0);
});

it("does not carry out a plan when something happened meanwhile, and is not idle while it waits", () => {
  const world = start(2000);
  expect(world.runUntil(() => runsOn(world) === "n3", 60_000)).toBe(true);
  expect(world.runUntil(() => world.machines.get(dc(world))?.node?.status().state === "S_IDLE", 20_000)).toBe(true);
  const placed: string[] = [];
  world.observe((seen) => {
    if (seen.kind === "agent-start" && seen.command.operation === "start") placed.push(seen.node);
  });
  move(world, "n2");
  world.run(world.nowMs + 500);
  expect(world.machines.get(dc(world))?.node?.status()).toMatchObject({ state: "S_TRANSITION_ENGINE", transition: { inFlight: 0 } });
  move(world, "n1");
  expect(world.runUntil(() => runsOn(world) === "n1", 20_000)).toBe(true);
  expect(placed).toEqual(["n1"]);
  expect(said(world, "came too late")).toBeGreaterThan(0);
});

it("makes a plan itself when plans keep coming too late", () => {
  const world = start(2000);
  expect(world.runUntil(() => runsOn(world) === "n3", 60_000)).toBe(true);
  for (let round = 0; round < 40 && runsOn(world) === "n3"; round += 1) {
    move(world, round % 2 === 0 ? "n1" : "n2");
    world.run(world.nowMs + 700);
  }
  expect(runsOn(world)).not.toBe("n3");
});

it("makes a plan itself when whoever was to make it is gone", () => {
  const world = start(300);
  world.work.plannerFailureRate = 1;
  expect(world.runUntil(() => runsOn(world) === "n3", 20_000)).toBe(true);
  expect(said(world, "the thread ended; it is made in the main thread")).toBeGreaterThan(0);
});

it("tries again later when a plan takes too long", () => {
  const world = start(300);
  let tooSlow = 0;
  world.observe((seen) => {
    if (seen.kind !== "effect" || seen.effect.kind !== "make-plan" || tooSlow > 0) return;
    const { requestId } = seen.effect;
    tooSlow += 1;
    world.after(100, () => world.deliver(seen.node, { kind: "plan-failed", requestId, message: "too long", isTooSlow: true }));
  });
  expect(world.runUntil(() => said(world, "it is made again in a minute") === 1, 20_000)).toBe(true);
  expect(world.runUntil(() => runsOn(world) === "n3", 90_000)).toBe(true);
});

it.each([1, 2, 3, 4])("keeps every promise under faults with plans made elsewhere, seed %i", (seed) => {
  const result = simulate({ seed, nodes: 3, minutes: 3, planner: schedulerPlanner, planElsewhereAbove: -1, plannerFailureRate: 0.1 });
  expect(result.violation, result.trace.slice(-40).join("\n")).toBeUndefined();
});

it("measures a plan by what is known of resources, what will be, and what is asked of them", () => {
  const sizeOf = (resources: string, constraints: string, histories: string): number => {
    const state = `<node_state id="1"><lrm id="1"><lrm_resources>${histories}</lrm_resources></lrm></node_state>`;
    const read = parseXml(
      `<cib><configuration><resources>${resources}</resources><constraints>${constraints}</constraints></configuration><status>${state}<node_state id="2"/></status></cib>`,
    );
    if (!read.ok) throw new Error(read.error.message);
    return planningSize(read.value);
  };
  const three = '<primitive id="a"/><clone id="c"><group id="g"><primitive id="b"/><primitive id="d"/></group></clone><template id="t"/>';
  expect(sizeOf(three, "", "")).toBe(6);
  expect(sizeOf("", "<rsc_order/><rsc_location/>", "<lrm_resource/>".repeat(5))).toBe(7);
  expect(sizeOf(three, "<rsc_order/>", "<lrm_resource/>".repeat(9))).toBe(10);
  const max = (count: string): string => `<meta_attributes id="m"><nvpair id="m-m" name="clone-max" value="${count}"/></meta_attributes>`;
  expect(sizeOf(`<clone id="c">${max("30")}<primitive id="a"/></clone>`, "", "")).toBe(60);
  expect(sizeOf(`<clone id="c">${max("99999999")}<primitive id="a"/></clone>`, "", "")).toBe(20_000);
  expect(sizeOf('<bundle id="b"><docker image="i" replicas="5"/><primitive id="a"/></bundle>', "", "")).toBe(40);
});
