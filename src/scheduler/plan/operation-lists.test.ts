import { describe, expect, it } from "vitest";
import { element, type XmlElement } from "../../xml/element.ts";
import type { Resource } from "../cluster/resource.ts";
import { OperationsReader } from "../unpack/configuration/operations.ts";
import { examplePrimitive } from "./example-primitive.ts";
import { OperationLists } from "./operation-lists.ts";

function op(id: string, attributes: Readonly<Record<string, string>>, children: XmlElement[] = []): XmlElement {
  return element("op", { id, ...attributes }, children);
}

/** Resources by their operations, all read by one reader. */
function resources(...operations: readonly (readonly XmlElement[])[]): Resource[] {
  const reader = new OperationsReader(undefined, { nowEpochSeconds: 0 });
  return operations.map((own, at) => examplePrimitive(`r${at}`, own, (xml, agent) => reader.read(xml, agent)));
}

const monitor = { name: "monitor", interval: "10s", role: "Started" };

describe("the operations of a definition", () => {
  it("are one list for resources with the same ones, each with elements of its own", () => {
    const both = resources([op("a", monitor), op("b", { name: "stop" })], [op("c", monitor), op("d", { name: "stop" })]);
    const lists = new OperationLists();
    const [first, second] = both.map((resource) => lists.of(resource));
    expect(second).toBe(first);
    expect(first?.all).toMatchObject([
      { name: "monitor", intervalMs: 10_000, isEnabled: true, roleText: "Started" },
      { name: "stop", intervalMs: 0 },
    ]);
    expect(both.map((resource) => first?.all.map((one) => lists.element(resource, one)?.id))).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  it.each([
    ["other attributes", [op("c", monitor), op("d", { name: "stop", enabled: "false" })]],
    ["more of them", [op("c", monitor), op("d", { name: "stop" }), op("e", { name: "start" })]],
    ["fewer of them", [op("c", monitor)]],
    ["something else between them", [op("c", monitor), element("other"), op("d", { name: "stop" })]],
    ["one that repeats another", [op("c", monitor), op("d", { name: "stop" }), op("e", monitor)]],
    ["sets of attributes", [op("c", monitor, [element("meta_attributes", { id: "m" })]), op("d", { name: "stop" })]],
  ])("are a list of their own with %s", (_name, other) => {
    const both = resources([op("a", monitor), op("b", { name: "stop" })], other);
    const lists = new OperationLists();
    const [first, second] = both.map((resource) => lists.of(resource));
    expect(second).not.toBe(first);
    const ids = other.filter(({ name }) => name === "op").map(({ id }) => id);
    expect(second?.all.map((one) => lists.element(both[1] as Resource, one)?.id)).toEqual(ids);
  });

  it("recur when they are switched on, have an interval and no double, and can be repeated", () => {
    const own = [
      op("a", monitor),
      op("b", { ...monitor, interval: "20s" }),
      op("c", { ...monitor, interval: "20" }),
      op("d", { name: "monitor", interval: "30s", enabled: "false" }),
      op("e", { name: "start", interval: "40s" }),
      op("f", { name: "monitor", interval: "0" }),
    ];
    const [resource] = resources(own);
    const { recurring } = new OperationLists().of(resource as Resource);
    expect(recurring.map(({ place }) => place)).toEqual([0]);
  });
});
