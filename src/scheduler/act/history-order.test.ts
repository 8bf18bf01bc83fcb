import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { element, type XmlElement } from "../../xml/element.ts";
import { compareRecords } from "../unpack/history/operation-record.ts";
import { orderedHistory } from "./history-order.ts";

let serial = 0;

function operation(task: string, callId: number, more: Record<string, string> = {}): XmlElement {
  return element("lrm_rsc_op", {
    id: `r_${task}_${serial++}`,
    operation: task,
    "call-id": callId,
    "op-status": "0",
    "rc-code": "0",
    ...more,
  });
}

function magic(transition: number, uuid = "a"): Record<string, string> {
  return { "transition-magic": `-1:193;4:${transition}:0:${uuid}` };
}

describe("the order of operations in a history", () => {
  it("follows the calls, for one call the time", () => {
    expect(compareRecords(operation("start", 3), operation("stop", 12))).toBeLessThan(0);
    const earlier = operation("monitor", 5, { "last-rc-change": "100" });
    const later = operation("monitor", 5, { "last-rc-change": "200" });
    expect(compareRecords(later, earlier)).toBeGreaterThan(0);
  });

  it("places what is pending by its transition, after all of another origin", () => {
    const pending = operation("stop", -1, magic(7));
    expect(compareRecords(operation("start", 4, magic(6)), pending)).toBeLessThan(0);
    expect(compareRecords(operation("start", 4, magic(8)), pending)).toBeGreaterThan(0);
    expect(compareRecords(operation("start", 4, magic(8, "b")), pending)).toBeLessThan(0);
  });

  it("is antisymmetric", () => {
    const one = fc
      .record({ call: fc.integer({ min: -1, max: 5 }), transition: fc.integer({ min: -1, max: 5 }), time: fc.integer({ min: 0, max: 3 }) })
      .map(({ call, transition, time }) => operation("monitor", call, { ...magic(transition), "last-rc-change": String(time) }));
    fc.assert(fc.property(one, one, (a, b) => Math.sign(compareRecords(a, b)) + Math.sign(compareRecords(b, a)) === 0));
  });
});

describe("the start that is in force", () => {
  const history = (...operations: XmlElement[]): XmlElement => element("lrm_resource", { id: "r" }, operations);

  it("is the last one, wherever it stands", () => {
    const { operations, startIndex, stopIndex } = orderedHistory(
      history(operation("start", 9), operation("stop", 4), operation("monitor", 10)),
    );
    expect(operations.map((one) => one.get("operation"))).toEqual(["stop", "start", "monitor"]);
    expect([startIndex, stopIndex]).toEqual([1, 0]);
  });

  it("comes before what was called after it, with operations between them that have no place of their own", () => {
    // As a cluster had it: what is under way is later than all of another origin, and nothing else says where it belongs.
    const old = (task: string, callId: number, transition: number): XmlElement => operation(task, callId, magic(transition, "old"));
    const fresh = (task: string, callId: number): XmlElement => operation(task, callId, magic(-1, "new"));
    const { operations, startIndex } = orderedHistory(
      history(
        old("start", 27813, 3178),
        old("notify", -1, 3178),
        fresh("notify", 27814),
        fresh("notify", 27815),
        old("monitor", 169, 2),
        old("notify", -1, 3132),
        old("notify", -1, 3132),
        old("notify", -1, 3177),
        fresh("monitor", 27817),
      ),
    );
    const calls = operations.map((one) => Number(one.get("call-id")));
    expect(operations[startIndex]?.get("operation")).toBe("start");
    expect(calls.indexOf(27817)).toBeGreaterThan(startIndex);
  });

  it("is taken from a change of role, else from a monitor that found it running", () => {
    expect(orderedHistory(history(operation("promote", 3), operation("monitor", 4))).startIndex).toBe(0);
    expect(orderedHistory(history(operation("stop", 3), operation("monitor", 4))).startIndex).toBe(1);
    expect(orderedHistory(history(operation("monitor", 4, { "rc-code": "7" }))).startIndex).toBe(-1);
  });
});
