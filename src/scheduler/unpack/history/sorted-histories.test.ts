import { describe, expect, it } from "vitest";
import { element, type XmlElement } from "../../../xml/element.ts";
import { SortedHistories } from "./sorted-histories.ts";

function history(...calls: readonly (readonly [string, number])[]): XmlElement {
  const entries = calls.map(([task, callId], place) =>
    element("lrm_rsc_op", { id: `r_${place}`, operation: task, "call-id": callId, "op-status": 0, "rc-code": 0 }),
  );
  return element("lrm_resource", { id: "r" }, [element("other"), ...entries]);
}

function tasks(holder: XmlElement): (string | undefined)[] {
  return new SortedHistories().of(holder).map((entry) => entry.task);
}

describe("the entries of a history", () => {
  it("are in the order of their calls, few or many", () => {
    expect(tasks(history(["start", 3], ["monitor", 4]))).toEqual(["start", "monitor"]);
    expect(tasks(history(["monitor", 4], ["start", 3]))).toEqual(["start", "monitor"]);
    expect(tasks(history(["monitor", 4], ["stop", 9], ["start", 3]))).toEqual(["start", "monitor", "stop"]);
    expect(tasks(history(["start", 3]))).toEqual(["start"]);
    expect(tasks(history())).toEqual([]);
  });

  it("come in the reverse order of the document where that cannot be told", () => {
    expect(tasks(history(["start", -1], ["monitor", -1]))).toEqual(["monitor", "start"]);
    expect(tasks(history(["start", -1], ["monitor", -1], ["stop", -1]))).toEqual(["stop", "monitor", "start"]);
  });

  it("are made once", () => {
    const histories = new SortedHistories();
    const holder = history(["start", 3]);
    expect(histories.known(holder)).toBeUndefined();
    const entries = histories.of(holder);
    expect(histories.of(holder)).toBe(entries);
    expect(histories.known(holder)).toBe(entries);
  });
});
