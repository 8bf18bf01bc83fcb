import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { validateCib } from "../validate.ts";
import { isHeartbeat2, upgradeHeartbeat2 } from "./heartbeat2.ts";
import { updateSchema } from "./schema-update.ts";

it("the book's configuration is taken over from Heartbeat 2, with two rules in one location, and can go on to the newest schema", () => {
  const parsed = parseXml(readFileSync("examples/book/cib.xml", "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message);
  expect(isHeartbeat2(parsed.value)).toBe(true);
  const cib = upgradeHeartbeat2(parsed.value);
  expect(cib.get("validate-with")).toBe("pacemaker-3.9");
  expect(validateCib(cib)).toEqual([]);
  const rules = (node: typeof cib): number[] =>
    (node.descend("configuration", "constraints")?.childrenNamed("rsc_location") ?? []).map((one) => one.childrenNamed("rule").length);
  expect(rules(cib)).toEqual([2]);
  const { cib: newest, best } = updateSchema(cib);
  expect(best).toBe("pacemaker-4.0");
  expect(rules(newest)).toEqual([1, 1]);
});

it("a configuration of Heartbeat 2 is known in a cluster whose document names one of today's schemas", () => {
  const parsed = parseXml(readFileSync("examples/book/cib.xml", "utf8"));
  if (!parsed.ok) throw new Error(parsed.error.message);
  expect(isHeartbeat2(parsed.value.set("validate-with", "pacemaker-3.9"))).toBe(true);
});
