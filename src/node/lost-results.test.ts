import { expect, it } from "vitest";
import { setCibVersion } from "../cib/version.ts";
import { World } from "../sim/world.ts";
import { parseXml } from "../xml/parse.ts";
import { schedulerPlanner } from "./scheduler-planner.ts";

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes/>
  <resources><primitive id="ip" class="ocf" provider="kodou" type="Dummy"/></resources>
  <constraints><rsc_location id="l" rsc="ip" node="n3" score="100"/></constraints>
</configuration>`;

/** Three nodes of which n3 should run \`ip\`; `mislays` drops messages from the start. */
function start(mislays: (from: string, to: string, text: string) => boolean): World {
  const world = new World({ seed: 7, nodes: 3, planner: schedulerPlanner });
  world.network.mislays = mislays;
  for (const machine of world.machines.values()) {
    const configuration = parseXml(CONFIGURATION);
    if (configuration.ok) machine.disk.cib.children[0] = configuration.value;
    setCibVersion(machine.disk.cib, { adminEpoch: 0, epoch: 1, numUpdates: 0 });
  }
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
