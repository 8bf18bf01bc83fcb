import { describe, expect, it } from "vitest";
import { configuredWorld } from "../sim/configured-world.ts";
import { parseXml } from "../xml/parse.ts";
import { actionsAtLevel, loadLevel } from "./load-level.ts";
import { schedulerPlanner } from "./scheduler-planner.ts";

function cibWith(threshold: string | undefined) {
  const pair = threshold === undefined ? "" : `<nvpair id="o-l" name="load-threshold" value="${threshold}"/>`;
  const set = `<cluster_property_set id="cib-bootstrap-options">${pair}</cluster_property_set>`;
  const parsed = parseXml(`<cib><configuration><crm_config>${set}</crm_config></configuration></cib>`);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe("the level of a load", () => {
  it.each([
    [undefined, 4, 3.84, "negligible"],
    [undefined, 4, 3.85, "low"],
    [undefined, 4, 5.13, "medium"],
    [undefined, 4, 6.5, "high"],
    [undefined, 1, 0.57, "negligible"],
    [undefined, 1, 0.97, "high"],
    ["50%", 2, 1.3, "low"],
    ["50", 2, 2.1, "high"],
    ["0%", 2, 99, "negligible"],
    ["much", 2, 99, "negligible"],
  ] as const)("with load-threshold %s and %i processors, %d is %s", (threshold, processors, load, level) => {
    expect(loadLevel(load, processors, cibWith(threshold))).toBe(level);
  });

  it("leaves a share of the actions, one at the least", () => {
    expect((["negligible", "low", "medium", "high"] as const).map((level) => actionsAtLevel(8, level))).toEqual([8, 6, 2, 1]);
    expect((["low", "medium"] as const).map((level) => actionsAtLevel(1, level))).toEqual([1, 1]);
  });
});

it("a loaded node takes one action at a time, the others as many as ever, and all of them when it is over", () => {
  const resources = Array.from({ length: 30 }, (_, i) => `<primitive id="r${i}" class="ocf" provider="kodou" type="Dummy"/>`).join("");
  const text = `<configuration>
    <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes/><resources>${resources}</resources><constraints/></configuration>`;
  const world = configuredWorld({ seed: 5, nodes: 3, planner: schedulerPlanner }, text);
  const most = new Map<string, number>();
  world.observe((observation) => {
    if (observation.kind !== "agent-start") return;
    const running = world.machines.get(observation.node)?.runs.size ?? 0;
    most.set(observation.node, Math.max(most.get(observation.node) ?? 0, running));
  });
  const areAllActive = (): boolean => world.services.resources().filter((id) => world.services.activeOn(id).size === 1).length === 30;
  for (const name of world.names) {
    world.boot(name);
    world.deliver(name, { kind: "load-measured", average: name === "n2" ? 9 : 0.1 });
  }
  expect(world.runUntil(areAllActive, 120_000)).toBe(true);
  expect([...most].sort()).toEqual([
    ["n1", 4],
    ["n2", 1],
    ["n3", 4],
  ]);

  world.deliver("n2", { kind: "load-measured", average: 0.1 });
  most.clear();
  const input = '<cluster_property_set id="o"><nvpair id="o-2" name="stop-all-resources" value="true"/></cluster_property_set>';
  const request = { operation: "modify", scope: "crm_config", input } as const;
  world.request("n1", { op: "cib", client: "test", request }, () => undefined);
  expect(world.runUntil(() => world.services.resources().every((id) => world.services.activeOn(id).size === 0), 120_000)).toBe(true);
  expect(most.get("n2")).toBe(4);
});
