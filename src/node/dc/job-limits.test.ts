import { expect, it } from "vitest";
import { configuredWorld } from "../../sim/configured-world.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import type { LoadLevel } from "../interface/messages.ts";
import { jobLimits } from "./job-limits.ts";
import { schedulerPlanner } from "./scheduler-planner.ts";

function withOptions(options: Readonly<Record<string, string>>): XmlElement {
  const pairs = Object.entries(options).map(([name, value]) => element("nvpair", { id: `o-${name}`, name, value }));
  const set = element("cluster_property_set", { id: "cib-bootstrap-options" }, pairs);
  return element("cib", {}, [element("configuration", {}, [element("crm_config", {}, [set])])]);
}

it.each([
  [{}, 8, Number.POSITIVE_INFINITY],
  [{ "node-action-limit": "3", "migration-limit": "1" }, 3, 1],
  [{ "node-action-limit": "0", "migration-limit": "-1" }, 8, Number.POSITIVE_INFINITY],
  [{ "node-action-limit": "many", "migration-limit": "0" }, 8, Number.POSITIVE_INFINITY],
])("options %o allow %i actions on a node of four processors, and %d migrations", (options, actions, migrations) => {
  const limits = jobLimits(
    withOptions(options),
    (node) => (node === "n1" ? 4 : undefined),
    () => "negligible",
  );
  expect(limits.onNode("n1")).toBe(actions);
  expect(limits.migrations).toBe(migrations);
});

it("takes a node that does not say how many processors it has for one with one", () => {
  expect(
    jobLimits(
      withOptions({}),
      () => undefined,
      () => "negligible",
    ).onNode("n1"),
  ).toBe(2);
});

it("leaves a loaded node a share of the actions, one at the least", () => {
  const onNode = (option: string, level: LoadLevel): number =>
    jobLimits(
      withOptions({ "node-action-limit": option }),
      () => 1,
      () => level,
    ).onNode("n1");
  expect((["negligible", "low", "medium", "high"] as const).map((level) => onNode("8", level))).toEqual([8, 6, 2, 1]);
  expect((["low", "medium"] as const).map((level) => onNode("1", level))).toEqual([1, 1]);
});

it.each([
  ["", 4],
  ['<nvpair id="o-2" name="node-action-limit" value="1"/>', 1],
])("a cluster with many resources runs no more agents at once on a node than it bears (%s)", (option, most) => {
  const resources = Array.from({ length: 30 }, (_, i) => `<primitive id="r${i}" class="ocf" provider="kodou" type="Dummy"/>`).join("");
  const text = `<configuration>
    <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="false"/>${option}</cluster_property_set></crm_config>
    <nodes/><resources>${resources}</resources><constraints/></configuration>`;
  const world = configuredWorld({ seed: 5, nodes: 3, planner: schedulerPlanner }, text);
  let seen = 0;
  world.observe((observation) => {
    if (observation.kind !== "agent-start") return;
    seen = Math.max(seen, world.machines.get(observation.node)?.runs.size ?? 0);
  });
  for (const name of world.names) world.boot(name);
  const areAllActive = (): boolean => world.services.resources().filter((id) => world.services.activeOn(id).size === 1).length === 30;
  expect(world.runUntil(areAllActive, 60_000)).toBe(true);
  expect(seen).toBe(most);
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
