import { expect, it } from "vitest";
import type { ExecutorCommand } from "../../executor/command.ts";
import { configuredWorld } from "../../sim/configured-world.ts";
import type { World } from "../../sim/world.ts";
import { schedulerPlanner } from "./scheduler-planner.ts";

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="o-1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes/>
  <resources><clone id="db-clone">
    <meta_attributes id="m"><nvpair id="m-1" name="promotable" value="true"/><nvpair id="m-2" name="notify" value="true"/></meta_attributes>
    <primitive id="db" class="ocf" provider="kodou" type="Dummy"/>
  </clone></resources>
  <constraints><rsc_location id="l" rsc="db-clone"><rule id="r" role="Promoted" score="10"><expression id="e" attribute="#uname" operation="defined"/></rule></rsc_location></constraints>
</configuration>`;

/** A cluster with a replicated database; `onRun` hears of each run of an agent as it begins. */
function start(onRun: (world: World, node: string, command: ExecutorCommand) => void, nodes = 3): World {
  const world = configuredWorld({ seed: 3, nodes, planner: schedulerPlanner }, CONFIGURATION);
  world.observe((seen) => {
    if (seen.kind === "agent-start") onRun(world, seen.node, seen.command);
  });
  for (const name of world.names) world.boot(name);
  return world;
}

const tellsOf = ({ operation, meta }: ExecutorCommand, type: string, of: string): boolean =>
  operation === "notify" && meta["notify_type"] === type && meta["notify_operation"] === of;

const isAtRest = (world: World): boolean => [...world.machines.values()].some(({ node }) => node?.status().state === "S_IDLE");
const attribute = (world: World, node: string, value: string): void =>
  world.request(node, { op: "attribute-set", name: "written-by-agent", value }, () => {});

it("tells all instances of a promotion whose agent writes attributes while it promotes", () => {
  const told = new Set<string>();
  let promotions = 0;
  const world = start((here, node, command) => {
    if (command.operation === "promote") {
      promotions += 1;
      attribute(here, node, String(promotions));
    }
    if (tellsOf(command, "post", "promote")) told.add(node);
  });
  expect(
    world.runUntil(() => told.size === 3, 30_000),
    world.trace.slice(-60).join("\n"),
  ).toBe(true);
  expect(promotions).toBe(1);
  expect(world.runUntil(() => isAtRest(world), 10_000)).toBe(true);
});

it("tells them although a node dies, and so the view changes, while it promotes", () => {
  const told = new Set<string>();
  let dead = "";
  const world = start((here, node, command) => {
    const dc = [...here.machines.values()].find((machine) => machine.node?.isDc)?.name;
    if (command.operation === "promote" && dead === "") {
      dead = here.names.find((name) => name !== node && name !== dc) ?? "";
      here.after(0, () => here.powerOff(dead));
    }
    if (tellsOf(command, "post", "promote")) told.add(node);
  }, 4);
  world.work.delayMs = ({ operation }) => (operation === "promote" ? 5000 : 0);
  expect(
    world.runUntil(() => dead !== "" && told.size === 3, 60_000),
    world.trace.slice(-60).join("\n"),
  ).toBe(true);
  expect(told.has(dead)).toBe(false);
});

it("does nothing else to the clone before all have been told", () => {
  const order: string[] = [];
  let isChanged = false;
  const world = start((here, node, command) => {
    if (command.operation === "promote" && !isChanged) {
      isChanged = true;
      const input = '<nvpair id="m-3" name="target-role" value="Stopped"/>';
      const request = { operation: "create" as const, xpath: "//meta_attributes[@id='m']", input };
      here.request(node, { op: "cib", client: "test", request }, () => {});
    }
    if (command.resource.id === "db") order.push(command.operation);
  });
  world.observe((seen) => {
    if (seen.kind !== "effect" || seen.effect.kind !== "transport" || seen.effect.command.kind !== "send") return;
    const { text } = seen.effect.command;
    const isEnd =
      text.includes('"type":"result"') && text.includes('"notify_type":"post"') && text.includes('"notify_operation":"promote"');
    if (isEnd) order.push("told");
  });
  world.work.delayMs = (command) => (tellsOf(command, "post", "promote") ? 2000 : 0);
  expect(
    world.runUntil(() => order.includes("stop"), 30_000),
    world.trace.slice(-60).join("\n"),
  ).toBe(true);
  // The DC's own instance tells its end to nobody by message.
  expect(order.slice(order.indexOf("promote"), order.indexOf("demote")).filter((what) => what === "told")).toHaveLength(2);
});

it("goes on when agents fail to take notifications, and tells each only once", () => {
  let told = 0;
  const world = start((_world, _node, command) => {
    if (tellsOf(command, "pre", "promote")) told += 1;
  });
  world.work.failing = ({ operation }) => operation === "notify";
  expect(
    world.runUntil(() => world.services.promotedOn("db").size === 1 && isAtRest(world), 30_000),
    world.trace.slice(-40).join("\n"),
  ).toBe(true);
  world.run(world.nowMs + 10_000);
  expect(told).toBe(3);
});

it("makes no plan for a notification that is answered late", () => {
  const plans: number[] = [];
  let notified = 0;
  const world = start((here, node, command) => {
    if (tellsOf(command, "post", "promote")) {
      notified += 1;
      if (notified === 1) here.after(1, () => attribute(here, node, "again"));
    }
  });
  world.work.delayMs = ({ operation }) => (operation === "notify" ? 1000 : 0);
  world.observe((seen) => {
    if (seen.kind === "effect" && seen.effect.kind === "log" && /^transition \d+ \(/.test(seen.effect.text)) plans.push(world.nowMs);
  });
  expect(world.runUntil(() => notified > 0 && isAtRest(world), 30_000)).toBe(true);
  world.run(world.nowMs + 20_000);
  expect(notified).toBe(3);
  expect(plans.filter((atMs) => atMs > world.nowMs - 15_000)).toEqual([]);
});

it("comes to its end although attributes are written faster than agents take notifications", () => {
  let writes = 0;
  const world = start(() => undefined);
  world.work.delayMs = ({ operation }) => (operation === "notify" ? 1500 : 0);
  const write = (): void => {
    writes += 1;
    for (const name of world.names) attribute(world, name, String(writes));
    world.after(400, write);
  };
  const plans = (): number => world.trace.filter((line) => /transition \d+ \(/.test(line)).length;
  world.after(2000, write);
  expect(
    world.runUntil(() => world.services.promotedOn("db").size === 1, 30_000),
    world.trace.slice(-40).join("\n"),
  ).toBe(true);
  expect(writes).toBeGreaterThan(2);
  expect(plans()).toBeLessThan(6);
});
