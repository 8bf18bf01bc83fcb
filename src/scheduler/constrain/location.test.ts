import { describe, expect, it } from "vitest";
import { INFINITY_SCORE } from "../../score/score.ts";
import { parseXml } from "../../xml/parse.ts";
import { unpack } from "../unpack/unpack.ts";
import { constrain } from "./constraints.ts";

/** Wishes of a resource, as `node role? score`. */
function wishes(resource: string, constraints: string, options = "", schema = "pacemaker-3.9"): string[] {
  const node = (name: string, health: string): string =>
    `<node id="${name}" uname="${name}"><instance_attributes id="${name}-a"><nvpair id="${name}-h" name="health-fan" value="${health}"/></instance_attributes></node>`;
  const dummy = (id: string): string => `<primitive id="${id}" class="ocf" provider="kodou" type="Dummy"/>`;
  const cib = parseXml(`<cib have-quorum="true" validate-with="${schema}"><configuration>
    <crm_config><cluster_property_set id="b">${options}</cluster_property_set></crm_config>
    <nodes>${node("n1", "red")}${node("n2", "7")}${node("n3", "much")}</nodes>
    <resources>${dummy("ip-1")}${dummy("ip-2")}${dummy("db")}</resources>
    <tags><tag id="t"><obj_ref id="ip-1"/><obj_ref id="db"/></tag></tags>
    <constraints>${constraints}</constraints></configuration><status/></cib>`);
  if (!cib.ok) throw new Error(JSON.stringify(cib.error));
  const { locations, nodes } = constrain(unpack(cib.value, 1_700_000_000));
  return locations
    .filter((location) => location.resource.id === resource)
    .flatMap(({ wishes: all, role }) =>
      all.map(({ nodeIndex, score }) => [nodes[nodeIndex]?.name, role, score].filter((part) => part !== undefined).join(" ")),
    );
}

describe("location constraints", () => {
  it("name one resource, or those of a tag, a set or a pattern", () => {
    const toNode = (of: string, inner = ""): string => `<rsc_location id="l" ${of} node="n2" score="5">${inner}</rsc_location>`;
    expect(wishes("db", toNode(`rsc="db"`))).toEqual(["n2 5"]);
    expect(wishes("db", toNode(`rsc="t"`))).toEqual(["n2 5"]);
    expect(wishes("ip-2", toNode(`rsc="t"`))).toEqual([]);
    expect(wishes("ip-2", toNode("", `<resource_set id="s" score="6"><resource_ref id="ip-2"/></resource_set>`))).toEqual(["n2 6"]);
    expect(wishes("ip-2", toNode(`rsc-pattern="^ip-"`))).toEqual(["n2 5"]);
    expect(wishes("db", toNode(`rsc-pattern="!^ip-"`))).toEqual(["n2 5"]);
    expect(wishes("db", toNode(`rsc-pattern="^(ip"`))).toEqual([]);
    const life = `<lifetime><rule id="r" score="0"><date_expression id="d" operation="gt" start="2020-01-01"/></rule></lifetime>`;
    expect(wishes("db", toNode(`rsc="db"`, life))).toEqual([]);
  });

  it("count for any role unless for the promoted or the stopped one", () => {
    const inRole = (role: string): string[] => wishes("db", `<rsc_location id="l" rsc="db" node="n1" score="5" role="${role}"/>`);
    expect(inRole("Started")).toEqual(["n1 5"]);
    expect(inRole("Unpromoted")).toEqual(["n1 5"]);
    expect(inRole("Promoted")).toEqual(["n1 Promoted 5"]);
    expect(inRole("Asleep")).toEqual([]);
  });

  it("take scores from node attributes, in numbers or words for health", () => {
    const byAttribute = `<rsc_location id="l" rsc="db"><rule id="r" score-attribute="health-fan"><expression id="e" attribute="#uname" operation="defined"/></rule></rsc_location>`;
    const strategy = `<nvpair id="o1" name="node-health-strategy" value="custom"/><nvpair id="o2" name="node-health-red" value="-50"/>`;
    expect(wishes("db", byAttribute, strategy)).toEqual(["n1 -50", "n2 7"]);
    expect(wishes("db", byAttribute.replace(`score-attribute="health-fan"`, `score="-INFINITY"`))).toEqual(
      ["n1", "n2", "n3"].map((name) => `${name} ${-INFINITY_SCORE}`),
    );
  });

  it("have several rules in old schemas, and one where nothing is validated", () => {
    const rule = (id: string, score: number): string =>
      `<rule id="${id}" score="${score}"><expression id="${id}-e" attribute="#uname" operation="eq" value="n1"/></rule>`;
    const both = `<rsc_location id="l" rsc="db">${rule("a", 5)}${rule("b", 7)}</rsc_location>`;
    expect(wishes("db", both)).toEqual(["n1 5", "n1 7"]);
    expect(wishes("db", both, "", "none")).toEqual(["n1 5"]);
  });

  it("name the part of a pattern in a score attribute", () => {
    const constraint = `<rsc_location id="l" rsc-pattern="^(.*)-1$"><rule id="r" score-attribute="health-%1"><expression id="e" attribute="#uname" operation="eq" value="n2"/></rule></rsc_location>`;
    expect(wishes("ip-1", constraint)).toEqual([]);
    expect(wishes("ip-1", constraint.replace("^(.*)-1$", "^ip-(1)$").replace("health-%1", "health-fan"))).toEqual(["n2 7"]);
  });
});
