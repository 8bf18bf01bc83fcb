import { describe, expect, it } from "vitest";
import { element } from "../xml/element.ts";
import { countsAsFailed, hasFailed } from "./failed-record.ts";

const record = (attributes: Readonly<Record<string, string>>) =>
  element("lrm_rsc_op", { id: "web_last_0", "rc-code": "0", "op-status": "0", "transition-key": "1:1:0:u", ...attributes });

describe("records that a cleanup forgets", () => {
  it("are those whose result was not expected, and of operations that could not be carried out", () => {
    expect(countsAsFailed(record({}))).toBe(false);
    expect(countsAsFailed(record({ "rc-code": "1" }))).toBe(true);
    expect(countsAsFailed(record({ "op-status": "4" }))).toBe(false);
    for (const status of ["2", "3", "5", "6", "7", "8", "9", "10", "11"]) {
      expect(countsAsFailed(record({ "op-status": status }))).toBe(true);
      expect(hasFailed(record({ "op-status": status }))).toBe(false);
    }
  });

  it("are those of which nobody knows what was expected, but for what is under way", () => {
    const unknown = element("lrm_rsc_op", { id: "web_start_0", "rc-code": "0", "op-status": "0" });
    expect(countsAsFailed(unknown)).toBe(true);
    expect(countsAsFailed(element("lrm_rsc_op", { id: "web_start_0", "op-status": "-1" }))).toBe(false);
  });
});
