import { describe, expect, it } from "vitest";
import { transientAttribute } from "../../attributes/transient.ts";
import { historyEntries, type OperationOutcome } from "../../executor/history.ts";
import type { GraphAction } from "../../model/transition-graph.ts";
import { recordedDcContext, recordedEntries, resourceAction } from "../../sim/recorded-dc-context.ts";
import { PlanRuns } from "../../transition/plan-runs.ts";
import { MissingResults } from "./missing-results.ts";
import { OperationResults } from "./operation-results.ts";
import { PlanOrders } from "./plan-orders.ts";
import { ResourceFailures } from "./resource-failures.ts";

/** A DC that has sent these actions of its plan 1. */
function dc(actions: GraphAction[], histories: Record<string, string> = {}) {
  const context = recordedDcContext(histories);
  const orders = new PlanOrders(context, new PlanRuns(0));
  const results = new OperationResults(context, orders, new ResourceFailures(context, () => {}));
  const missing = new MissingResults(context, orders, results);
  orders.begin({ actions, batchLimit: 0 });
  for (const planned of orders.runs.release(() => false)) orders.send(planned, 0);
  const progress = () => orders.runs.progress();
  const result = (action: GraphAction, exitCode: number, operationStatus = 0): void => {
    const command = orders.commandFor({ plan: 1, action });
    const outcome: OperationOutcome = {
      callId: 9,
      exitCode,
      operationStatus,
      exitReason: "because",
      changedAtEpochSeconds: 70,
      executionMs: 5,
      queueMs: 0,
    };
    results.result("n2", command, action.operation === "notify" ? [] : historyEntries("n2", command, outcome), outcome);
  };
  const attribute = (name: string): string | undefined => {
    const state = context.draft().nodeStateNamed("n2");
    return state && transientAttribute(state, name);
  };
  return { attribute, context, missing, orders, progress, result, results };
}

describe("results of operations", () => {
  it("that are as expected are recorded, and the plan goes on", () => {
    const start = resourceAction(1, "start");
    const { context, progress, result } = dc([start]);
    result(start, 0);
    expect([recordedEntries(context, "n2"), context.plans, progress()?.isComplete]).toEqual([["web_last_0 0 0"], [], true]);
  });

  it("that come twice, or for an older plan, ask for a new plan", () => {
    const start = resourceAction(1, "start");
    const { context, result } = dc([start]);
    result(start, 0);
    result(start, 0);
    expect(context.plans).toEqual(["late result of web start on n2"]);
  });

  it("that are failures are counted, logged, and ask for a new plan", () => {
    const start = resourceAction(1, "start");
    const { attribute, context, progress, result } = dc([start]);
    result(start, 1);
    expect([attribute("fail-count-web#start_0"), attribute("last-failure-web#start_0")]).toEqual(["INFINITY", "70"]);
    expect([context.plans, progress()?.failed]).toEqual([["result of web start on n2"], 1]);
    expect(context.logged).toEqual(["warning: web start on n2: exit 1, status 0 because"]);
  });

  it("of probes that find the resource running are no warning", () => {
    const probe = resourceAction(1, "monitor", { attributes: new Map([["CRM_meta_op_target_rc", "7"]]) });
    const { attribute, context, result } = dc([probe]);
    result(probe, 0);
    expect(context.logged.map((line) => line.split(":")[0])).toEqual(["info"]);
    expect([attribute("fail-count-web#monitor_0"), context.plans.length]).toEqual([undefined, 1]);
  });

  it("of notifications never change the plan", () => {
    const tell = resourceAction(1, "notify");
    const { attribute, context, progress, result } = dc([tell]);
    result(tell, 1);
    expect([progress()?.isComplete, context.plans, attribute("fail-count-web#notify_0")]).toEqual([true, [], undefined]);
    expect(context.logged).toEqual(["warning: web on n2 did not take a notification (exit 1): because"]);
  });

  it("of what nobody ordered leave a node alone that the status does not know", () => {
    const { context, orders, results } = dc([]);
    const command = orders.commandFor({ plan: 1, action: resourceAction(1, "start") });
    results.result("n9", command, [], {
      callId: 1,
      exitCode: 1,
      operationStatus: 0,
      exitReason: "",
      changedAtEpochSeconds: 0,
      executionMs: 0,
      queueMs: 0,
    });
    expect([context.plans, context.logged, context.draft().isChanged]).toEqual([[], [], false]);
  });

  it("of cancelling and deleting take what is gone out of the history", () => {
    const cancel = resourceAction(1, "cancel", { attributes: new Map([["CRM_meta_interval", "9000"]]) });
    const remove = resourceAction(2, "delete");
    const { context, orders, progress, results } = dc([cancel, remove], {
      n2: '<lrm_rsc_op id="web_monitor_9000"/><lrm_rsc_op id="web_last_0"/>',
    });
    results.cancelled("n2", orders.commandFor({ plan: 1, action: cancel }));
    expect(recordedEntries(context, "n2").map((entry) => entry.split(" ")[0])).toEqual(["web_last_0"]);
    results.deleted("n2", orders.commandFor({ plan: 1, action: remove }));
    expect([recordedEntries(context, "n2"), progress()?.isComplete, context.plans]).toEqual([[], true, []]);
    results.deleted("n2", orders.commandFor({ plan: 1, action: remove }));
    expect(context.plans).toEqual(["history of web on n2 deleted"]);
  });
});

