import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { element, type XmlElement } from "../../../xml/element.ts";
import { type RuleContext, replaceSubmatches, ruleHolds } from "./rules.ts";

const NOW = Date.parse("2024-02-15T12:30:00Z") / 1000;

function holds(conditions: XmlElement[], context: Partial<RuleContext> = {}, operator = "and"): boolean {
  return ruleHolds(element("rule", { id: "r", "boolean-op": operator }, conditions), { nowEpochSeconds: NOW, ...context });
}

const expression = (attributes: Record<string, string>): XmlElement => element("expression", { id: "e", ...attributes });
const attributes = new Map([
  ["os", "Linux"],
  ["cpu", "1.9"],
]);

describe("rules", () => {
  it("compare strings without regard to case, integers without their fraction, versions part by part", () => {
    expect(holds([expression({ attribute: "os", operation: "eq", value: "linux" })], { attributes })).toBe(true);
    expect(holds([expression({ attribute: "cpu", operation: "eq", value: "1", type: "integer" })], { attributes })).toBe(true);
    expect(holds([expression({ attribute: "cpu", operation: "gt", value: "1.10", type: "version" })], { attributes })).toBe(false);
    expect(holds([expression({ attribute: "cpu", operation: "lt", value: "1.95" })], { attributes })).toBe(true);
  });

  it("know no operation by an interval that is none", () => {
    const operation = { name: "monitor", intervalMs: 0 };
    const isProbe = (interval: string): boolean => holds([element("op_expression", { id: "o", name: "monitor", interval })], { operation });
    expect(["0", "0s", "10s", "often", ""].map(isProbe)).toEqual([true, true, false, false, false]);
  });

  it("take of a version what begins with numbers and dots", () => {
    const isSame = (one: string, two: string): boolean =>
      holds([expression({ attribute: "v", operation: "eq", value: two, type: "version" })], { attributes: new Map([["v", one]]) });
    expect(["1.a.5", "1..2", "1.-2", "1a", "01.0"].map((version) => isSame(version, "1"))).toEqual([true, true, true, true, true]);
    expect(["+1", "-2", "a"].map((version) => isSame(version, "0"))).toEqual([true, true, true]);
    expect(isSame("1.2.3", "1.2")).toBe(false);
  });

  it("know what is not set", () => {
    expect(holds([expression({ attribute: "x", operation: "ne", value: "1" })], { attributes })).toBe(true);
    expect(holds([expression({ attribute: "x", operation: "lt", value: "1" })], { attributes })).toBe(false);
    expect(holds([expression({ attribute: "x", operation: "not_defined" })])).toBe(true);
  });

  it.each<Record<string, string>>([
    { attribute: "os", operation: "defined", value: "Linux" },
    { attribute: "x", operation: "not_defined", value: "" },
    { attribute: "x", operation: "eq" },
    { attribute: "os", operation: "ne" },
    { attribute: "os", operation: "is", value: "linux" },
    { attribute: "os", value: "linux" },
    { attribute: "os", operation: "eq", value: "linux", type: "text" },
    { attribute: "os", operation: "eq", value: "linux", "value-source": "file" },
    { operation: "not_defined" },
  ])("do not hold where a condition is not well said: %j", (said) => {
    expect(holds([expression(said)], { attributes })).toBe(false);
    expect(holds([expression(said), expression({ attribute: "os", operation: "defined" })], { attributes }, "or")).toBe(true);
  });

  it("take an empty value for one, as Pacemaker 3.0.0 and 3.0.3 do", () => {
    const withEmpty = new Map([...attributes, ["e", ""]]);
    const toEmpty = (attribute: string, operation: string): boolean =>
      holds([expression({ attribute, operation, value: "" })], { attributes: withEmpty });
    expect(["os", "e", "x"].map((name) => toEmpty(name, "eq"))).toEqual([false, true, false]);
    expect(["os", "e", "x"].map((name) => toEmpty(name, "gte"))).toEqual([true, true, false]);
  });

  it("take values from parameters and what a pattern matched", () => {
    const parameters = new Map([["wanted", "linux"]]);
    const byParameter = expression({ attribute: "os", operation: "eq", value: "wanted", "value-source": "param" });
    expect(holds([byParameter], { attributes, parameters })).toBe(true);
    expect(replaceSubmatches("load-%1-%9", ["web-3", "3"])).toBe("load-3-");
  });

  it("combine with and or or, and hold when empty", () => {
    const yes = expression({ attribute: "os", operation: "defined" });
    const no = expression({ attribute: "os", operation: "not_defined" });
    expect(holds([yes, no], { attributes })).toBe(false);
    expect(holds([yes, no], { attributes }, "or")).toBe(true);
    expect(holds([])).toBe(true);
  });

  it("do not hold where a date, a range or a duration cannot be read", () => {
    const date = (values: Record<string, string>, children: XmlElement[] = []) =>
      element("date_expression", { id: "d", ...values }, children);
    const spec = (hours: string) => date({ operation: "date_spec" }, [element("date_spec", { id: "s", hours })]);
    const since = (amount: string) => date({ start: "2024-01-01" }, [element("duration", { id: "u", years: amount })]);
    for (const wrong of [date({ operation: "gt" }), date({ operation: "lt", end: "x" }), date({}), date({ operation: "date_spec" })])
      expect(holds([wrong])).toBe(false);
    for (const range of ["", "-", "12 ", "9-16x", "a"]) expect([range, holds([spec(range)])]).toEqual([range, false]);
    for (const range of ["12", "-13", " 9-", "9- 16"]) expect([range, holds([spec(range)])]).toEqual([range, true]);
    expect([holds([since("1")]), holds([since("x")]), holds([since("9999999999")])]).toEqual([true, false, false]);
  });

  it("judge dates, and tell when they turn", () => {
    const turns: number[] = [];
    const context = { onTurn: (at: number) => turns.push(at) };
    const range = element("date_expression", { id: "d", operation: "in_range", start: "2024-02-15 12:00:00Z" }, [
      element("duration", { id: "u", hours: 1 }),
    ]);
    expect(holds([range], context)).toBe(true);
    expect(turns).toEqual([Date.parse("2024-02-15T13:00:01Z") / 1000]);
    const spec = (fields: Record<string, string>): XmlElement =>
      element("date_expression", { id: "d", operation: "date_spec" }, [element("date_spec", { id: "s", ...fields })]);
    expect(holds([spec({ hours: "9-16", weekdays: "1-5" })])).toBe(true);
    expect(holds([spec({ hours: "13-" })])).toBe(false);
    expect(holds([spec({ months: "-2" })])).toBe(true);
  });

  it("never throw", () => {
    const word = fc.oneof(fc.constantFrom("eq", "lt", "defined", "date_spec", "in_range", "integer", "number", "version"), fc.string());
    const condition = fc
      .record({
        name: fc.constantFrom("expression", "date_expression", "rsc_expression", "op_expression", "rule", "other"),
        attributes: fc.dictionary(
          fc.constantFrom("attribute", "operation", "value", "type", "start", "end", "interval", "name", "boolean-op"),
          word,
        ),
      })
      .map(({ name, attributes: all }) => element(name, all));
    fc.assert(fc.property(fc.array(condition), (conditions) => typeof holds(conditions, { attributes }) === "boolean"));
  });
});
