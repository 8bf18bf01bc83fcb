import { expect, it } from "vitest";
import { recordedContext } from "../../sim/recorded-context.ts";
import { MachineLoads } from "./machine-loads.ts";

const { configuration } = recordedContext();
const context = (processors?: number) =>
  recordedContext({ configuration: processors === undefined ? configuration : { ...configuration, processors } });

it("tells when the level of this machine changes, and only then", () => {
  const recorded = context(2);
  const loads = new MachineLoads(recorded, { loadOf: () => "low", processorsOf: () => 4 });
  expect(loads.own).toBe("negligible");
  for (const average of [0.1, 5, 5.1, 0.1]) loads.measured(average);
  expect(recorded.logged).toEqual(["load of this machine: high, was negligible", "load of this machine: negligible, was high"]);
});

it("knows this machine by itself, and the others by what they say", () => {
  const loads = new MachineLoads(context(2), { loadOf: () => "low", processorsOf: () => 4 });
  loads.measured(9);
  expect([loads.levelOf("n1"), loads.processorsOf("n1")]).toEqual(["high", 2]);
  expect([loads.levelOf("n2"), loads.processorsOf("n2")]).toEqual(["low", 4]);
});

it("takes a machine that does not say for one with one processor", () => {
  const loads = new MachineLoads(context(), { loadOf: () => "low", processorsOf: () => 4 });
  loads.measured(0.7);
  expect([loads.own, loads.processorsOf("n1")]).toEqual(["low", undefined]);
});
