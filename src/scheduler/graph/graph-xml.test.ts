import { expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { schedule } from "../schedule.ts";

const CIB = `<cib have-quorum="1"><configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes><node id="1" uname="n1"/></nodes>
  <resources><primitive id="ip" class="heartbeat" type="IPaddr"><instance_attributes id="a">
    <nvpair id="a1" name="1" value="192.0.2.1/24"/><nvpair id="a2" name="nic" value="eth0"/>
  </instance_attributes></primitive></resources><constraints/></configuration>
  <status><node_state id="1" uname="n1" in_ccm="1" crmd="1" join="member" expected="member"/></status></cib>`;

it("gives agents the parameters that are numbers, too", () => {
  const read = parseXml(CIB);
  if (!read.ok) throw new Error(read.error.message);
  const result = schedule(read.value, { nowEpochSeconds: 1_700_000_000 });
  const start = result.graph.actions.find(({ operation }) => operation === "start");
  expect(start?.attributes.get("1")).toBe("192.0.2.1/24");
  const attributes = [...result.graphXml().walk()].find((xml) => xml.name === "attributes" && xml.get("nic") === "eth0");
  expect(attributes?.get("1")).toBeUndefined();
  expect(attributes?.childrenNamed("param").map((one) => [one.get("name"), one.get("value")])).toEqual([["1", "192.0.2.1/24"]]);
});

it("says how much may happen at once as it is written, and of every action whose plan it is part of", () => {
  const graphOf = (batchLimit: string) => {
    const option = `<nvpair id="b" name="batch-limit" value="${batchLimit}"/>`;
    const read = parseXml(CIB.replace("</cluster_property_set>", `${option}</cluster_property_set>`));
    if (!read.ok) throw new Error(read.error.message);
    return schedule(read.value, { nowEpochSeconds: 1_700_000_000 }).graphXml();
  };
  expect(["3", "-2", "007", "3x", "INFINITY", "x", ""].map((text) => graphOf(text).get("batch-limit"))).toEqual([
    "3",
    "-2",
    "007",
    "3x",
    "INFINITY",
    "0",
    "0",
  ]);
  const named = [...graphOf("3").walk()].filter((xml) => xml.name === "attributes").map((xml) => [...xml.attributes].map(([name]) => name));
  expect(named.length).toBeGreaterThan(1);
  for (const names of named) {
    expect(names).toContain("crm_feature_set");
    expect(names).toEqual([...names].sort());
  }
});
