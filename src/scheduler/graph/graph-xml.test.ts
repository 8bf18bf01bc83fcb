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

it("numbers a fencing where its reason shows: after the recurring operations that were read before", () => {
  const record = (id: string, operation: string, interval: number, call: number): string =>
    `<lrm_rsc_op id="ip_${id}" operation="${operation}" operation_key="ip_${operation}_${interval}" interval="${interval}" call-id="${call}"
     rc-code="0" op-status="0" transition-key="1:1:0:x" on_node="n1"/>`;
  const history = `<lrm id="1"><lrm_resources><lrm_resource id="ip" class="heartbeat" type="IPaddr">${record("last_0", "start", 0, 1)}${record(
    "monitor_10000",
    "monitor",
    10_000,
    2,
  )}</lrm_resource></lrm_resources></lrm>`;
  const text = CIB.replace('value="false"', 'value="true"')
    .replace("</resources>", '<primitive id="fence" class="stonith" type="fence_x"/></resources>')
    .replace("<constraints/>", '<constraints><rsc_ticket id="t" rsc="ip" ticket="T" loss-policy="fence"/></constraints>')
    .replace('expected="member"/>', `expected="member">${history}</node_state>`);
  const read = parseXml(text);
  if (!read.ok) throw new Error(read.error.message);
  const graph = schedule(read.value, { nowEpochSeconds: 1_700_000_000 }).graphXml();
  const fencing = [...graph.walk()].find((xml) => xml.get("operation") === "stonith");
  expect(fencing?.get("id")).toBe("2");
});
