import { expect, it } from "vitest";
import { transientAttribute } from "../../attributes/transient.ts";
import { EXIT } from "../../model/exit-code.ts";
import { configuredWorld } from "../../sim/configured-world.ts";
import type { ClientReply } from "../interface/client.ts";
import { schedulerPlanner } from "./scheduler-planner.ts";

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes/>
  <resources><primitive id="web" class="ocf" provider="kodou" type="Dummy">
    <meta_attributes id="m"><nvpair id="m-1" name="migration-threshold" value="2"/></meta_attributes></primitive></resources>
  <constraints><rsc_location id="l" rsc="web" node="n2" score="100"/></constraints>
</configuration>`;

it("recovers a resource of which somebody says that it has failed, and moves it at its threshold", () => {
  const world = configuredWorld({ seed: 3, nodes: 3, planner: schedulerPlanner }, CONFIGURATION);
  for (const name of world.names) world.boot(name);
  const runs: string[] = [];
  world.observe((seen) => {
    if (seen.kind === "agent-start") runs.push(`${seen.command.operation} ${seen.node}`);
  });
  const isOn = (node: string) => () => [...world.services.activeOn("web")].join() === node && runs.at(-1) === `start ${node}`;
  const report = (node: string): ClientReply | undefined => {
    let reply: ClientReply | undefined;
    world.request("n1", { op: "fail", resource: "web", node }, (given) => {
      reply = given;
    });
    world.runUntil(() => reply !== undefined, 5000);
    return reply;
  };
  expect(world.runUntil(isOn("n2"), 20_000)).toBe(true);
  world.run(world.nowMs + 1000);
  runs.length = 0;
  expect(report("n2")?.exitCode).toBe(EXIT.ok);
  expect(world.runUntil(isOn("n2"), 20_000)).toBe(true);
  expect(runs).toEqual(["stop n2", "start n2"]);
  world.run(world.nowMs + 1000);
  expect(report("n2")?.exitCode).toBe(EXIT.ok);
  expect(world.runUntil(() => world.services.activeOn("web").size === 1 && !world.services.activeOn("web").has("n2"), 20_000)).toBe(true);
  const cib = [...world.machines.values()].find((machine) => machine.node?.isDc)?.node?.cib;
  const state = cib?.child("status")?.children.find((child) => child.get("uname") === "n2");
  expect(state && transientAttribute(state, "fail-count-web#asyncmon_0")).toBe("2");
  expect(report("n9")?.exitCode).toBe(EXIT.noSuchObject);
});
