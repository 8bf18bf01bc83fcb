import { describe, expect, it } from "vitest";
import { element } from "../../../xml/element.ts";
import { HistoryEntry } from "./operation-record.ts";
import { isStartedWell } from "./started-well.ts";

function entry(task: string, more: Readonly<Record<string, string>> = {}): HistoryEntry {
  const attributes = { id: `r_${task}`, operation: task, "rc-code": "0", "op-status": "0", "transition-key": "1:1:0:u", ...more };
  return new HistoryEntry(element("lrm_rsc_op", attributes));
}

describe("a history of what was started well", () => {
  it("has a start, and maybe monitors after it", () => {
    expect(isStartedWell([entry("start")])).toBe(true);
    expect(isStartedWell([entry("start"), entry("monitor"), entry("monitor", { interval: "10000" })])).toBe(true);
  });

  it.each([
    ["nothing", []],
    ["no start", [entry("monitor")]],
    ["something before the start", [entry("monitor"), entry("start")]],
    ["something else after it", [entry("start"), entry("promote")]],
    ["something unknown after it", [entry("start"), entry("notify")]],
    ["a failure", [entry("start"), entry("monitor", { "rc-code": "1" })]],
    ["what was expected to be a failure", [entry("start"), entry("monitor", { "rc-code": "7", "transition-key": "1:1:7:u" })]],
    ["a success that was not expected", [entry("start"), entry("monitor", { "transition-key": "1:1:7:u" })]],
    ["what is under way", [entry("start", { "op-status": "-1" })]],
    ["the entry of a failure", [entry("start", { id: "r_last_failure_0" })]],
    ["an entry that has no id", [new HistoryEntry(element("lrm_rsc_op", { operation: "start", "rc-code": "0", "op-status": "0" }))]],
  ])("has not %s", (_name, entries) => {
    expect(isStartedWell(entries)).toBe(false);
  });
});
