import { describe, expect, it } from "vitest";
import type { GraphAction } from "../model/transition-graph.ts";
import { PlanRuns } from "./plan-runs.ts";

const NODES = ["n1", "n2", "n3"];

/** One instance of the clone `db` on each node: what its agent is asked. */
function onInstance(
  id: number,
  operation: string,
  instance: number,
  inputs: number[],
  more: readonly (readonly [string, string])[] = [],
): GraphAction {
  return {
    id,
    kind: "rsc_op",
    operation,
    key: `db_${operation}_0`,
    node: NODES[instance],
    resource: { id: "db", agentClass: "ocf", provider: "kodou", type: "Dummy" },
    attributes: new Map([["CRM_meta_clone", String(instance)], ...more]),
    priority: 0,
    inputs,
  };
}

/** `operation` on the instances given, as actions 1, 2, ...; then post-notifications to all as actions 11, 12, 13. */
function told(operation: string, instances: number[]): { actions: GraphAction[]; batchLimit: number } {
  const lists = [
    ["CRM_meta_notify_type", "post"],
    ["CRM_meta_notify_operation", operation],
    [`CRM_meta_notify_${operation}_resource`, instances.map((instance) => `db:${instance}`).join(" ")],
    [`CRM_meta_notify_${operation}_uname`, instances.map((instance) => NODES[instance]).join(" ")],
  ] as const;
  const operations = instances.map((instance, i) => onInstance(i + 1, operation, instance, []));
  const done: GraphAction = {
    ...onInstance(
      9,
      "running",
      0,
      operations.map(({ id }) => id),
    ),
    kind: "pseudo_event",
    resource: undefined,
  };
  return { actions: [...operations, done, ...NODES.map((_, i) => onInstance(11 + i, "notify", i, [9], lists))], batchLimit: 0 };
}

const free = (): boolean => false;
const ids = (planned: readonly { readonly action: GraphAction }[]): number[] => planned.map(({ action }) => action.id);
const NOTHING = { actions: [], batchLimit: 0 };

describe("a plan that is replaced", () => {
  it("owes nothing when nothing was begun", () => {
    const runs = new PlanRuns(4);
    runs.begin(told("promote", [0]));
    expect(runs.number).toBe(5);
    runs.begin(NOTHING);
    expect(runs.isIdle).toBe(true);
    expect(runs.releaseOwed()).toEqual([]);
  });

  it("tells of what was under way once that is over", () => {
    const runs = new PlanRuns(0);
    runs.begin(told("promote", [0]));
    expect(ids(runs.release(free))).toEqual([1]);
    runs.begin(NOTHING);
    expect(runs.releaseOwed()).toEqual([]);
    expect(runs.isIdle).toBe(false);
    expect(runs.finish(1, 1, true)).toBe("owed");
    const sent = runs.releaseOwed();
    expect(ids(sent)).toEqual([11, 12, 13]);
    expect(sent.every(({ plan }) => plan === 1)).toBe(true);
    expect(runs.releaseOwed()).toEqual([]);
    for (const id of ids(sent)) expect(runs.finish(1, id, true)).toBe("owed");
    expect(runs.finish(1, 13, true)).toBe("unexpected");
    expect(runs.isIdle).toBe(true);
  });

  it("tells nothing when that failed", () => {
    const runs = new PlanRuns(0);
    runs.begin(told("promote", [0]));
    runs.release(free);
    runs.finish(1, 1, false);
    runs.begin(NOTHING);
    expect(runs.releaseOwed()).toEqual([]);
    runs.begin(told("promote", [0]));
    runs.release(free);
    runs.begin(NOTHING);
    runs.finish(3, 1, false);
    expect(runs.isIdle).toBe(true);
  });

  it("leaves out what was not begun, and who did not start", () => {
    const runs = new PlanRuns(0);
    runs.begin(told("start", [0, 1, 2]));
    expect(ids(runs.release(({ id }) => id === 3))).toEqual([1, 2]);
    runs.begin(NOTHING);
    runs.finish(1, 1, true);
    runs.finish(1, 2, false);
    const sent = runs.releaseOwed();
    expect(ids(sent)).toEqual([11]);
    expect(sent[0]?.action.attributes.get("CRM_meta_notify_start_resource")).toBe("db:0");
    expect(sent[0]?.action.attributes.get("CRM_meta_notify_start_uname")).toBe("n1");
  });

  it("waits for notifications that were sent, and sends those that were not", () => {
    const runs = new PlanRuns(0);
    runs.begin(told("stop", [2]));
    runs.release(free);
    runs.finish(1, 1, true);
    expect(ids(runs.release(({ id }) => id === 12))).toEqual([11, 13]);
    runs.begin(NOTHING);
    expect(runs.owedActions()).toEqual([
      { plan: 1, id: 11 },
      { plan: 1, id: 13 },
    ]);
    expect(ids(runs.releaseOwed())).toEqual([12]);
  });

  it("waits for no node that is gone", () => {
    const runs = new PlanRuns(0);
    runs.begin(told("promote", [0]));
    runs.release(free);
    runs.begin(NOTHING);
    runs.keepOnly(new Set(["n1", "n3"]));
    runs.finish(1, 1, true);
    expect(ids(runs.releaseOwed())).toEqual([11, 13]);
    runs.keepOnly(new Set(["n1"]));
    expect(runs.owedActions()).toEqual([{ plan: 1, id: 11 }]);
  });

  it("has nobody tell of an operation whose node is gone", () => {
    const runs = new PlanRuns(0);
    runs.begin(told("promote", [0]));
    runs.release(free);
    runs.setAside();
    runs.keepOnly(new Set(["n2", "n3"]));
    expect(runs.isIdle).toBe(true);
  });

  it("is forgotten when another node was DC", () => {
    const runs = new PlanRuns(0);
    runs.begin(told("promote", [0]));
    runs.release(free);
    runs.setAside();
    runs.forget();
    expect(runs.finish(1, 1, true)).toBe("unexpected");
    expect(runs.isIdle).toBe(true);
  });
});

