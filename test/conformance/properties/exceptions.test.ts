import { describe, expect, it } from "vitest";
import { readExceptions, verdict } from "./exceptions.ts";

const EXCEPTIONS = readExceptions('{"settled": {"one": "the reason"}}');

describe("exceptions of properties", () => {
  it("pass what holds and is not listed, and what fails and is", () => {
    expect(verdict(EXCEPTIONS, "settled", "two", []).isPassed).toBe(true);
    expect(verdict(EXCEPTIONS, "settled", "one", ["start A"]).isPassed).toBe(true);
  });

  it("fail what is not listed, and what is listed and holds", () => {
    expect(verdict(EXCEPTIONS, "settled", "two", ["start A", "start B"])).toEqual({
      isPassed: false,
      line: "two: settled: start A (and 1 more)",
    });
    expect(verdict(EXCEPTIONS, "bounded", "one", ["slow"]).isPassed).toBe(false);
    expect(verdict(EXCEPTIONS, "settled", "one", []).line).toContain("the reason");
  });

  it("are refused without a reason", () => {
    expect(() => readExceptions('{"settled": {"one": " "}}')).toThrow("one: no reason");
    expect(() => readExceptions('["settled"]')).toThrow("not an object");
  });
});