describe("results that do not come", () => {
  it("count as failures when they are of the present plan", () => {
    const { attribute, context, missing, progress } = dc([resourceAction(1, "start")]);
    missing.overdue({ plan: 1, id: 1 }, 99);
    expect(recordedEntries(context, "n2")).toEqual(["web_last_failure_0 1 2", "web_last_0 1 2"]);
    expect([attribute("last-failure-web#start_0"), progress()?.failed, context.plans.length]).toEqual(["99", 1, 1]);
  });

  it("are given up, and no more, when they are of an older plan", () => {
    const { context, missing, progress } = dc([resourceAction(1, "start")]);
    missing.overdue({ plan: 0, id: 1 }, 99);
    expect([recordedEntries(context, "n2"), progress()?.inFlight, context.plans]).toEqual([[], 1, []]);
  });

  const pending = (key: string): string =>
    `<lrm_rsc_op id="web_last_0" operation="start" op-status="-1" rc-code="193" transition-key="${key}"/>`;
  const done = (key: string): string => `<lrm_rsc_op id="web_last_0" operation="start" op-status="0" rc-code="0" transition-key="${key}"/>`;
  const lrmOf = (entry: string) =>
    recordedDcContext({ n2: entry }).draft().nodeStateNamed("n2")?.descend("lrm", "lrm_resources")?.children[0];

  it("are asked for from one member or all", () => {
    const { context, missing } = dc([], { n1: pending("1:1:0:run"), n2: pending("2:1:0:run"), n3: pending("3:1:0:run") });
    missing.inquireAll("n2");
    missing.inquireAll(undefined);
    expect(context.inquired.map(({ node }) => node)).toEqual(["n2", "n1", "n2"]);
  });

  it("are taken from the member's history when it says that the operation is over", () => {
    const { context, missing, progress } = dc([resourceAction(1, "start")], { n2: pending("1:1:0:run") });
    missing.inquireAll("n2");
    const [asked] = context.inquired;
    if (!asked) throw new Error("nobody was asked");
    missing.inquiryAnswered(asked, lrmOf(done("1:1:0:run")));
    expect([recordedEntries(context, "n2"), progress()?.isComplete]).toEqual([["web_last_0 0 0"], true]);
    missing.inquiryAnswered(asked, undefined);
    expect([recordedEntries(context, "n2"), context.plans]).toEqual([["web_last_0 0 0"], ["history of web on n2"]]);
  });

  it("never came to be when the member knows nothing of the operation", () => {
    const { context, missing, progress } = dc([resourceAction(1, "start")], { n2: pending("1:1:0:run") });
    missing.inquiryAnswered({ node: "n2", resourceId: "web", operation: "start", transitionKey: "1:1:0:run" }, undefined);
    expect([recordedEntries(context, "n2"), progress()?.failed]).toEqual([[], 1]);
  });
});