describe("a plan that is made anew", () => {
  /** A promotion with announcements, as actions 21 to 23, before it. */
  const promotion = (): ReturnType<typeof told> => {
    const { actions, batchLimit } = told("promote", [0]);
    const announcements = NODES.map((_, i) => ({
      ...onInstance(21 + i, "notify", i, [], [["CRM_meta_notify_type", "pre"]]),
      key: "db_pre_notify_promote_0",
    }));
    return {
      actions: [...announcements, ...actions.map((action) => (action.id === 1 ? { ...action, inputs: [21, 22, 23] } : action))],
      batchLimit,
    };
  };

  it("is covered by the present one while that has the same ahead of it, announcements or not", () => {
    const runs = new PlanRuns(0);
    expect(runs.covers(promotion())).toBe(false);
    runs.begin(promotion());
    expect(runs.covers(promotion())).toBe(true);
    for (const { action } of runs.release(free)) runs.finish(1, action.id, true);
    expect(runs.covers(promotion())).toBe(true);
    runs.release(free);
    // What is made now knows of the promotion that is under way, and not of those who are told afterwards.
    expect(runs.covers({ actions: [], batchLimit: 0 })).toBe(true);
    runs.finish(1, 1, false);
    expect(runs.covers(promotion())).toBe(false);
  });

  it.each<[string, (actions: GraphAction[]) => GraphAction[]]>([
    ["more is wanted", (actions) => [...actions, onInstance(99, "stop", 2, [])]],
    ["less is wanted", (actions) => actions.filter(({ operation }) => operation !== "promote")],
    ["another node is meant", (actions) => actions.map((action) => (action.id === 1 ? { ...action, node: "n3" } : action))],
    [
      "agents get other parameters",
      (actions) =>
        actions.map((action) => (action.id === 1 ? { ...action, attributes: new Map([...action.attributes, ["x", "1"]]) } : action)),
    ],
  ])("is begun when %s", (_why, change) => {
    const runs = new PlanRuns(0);
    runs.begin(promotion());
    expect(runs.covers({ actions: change(promotion().actions), batchLimit: 0 })).toBe(false);
  });

  it("is begun when something of the present one has failed: what waits for that would wait for ever", () => {
    const runs = new PlanRuns(0);
    const waiting = onInstance(2, "start", 1, [1]);
    runs.begin({ actions: [onInstance(1, "start", 0, []), waiting, onInstance(3, "start", 2, [])], batchLimit: 0 });
    runs.release(free);
    runs.finish(1, 1, false);
    expect(runs.progress()?.isOver).toBe(false);
    expect(runs.covers({ actions: [{ ...waiting, inputs: [] }], batchLimit: 0 })).toBe(false);
  });

  it("is begun when the present one is over", () => {
    const runs = new PlanRuns(0);
    runs.begin({ actions: [], batchLimit: 0 });
    expect(runs.covers({ actions: [], batchLimit: 0 })).toBe(false);
  });
});
