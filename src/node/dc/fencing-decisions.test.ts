import { describe, expect, it } from "vitest";
import { Fencer, type FencingEffect, type FencingRequest } from "../../fencing/fencer.ts";
import { recordedDcContext, resourceAction } from "../../sim/recorded-dc-context.ts";
import { PlanRuns } from "../../transition/plan-runs.ts";
import { FencingDecisions } from "./fencing-decisions.ts";
import { PlanOrders } from "./plan-orders.ts";

/** A DC whose plan 1 wants n3 fenced. Its document knows no device: requests fail at once. */
function dc() {
  const context = recordedDcContext();
  const orders = new PlanOrders(context, new PlanRuns(0));
  const concluded: FencingRequest[] = [];
  const apply = (effects: readonly FencingEffect[]): void => {
    for (const effect of effects) if (effect.kind === "concluded") concluded.push(effect.request);
  };
  const fencing = new FencingDecisions(context, orders, { fencer: new Fencer(), apply });
  const action = resourceAction(1, "stonith", { kind: "crm_event", node: "n3", resource: undefined });
  orders.begin({ actions: [action], batchLimit: 0 });
  orders.runs.release(() => false);
  fencing.carryOut(1, action, 60);
  const [request] = concluded;
  if (!request) throw new Error("nothing was asked of the fencer");
  return { context, fencing, orders, request };
}

describe("fencing for plans", () => {
  it("is asked for in the name of the plan", () => {
    const { request } = dc();
    expect(request).toMatchObject({ id: "run-1-1", target: "n3", action: "reboot", origin: "n1", cause: "transition 1, action 1" });
  });

  it("that succeeds makes the node down, and the plan goes on", () => {
    const { context, fencing, orders, request } = dc();
    fencing.concluded({ ...request, verdict: "succeeded", delegate: "n2" }, 1000);
    expect(context.draft().nodeStateNamed("n3")?.get("expected")).toBe("down");
    expect([orders.runs.progress()?.isComplete, context.plans]).toEqual([true, []]);
  });

  it("that nobody waits for asks for a plan", () => {
    const { context, fencing, request } = dc();
    fencing.concluded({ ...request, verdict: "succeeded" }, 1000);
    fencing.concluded({ ...request, verdict: "succeeded" }, 1000);
    expect(context.plans).toEqual(["fencing of n3 succeeded"]);
  });

  it("that fails proves nothing, and is tried again after a while", () => {
    const { context, fencing, orders, request } = dc();
    fencing.concluded(request, 1000);
    expect(context.draft().isChanged).toBe(false);
    expect([orders.runs.progress()?.failed, context.plans]).toEqual([1, ["fencing of n3 failed"]]);
    expect([fencing.isHeld("n3", 1999), fencing.isHeld("n3", 2000), fencing.isHeld("n2", 1000)]).toEqual([true, false, false]);
    expect(fencing.backOff.deadlinesMs()).toEqual([2000]);
  });

  it("that switches a node on says nothing of its being down, nor of a member that was fenced and is back", () => {
    const { context, fencing, request } = dc();
    fencing.concluded({ ...request, action: "on", verdict: "succeeded" }, 1000);
    fencing.concluded({ ...request, target: "n2", verdict: "succeeded" }, 1000);
    expect(context.draft().isChanged).toBe(false);
  });
});
