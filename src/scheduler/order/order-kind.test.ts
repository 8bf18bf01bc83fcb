import { describe, expect, it } from "vitest";
import { element } from "../../xml/element.ts";
import { RELATION } from "../plan/relation.ts";
import { flagsOf, inverseOf, orderKind, orderSymmetry } from "./order-kind.ts";

describe("the kind of an order", () => {
  it("is what it says, else what the old score says, else mandatory", () => {
    expect(orderKind(element("rsc_order", { kind: "Serialize" }))).toBe("Serialize");
    expect(orderKind(element("rsc_order", { score: "0" }))).toBe("Optional");
    expect(orderKind(element("rsc_order", { score: "INFINITY" }))).toBe("Mandatory");
    expect(orderKind(element("rsc_order", { kind: "Mandatory", score: "0" }))).toBe("Mandatory");
    expect(orderKind(element("rsc_order"))).toBe("Mandatory");
  });
});

describe("the symmetry of an order", () => {
  it("is the rule, but not where actions only must not overlap", () => {
    expect(orderSymmetry(element("rsc_order"), "Mandatory", undefined)).toBe("symmetric");
    expect(orderSymmetry(element("rsc_order", { symmetrical: "false" }), "Mandatory", undefined)).toBe("asymmetric");
    expect(orderSymmetry(element("rsc_order", { kind: "Serialize", symmetrical: "true" }), "Mandatory", undefined)).toBe("asymmetric");
  });

  it("comes from the order where a set does not say", () => {
    expect(orderSymmetry(element("resource_set"), "Mandatory", "false")).toBe("asymmetric");
    expect(orderSymmetry(element("resource_set", { symmetrical: "true" }), "Mandatory", "false")).toBe("symmetric");
    expect(orderSymmetry(element("resource_set"), "Serialize", undefined)).toBe("asymmetric");
  });
});

describe("the relation an order makes", () => {
  it("holds back the second of a way up, and brings down the first of a way down", () => {
    expect(flagsOf("Mandatory", "start", "symmetric") & RELATION.unrunnableFirstBlocks).not.toBe(0);
    expect(flagsOf("Mandatory", "stop", "symmetric") & RELATION.unrunnableFirstBlocks).toBe(0);
    expect(flagsOf("Mandatory", "stop", "inverse") & RELATION.thenImpliesFirst).not.toBe(0);
  });

  it("only orders what is optional", () => {
    expect(flagsOf("Optional", "start", "symmetric")).toBe(RELATION.ordered);
  });

  it("is undone by inverses that undo each other", () => {
    for (const task of ["start", "promote", "running", "promoted"]) expect(inverseOf(inverseOf(task) ?? "")).toBe(task);
    expect(inverseOf("notify")).toBeUndefined();
  });
});
