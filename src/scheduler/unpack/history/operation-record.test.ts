import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { element, type XmlElement } from "../../../xml/element.ts";
import { compareRecords, expectedExitCode } from "./operation-record.ts";

let count = 0;
const entry = (callId: number, changedAt: number, transition = 1, uuid = "u"): XmlElement =>
  element("lrm_rsc_op", {
    id: `a_${count++}`,
    "call-id": callId,
    "last-rc-change": changedAt,
    "transition-magic": `0:0;1:${transition}:0:${uuid}`,
  });

describe("the order of history entries", () => {
  it("follows the calls, and the time for entries of one call", () => {
    expect(compareRecords(entry(1, 9), entry(2, 5))).toBe(-1);
    expect(compareRecords(entry(2, 9), entry(2, 5))).toBe(1);
  });

  it("places what is under way by its transition, else last", () => {
    expect(compareRecords(entry(-1, 0, 3), entry(7, 0, 4))).toBe(-1);
    expect(compareRecords(entry(-1, 0, 5), entry(7, 0, 4))).toBe(1);
    expect(compareRecords(entry(-1, 0, 1, "other"), entry(7, 0, 4))).toBe(1);
    expect(compareRecords(entry(0, 0, 5).set("call-id", "none"), entry(7, 0, 4))).toBe(1);
  });

  it("is the reverse the other way round", () => {
    const some = fc.record({
      call: fc.integer({ min: -1, max: 4 }),
      at: fc.integer({ min: 0, max: 4 }),
      transition: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(some, some, (a, b) => {
        const left = entry(a.call, a.at, a.transition);
        const right = entry(b.call, b.at, b.transition);
        expect(Math.sign(compareRecords(left, right)) + Math.sign(compareRecords(right, left))).toBe(0);
      }),
    );
  });
});

it.each([
  ["1:2:0:u", 0],
  ["1:2:193:u", 193],
  ["1:2:-1:u", -1],
  ["1:2:0", -1],
  ["1:2:0:", -1],
  ["1:2:193", -1],
  ["1:2:x:u", -1],
  ["1", -1],
  [undefined, -1],
])("of the key %j the expected exit code is %i", (key, code) => expect(expectedExitCode(key)).toBe(code));
