import { expect, it } from "vitest";
import { configuredWorld } from "../../sim/configured-world.ts";
import type { World } from "../../sim/world.ts";
import { schedulerPlanner } from "./scheduler-planner.ts";

const REMOTE = `<node id="far" uname="far" type="remote">
  <instance_attributes id="far-a"><nvpair id="far-a-1" name="maintenance" value="true"/></instance_attributes>
</node>`;

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes>${REMOTE}</nodes>
  <resources><primitive id="far" class="ocf" provider="pacemaker" type="remote"/></resources>
  <constraints/>
</configuration>`;

it("records that a remote node was told of its maintenance, and tells it once", () => {
  let plans = 0;
  const events: string[] = [];
  const world = configuredWorld(
    {
      seed: 5,
      nodes: 2,
      planner: (cib, epochSeconds) => {
        const plan = schedulerPlanner(cib, epochSeconds);
        plans += 1;
        events.push(...plan.graph.actions.filter(({ maintenance }) => maintenance).map(({ key }) => `${plans}: ${key}`));
        return plan;
      },
    },
    CONFIGURATION,
  );
  for (const name of world.names) world.boot(name);
  const isUp = (): boolean => world.services.activeOn("far").size === 1 && events.length === 0;
  expect(world.runUntil(isUp, 20_000)).toBe(true);
  world.run(world.nowMs + 1000);
  // The state of a remote node appears when its connection comes up.
  const state = '<node_state id="far" uname="far" remote_node="true" in_ccm="true" crm-debug-origin="remote_node_up"/>';
  modify(world, "status", state);
  const told = (): (string | undefined)[] =>
    [...world.machines.values()].map((machine) =>
      machine.node?.cib.child("status")?.child("node_state", "far")?.get("node_in_maintenance"),
    );
  expect(
    world.runUntil(() => told().every((value) => value === "1"), 20_000),
    world.trace.slice(-30).join("\n"),
  ).toBe(true);
  modify(world, "nodes", `<nodes>${REMOTE.replace('"true"', '"false"')}</nodes>`);
  expect(
    world.runUntil(() => told().every((value) => value === "0"), 20_000),
    world.trace.slice(-30).join("\n"),
  ).toBe(true);
  const before = plans;
  modify(world, "crm_config", '<cluster_property_set id="o"><nvpair id="o-2" name="batch-limit" value="5"/></cluster_property_set>');
  expect(world.runUntil(() => plans > before, 5000)).toBe(true);
  expect(events).toHaveLength(2);
});

function modify(world: World, scope: "status" | "nodes" | "crm_config", input: string): void {
  world.request("n1", { op: "cib", client: "test", request: { operation: "modify", scope, input, isCreateAllowed: true } }, (reply) =>
    expect(reply.exitCode, reply.message).toBe(0),
  );
}
