import { describe, expect, it } from "vitest";
import type { GraphAction } from "../../model/transition-graph.ts";
import { recordedDcContext, resourceAction } from "../../sim/recorded-dc-context.ts";
import { PlanRuns } from "../../transition/plan-runs.ts";
import { PlanOrders } from "./plan-orders.ts";

const TIMEOUT = new Map([["CRM_meta_timeout", "20000"]]);

/** A DC whose plan 8 has these actions, all of them sent at 1000 ms. */
function ordersFor(...actions: GraphAction[]) {
  const context = recordedDcContext();
  const orders = new PlanOrders(context, new PlanRuns(7));
  orders.begin({ actions, batchLimit: 0 });
  for (const planned of orders.runs.release(() => false)) orders.send(planned, 1000);
  return { context, orders };
}

describe("orders of plans", () => {
  it("go to the node of the action, under the number of the plan and the run of the daemon", () => {
    const { context } = ordersFor(resourceAction(3, "start", { attributes: new Map([...TIMEOUT, ["CRM_meta_op_target_rc", "0"]]) }));
    expect(context.executed.map(({ node, command }) => [node, command.operation, command.transitionKey])).toEqual([
      ["n2", "start", "3:8:0:run"],
    ]);
  });

  it("are lost without a result within the timeout, the delay of the start and cluster-delay", () => {
    const attributes = new Map([...TIMEOUT, ["CRM_meta_start_delay", "500"]]);
    const { orders } = ordersFor(resourceAction(3, "start", { attributes }));
    const dueMs = 1000 + 20_000 + 500 + 60_000;
    expect(orders.deadlinesMs()).toEqual([dueMs]);
    expect(orders.takeOverdue(dueMs - 1)).toEqual([]);
    expect(orders.takeOverdue(dueMs)).toEqual([{ plan: 8, id: 3 }]);
    expect(orders.takeOverdue(dueMs)).toEqual([]);
  });

  it("end once, by a key of this run", () => {
    const { orders } = ordersFor(resourceAction(3, "start"), resourceAction(4, "monitor", { inputs: [3] }));
    expect(orders.finish("3:8:0:another-run", true)).toBe("unexpected");
    expect(orders.finish("3:7:0:run", true)).toBe("unexpected");
    expect(orders.deadlinesMs()).toHaveLength(1);
    expect(orders.finish("3:8:0:run", true)).toBe("present");
    expect(orders.finish("3:8:0:run", true)).toBe("unexpected");
    expect(orders.deadlinesMs()).toEqual([]);
    expect(orders.runs.release(() => false).map(({ action }) => action.id)).toEqual([4]);
  });

  it("of a plan that is replaced are waited for no more where nothing is owed", () => {
    const { orders } = ordersFor(resourceAction(3, "start"));
    expect(orders.isOfPresentPlan("3:8:0:run")).toBe(true);
    orders.begin({ actions: [], batchLimit: 0 });
    expect(orders.isOfPresentPlan("3:8:0:run")).toBe(false);
    expect(orders.isOfPresentPlan("3:9:0:another-run")).toBe(false);
    expect([orders.deadlinesMs(), orders.finish("3:8:0:run", true)]).toEqual([[], "unexpected"]);
  });

  it("of a plan that is replaced are waited for where instances have to be told, which is done then", () => {
    const lists = [
      ["CRM_meta_notify_type", "post"],
      ["CRM_meta_notify_operation", "start"],
      ["CRM_meta_notify_start_resource", "web:0"],
      ["CRM_meta_notify_start_uname", "n2"],
    ] as const;
    const instance = new Map([["CRM_meta_clone", "0"]]);
    const tell = resourceAction(5, "notify", { attributes: new Map([...instance, ...lists]), inputs: [3] });
    const { context, orders } = ordersFor(resourceAction(3, "start", { attributes: instance }), tell);
    const before = orders.deadlinesMs();
    orders.begin({ actions: [], batchLimit: 0 });
    orders.sendOwed(2000);
    expect([before.length, orders.deadlinesMs()]).toEqual([1, before]);
    expect(orders.finish("3:8:0:run", true)).toBe("owed");
    orders.sendOwed(3000);
    expect(context.executed.map(({ command }) => [command.operation, command.transitionKey])).toEqual([
      ["start", "3:8:0:run"],
      ["notify", "5:8:0:run"],
    ]);
    expect(orders.deadlinesMs()).toHaveLength(1);
  });
});
