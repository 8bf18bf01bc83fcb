import { expect, it } from "vitest";
import { configuredWorld } from "../../sim/configured-world.ts";
import { schedulerPlanner } from "../dc/scheduler-planner.ts";

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="shutdown-escalation" value="30s"/></cluster_property_set></crm_config>
  <nodes/>
  <resources>
    <primitive id="fence" class="stonith" type="lab"/>
    <primitive id="web" class="ocf" provider="kodou" type="Dummy"><operations><op id="web-stop" name="stop" interval="0" timeout="1h"/></operations></primitive>
  </resources>
  <constraints><rsc_location id="l" rsc="web" node="n2" score="100"/></constraints>
</configuration>`;

it("gives up leaving in order after shutdown-escalation, and is fenced before its resources run elsewhere", () => {
  const world = configuredWorld({ seed: 9, nodes: 3, planner: schedulerPlanner }, CONFIGURATION);
  const fenced: string[] = [];
  world.observe((seen) => {
    if (seen.kind === "fenced") fenced.push(seen.node);
  });
  for (const name of world.names) world.boot(name);
  const runsOn = (): string => [...world.services.activeOn("web")].join();
  expect(world.runUntil(() => runsOn() === "n2", 30_000)).toBe(true);
  world.work.delayMs = ({ operation }) => (operation === "stop" ? 3_000_000 : 0);
  world.run(world.nowMs + 2000);
  world.request("n2", { op: "leave" }, () => {});
  world.run(world.nowMs + 25_000);
  expect([runsOn(), fenced]).toEqual(["n2", []]);
  expect(world.runUntil(() => runsOn() !== "n2" && runsOn() !== "", 30_000)).toBe(true);
  expect(fenced).toEqual(["n2"]);
  expect(world.trace.some((line) => line.includes("leaving takes longer than shutdown-escalation allows"))).toBe(true);
});
