import { expect, it } from "vitest";
import { parseXml } from "../../../xml/parse.ts";
import { OperationsReader } from "./operations.ts";

const agent = { agentClass: "ocf", provider: "kodou", type: "Dummy" };

/** What one reader makes of the operations of several primitives. */
function read(...operations: readonly string[]) {
  const reader = new OperationsReader(undefined, { nowEpochSeconds: 0 });
  const cib = parseXml(
    `<resources>${operations.map((own) => `<primitive id="p"><operations>${own}</operations></primitive>`).join("")}</resources>`,
  );
  if (!cib.ok) throw new Error(cib.error.message);
  return cib.value.children.map((xml) => reader.read(xml, agent));
}

it("operations that are written alike but for their ids are one", () => {
  const [first, second] = read('<op id="a" name="monitor" interval="10s"/>', '<op id="b" name="monitor" interval="10s"/>');
  expect(second?.[0]).toBe(first?.[0]);
  expect(first?.[0]).toMatchObject({ name: "monitor", intervalMs: 10_000 });
});

it.each([
  ["another name", '<op id="b" name="start" interval="10s"/>', "start", 10_000],
  ["another interval", '<op id="b" name="monitor" interval="20s"/>', "monitor", 20_000],
  ["its id in the middle", '<op name="start" id="b" interval="10s"/>', "start", 10_000],
  ["its id at the end", '<op name="monitor" interval="30s" id="b"/>', "monitor", 30_000],
  ["no id", '<op name="stop" interval="10s"/>', "stop", 10_000],
  ["other quotes", "<op id='b' name='monitor' interval='10s'/>", "monitor", 10_000],
])("tells one with %s from others", (_what, other, name, intervalMs) => {
  const [, ...others] = read('<op name="monitor" interval="10s"/>', other, '<op id="a" name="monitor" interval="10s"/>', other);
  expect(others[0]?.[0]).toMatchObject({ name, intervalMs });
  expect(others[1]?.[0]).toMatchObject({ name: "monitor", intervalMs: 10_000 });
  expect(others[2]?.[0]).toBe(others[0]?.[0]);
});
