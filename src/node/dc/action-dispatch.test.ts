import { describe, expect, it } from "vitest";
import { transientAttribute } from "../../attributes/transient.ts";
import type { GraphAction } from "../../model/transition-graph.ts";
import { recordedDcContext, recordedEntries, resourceAction } from "../../sim/recorded-dc-context.ts";
import { PlanRuns } from "../../transition/plan-runs.ts";
import { ActionDispatch } from "./action-dispatch.ts";
import { PlanOrders } from "./plan-orders.ts";
import { Shutdowns } from "./shutdowns.ts";

/** Begins the actions of a plan; `done` is what the parts of the DC were told. */
function begin(...actions: GraphAction[]) {
  const context = recordedDcContext();
  const orders = new PlanOrders(context, new PlanRuns(0));
  const done: string[] = [];
  const shutdowns = new Shutdowns(context, (node) => done.push(`${node} may go`));
  const dispatch = new ActionDispatch(context, orders, {
    fencing: { carryOut: (plan, action) => done.push(`fence ${action.node} for ${plan}`) },
    failures: { clear: (node, resource) => done.push(`clear ${resource} on ${node}`) },
    shutdowns,
  });
  orders.begin({ actions, batchLimit: 0 });
  for (const planned of orders.runs.release(() => false)) dispatch.begin(planned, 0, 50);
  const ordered = context.executed.map(({ node, command }) => `${command.operation} on ${node}`);
  return { context, done, ordered, progress: orders.runs.progress(), shutdowns };
}

const ofCluster = (id: number, operation: string, given: Partial<GraphAction> = {}): GraphAction =>
  resourceAction(id, operation, { kind: "crm_event", resource: undefined, ...given });

describe("actions of a plan", () => {
  it("on a resource are sent to its node, and stand in the status as pending", () => {
    const { context, ordered, progress } = begin(resourceAction(1, "start"));
    expect([ordered, recordedEntries(context, "n2"), progress?.inFlight]).toEqual([["start on n2"], ["web_last_0 193 -1"], 1]);
  });

  it.each(["cancel", "delete", "notify", "reload-agent"])("of the kind %s leave the history as it is", (operation) => {
    const { context, ordered } = begin(resourceAction(1, operation));
    expect([ordered, recordedEntries(context, "n2")]).toEqual([[`${operation} on n2`], []]);
  });

  it("on a node that is no member, or none, have failed", () => {
    const { context, ordered, progress } = begin(
      resourceAction(1, "start", { node: "n3" }),
      resourceAction(2, "start", { node: undefined }),
    );
    expect([ordered, progress?.failed, context.logged]).toEqual([[], 2, ["warning: web_start_0: n3 is not a member"]]);
  });

  it("that fence are the fencer's", () => {
    const { done, progress } = begin(ofCluster(1, "stonith", { node: "n3" }));
    expect([done, progress?.inFlight]).toEqual([["fence n3 for 1"], 1]);
  });

  it("that let nodes go tell them, and the DC itself", () => {
    const { done, progress, shutdowns } = begin(ofCluster(1, "do_shutdown"), ofCluster(2, "do_shutdown", { node: "n1" }));
    expect([done, shutdowns.isOwnGranted, progress?.isComplete]).toEqual([["n2 may go"], true, true]);
  });

  it("that forget failures ask for another plan", () => {
    const { context, done, progress } = begin(ofCluster(1, "clear_failcount", { key: "db_clear_failcount_0" }));
    expect([done, context.plans, progress?.isComplete]).toEqual([["clear db on n2"], ["fail count of db cleared"], true]);
  });

  it("that delete a history are orders to the node", () => {
    const { ordered, progress } = begin(
      ofCluster(1, "lrm_delete", { resource: resourceAction(0, "delete").resource }),
      ofCluster(2, "lrm_delete"),
    );
    expect([ordered, progress?.confirmed, progress?.inFlight]).toEqual([["delete on n2"], 1, 1]);
  });

  it("that nobody knows have failed", () => {
    const { context, progress } = begin(ofCluster(1, "dance"));
    expect([progress?.failed, context.logged]).toEqual([1, ["warning: unknown cluster action dance"]]);
  });

  it("that tell remote nodes of maintenance are done in the status", () => {
    const maintenance = [{ nodeId: "r", node: "r", isInMaintenance: true }];
    const { context, progress } = begin(ofCluster(1, "all", { kind: "pseudo_event", maintenance }));
    expect([context.draft().nodeStateNamed("r")?.get("node_in_maintenance"), progress?.isComplete]).toEqual(["1", true]);
  });
});

it("a node that wants to leave is planned for, and not let go before", () => {
  const context = recordedDcContext();
  const gone: string[] = [];
  const shutdowns = new Shutdowns(context, (node) => gone.push(node));
  shutdowns.requested("n2", 77);
  shutdowns.requested("n9", 77);
  const state = context.draft().nodeStateNamed("n2");
  expect([state && transientAttribute(state, "shutdown"), context.plans, gone]).toEqual(["77", ["n2 leaves"], []]);
});
