import { describe, expect, it } from "vitest";
import { element } from "../../xml/element.ts";
import type { Resource } from "../cluster/resource.ts";
import { ActionBook } from "./action-book.ts";
import { ConfiguredActions } from "./configured-actions.ts";
import { examplePrimitive } from "./example-primitive.ts";
import { OperationReader } from "./operation-meta.ts";

const operation = (name: string, interval: string, timeout: string, parameter?: string) =>
  element("op", { id: name, name, interval, timeout }, [
    ...(parameter === undefined
      ? []
      : [element("instance_attributes", { id: `${name}-i` }, [element("nvpair", { id: "n", name: parameter, value: "yes" })])]),
  ]);

const resource = (): Resource => examplePrimitive("r", [operation("monitor", "10s", "33s", "deep"), operation("notify", "0", "44s")]);

function made(task: string, intervalMs: number, key: string) {
  const configuration = new ConfiguredActions(new OperationReader(element("cib"), 0));
  const node = { index: 0, name: "n", attributes: new Map() } as never;
  return new ActionBook().add({ key, task, resource: resource(), node, intervalMs, isOptional: true, configuration });
}

describe("what is configured for an action", () => {
  it("is that of the operation it was made for, whatever it turns into", () => {
    const monitor = made("monitor", 10_000, "r_monitor_10000");
    monitor.task = "cancel";
    expect(monitor.meta.get("timeout")).toBe("33000");
  });

  it("of a notification is that of the operation notify", () => {
    expect(made("notify", 0, "r_pre_notify_start_0").meta.get("timeout")).toBe("44000");
    expect(made("notified", 0, "r_confirmed-pre_notify_start_0").meta.get("timeout")).toBe("44000");
    expect(made("start", 0, "r_start_0").meta.get("timeout")).toBe("20000");
  });

  it("are parameters too where it takes some", () => {
    const monitor = made("monitor", 10_000, "r_monitor_10000");
    expect(monitor.parameters).toBeUndefined();
    monitor.takesParameters = true;
    expect([...(monitor.parameters ?? [])]).toEqual([["deep", "yes"]]);
  });

  it("is nothing where it is of no resource", () => {
    const fields = { key: "all", task: "all", resource: undefined, node: undefined, intervalMs: 0, isOptional: true };
    expect(new ActionBook().add({ ...fields, configuration: undefined }).meta.size).toBe(0);
  });
});
