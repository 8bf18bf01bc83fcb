import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { GraphAction } from "../model/transition-graph.ts";
import { NO_JOB_LIMITS } from "./job-counts.ts";
import { Transitioner } from "./transitioner.ts";

function action(id: number, inputs: number[], kind: GraphAction["kind"] = "rsc_op"): GraphAction {
  return {
    id,
    kind,
    operation: "start",
    key: `r${id}_start_0`,
    node: "n1",
    resource: undefined,
    attributes: new Map(),
    priority: 0,
    inputs,
  };
}

const free = (): boolean => false;
const ids = (actions: readonly GraphAction[]): number[] => actions.map(({ id }) => id);

describe("a transition", () => {
  it("releases what waits for nothing, and the rest as its inputs are confirmed", () => {
    const transition = new Transitioner({ actions: [action(1, []), action(2, [1]), action(3, [1, 2])], batchLimit: 0 });
    expect(ids(transition.release(free))).toEqual([1]);
    expect(ids(transition.release(free))).toEqual([]);
    expect(transition.finish(1, true)).toBe(true);
    expect(transition.finish(1, true)).toBe(false);
    expect(ids(transition.release(free))).toEqual([2]);
    transition.finish(2, true);
    expect(ids(transition.release(free))).toEqual([3]);
    transition.finish(3, true);
    expect(transition.progress()).toMatchObject({ total: 3, confirmed: 3, isOver: true, isComplete: true });
  });

  it("confirms pseudo actions by itself", () => {
    const transition = new Transitioner({ actions: [action(1, [], "pseudo_event"), action(2, [1])], batchLimit: 0 });
    expect(ids(transition.release(free))).toEqual([2]);
  });

  it("never releases what waits for a failed action, and is over then", () => {
    const transition = new Transitioner({ actions: [action(1, []), action(2, [1]), action(3, [])], batchLimit: 0 });
    expect(ids(transition.release(free))).toEqual([1, 3]);
    transition.finish(1, false);
    transition.finish(3, true);
    expect(ids(transition.release(free))).toEqual([]);
    expect(transition.progress()).toMatchObject({ failed: 1, isOver: true, isComplete: false });
  });

  it("holds back what is busy elsewhere and goes on with the rest", () => {
    const transition = new Transitioner({ actions: [action(1, []), action(2, [])], batchLimit: 0 });
    expect(ids(transition.release(({ id }) => id === 1))).toEqual([2]);
    transition.finish(2, true);
    expect(transition.progress().isOver).toBe(false);
    expect(ids(transition.release(free))).toEqual([1]);
  });

  it("begins no more on a node than may be under way there, and goes on with other nodes", () => {
    const on = (id: number, node: string): GraphAction => ({ ...action(id, []), node });
    const transition = new Transitioner({ actions: [on(1, "n1"), on(2, "n1"), on(3, "n1"), on(4, "n2")], batchLimit: 0 });
    const limits = { ...NO_JOB_LIMITS, onNode: (node: string) => (node === "n1" ? 2 : 1) };
    expect(ids(transition.release(free, limits))).toEqual([1, 2, 4]);
    expect(ids(transition.release(free, limits))).toEqual([]);
    transition.finish(1, false);
    expect(ids(transition.release(free, limits))).toEqual([3]);
  });

  it("counts a live migration on both of its nodes", () => {
    const move = (id: number, from: string, to: string, operation = "migrate_to"): GraphAction => ({
      ...action(id, []),
      operation,
      node: operation === "migrate_to" ? from : to,
      attributes: new Map([
        ["CRM_meta_migrate_source", from],
        ["CRM_meta_migrate_target", to],
      ]),
    });
    const actions = [move(1, "n1", "n2"), move(2, "n3", "n1"), move(3, "n3", "n4", "migrate_from"), { ...action(4, []), node: "n1" }];
    const transition = new Transitioner({ actions, batchLimit: 0 });
    const limits = { ...NO_JOB_LIMITS, migrations: 1 };
    expect(ids(transition.release(free, limits))).toEqual([1, 3, 4]);
    transition.finish(3, true);
    expect(ids(transition.release(free, limits))).toEqual([]);
    transition.finish(1, true);
    expect(ids(transition.release(free, limits))).toEqual([2]);
  });

  it("keeps to the batch limit, releases each action once and after its inputs", () => {
    const graph = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 }).map((list) =>
      // Inputs point to earlier actions only: no circles.
      list.map((inputs, index) =>
        action(
          index + 1,
          inputs.filter(() => index > 0).map((input) => 1 + (input % index)),
        ),
      ),
    );
    fc.assert(
      fc.property(graph, fc.integer({ min: 0, max: 3 }), (actions, batchLimit) => {
        const transition = new Transitioner({ actions, batchLimit });
        const done = new Set<number>();
        for (let released = transition.release(free); released.length > 0; released = transition.release(free)) {
          if (batchLimit > 0) expect(transition.progress().inFlight).toBeLessThanOrEqual(batchLimit);
          for (const { id, inputs } of released) {
            expect(done.has(id)).toBe(false);
            for (const input of inputs) expect(done.has(input)).toBe(true);
          }
          for (const { id } of transition.inFlight()) {
            transition.finish(id, true);
            done.add(id);
          }
        }
        expect(done.size).toBe(actions.length);
      }),
    );
  });
});
