import { describe, expect, it } from "vitest";
import { readClientRequest } from "./client-request-schema.ts";

describe("what clients send", () => {
  it.each([
    { op: "status" },
    { op: "cib", client: "cibadmin", request: { operation: "modify", input: "<a/>", isCreateAllowed: true }, key: "k" },
    { op: "attribute-set", name: "a", value: "1", node: "n1" },
    { op: "fence", target: "n2", action: "off", client: "x" },
  ])("is read: $op", (request) => {
    expect(readClientRequest(request)).toEqual({ ok: true, value: request });
  });

  it.each([
    null,
    7,
    "status",
    [],
    {},
    { op: "__proto__" },
    { op: "toString" },
    { op: "cib", client: "x", request: { operation: "query", xpath: 7 } },
    { op: "cib", client: "x", request: { operation: "explode" } },
    { op: "cib", client: "x" },
    { op: "cib", client: "x", request: { operation: "query" }, user: 0 },
    { op: "attribute-set", name: {}, value: "1" },
    { op: "attribute-set", name: "x".repeat(2000), value: "1" },
    { op: "fence", target: "n2", action: "explode", client: "x" },
    { op: "cleanup", isRefresh: "yes" },
  ])("is refused with a sentence: %j", (request) => {
    const read = readClientRequest(request);
    expect(read.ok ? "" : read.error).toMatch(/request/i);
  });
});
