import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import { writeCompact, writePretty } from "../../xml/write.ts";
import { validateCib } from "../validate.ts";
import { updateSchema } from "./schema-update.ts";

function read(text: string): XmlElement {
  const parsed = parseXml(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}
const fixture = (name: string): XmlElement => read(readFileSync(`test/fixtures/upgrade/${name}.xml`, "utf8"));

/** A configuration of a schema with these sections. */
const cib = (schema: string, sections: Readonly<Record<string, string>>): XmlElement =>
  read(
    `<cib validate-with="${schema}" admin_epoch="0" epoch="1" num_updates="0"><configuration>${[
      "crm_config",
      "nodes",
      "resources",
      "constraints",
      ...Object.keys(sections),
    ]
      .filter((name, at, all) => all.indexOf(name) === at)
      .map((name) => `<${name}>${sections[name] ?? ""}</${name}>`)
      .join("")}</configuration><status/></cib>`,
  );
const section = (document: XmlElement, name: string): string =>
  (document.descend("configuration", name)?.children ?? []).map((child) => writeCompact(child)).join("");
const notes = (document: XmlElement): string[] =>
  updateSchema(document).steps.flatMap((step) => (step.kind === "transformed" ? step.parts.flat().map(({ text }) => text) : []));

describe("a document of an old schema", () => {
  // The expected documents are what the upgrades that Debian's pacemaker 2.1.5 installs make of the same.
  it.each(["pacemaker-1.3", "pacemaker-2.10"])("of %s becomes the same as with Pacemaker's own upgrade", (name) => {
    const before = fixture(name);
    const text = writePretty(before);
    const { cib: after, best } = updateSchema(before, "pacemaker-3.0");
    expect(best).toBe("pacemaker-3.0");
    expect(writePretty(after)).toBe(writePretty(fixture(`${name}-to-3.0`)));
    expect(writePretty(before)).toBe(text);
    expect(updateSchema(before).best).toBe("pacemaker-4.0");
  });

  it("that has nothing old only gets another name", () => {
    const before = cib("pacemaker-1.2", { resources: '<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/>' });
    const { cib: after, steps } = updateSchema(before);
    expect(writeCompact(after)).toBe(writeCompact(before).replace("pacemaker-1.2", "pacemaker-4.0"));
    expect(steps.every((step) => step.kind === "checked")).toBe(true);
    expect(before.get("validate-with")).toBe("pacemaker-1.2");
  });

  it("stays what it is when it fits no schema, and where a reference leads nowhere", () => {
    const bad = cib("pacemaker-2.10", { resources: "<nonsense/>" });
    expect(updateSchema(bad)).toMatchObject({ cib: bad, best: undefined });
    const pair = '<nvpair id="o" name="dc_deadtime" value="5"/>';
    const loose = cib("pacemaker-2.10", {
      crm_config: `<cluster_property_set id="s">${pair}</cluster_property_set><cluster_property_set id-ref="no"/>`,
    });
    expect(updateSchema(loose)).toMatchObject({ cib: loose, best: undefined });
  });
});

describe("from pacemaker-3.10 to pacemaker-4.0", () => {
  const dummy = (id: string, more = ""): string =>
    `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${more}</primitive>`;

  it("a master becomes a promotable clone, whatever its meta-attributes say", () => {
    const meta = '<meta_attributes id="m-m"><nvpair id="m-p" name="promotable" value="false"/></meta_attributes>';
    const { cib: after } = updateSchema(cib("pacemaker-3.9", { resources: `<master id="m">${meta}${dummy("p")}</master>` }));
    const id = "pcmk__3_10_upgrade-promotable-legacy-m-meta_attributes";
    expect(section(after, "resources")).toBe(
      `<clone id="m"><meta_attributes id="${id}" score="INFINITY"><nvpair id="${id}-promotable" name="promotable" value="true"/></meta_attributes>${writeCompact(read(dummy("p")))}${meta}</clone>`,
    );
  });

  it("sets of pairs come last, those that count most before others", () => {
    const set = (id: string, score: string): string => `<meta_attributes id="${id}"${score === "" ? "" : ` score="${score}"`}/>`;
    const scores = ["-INFINITY", "", "3", "+7", "INFINITY", "-2", "0"];
    const sets = scores.map((score, at) => set(`s${at}`, score)).join("");
    const inside = `<primitive id="p" class="ocf" provider="pacemaker" type="Dummy">${sets}<operations/></primitive>`;
    const master = `<master id="m">${inside}</master>`;
    const { cib: after } = updateSchema(cib("pacemaker-3.9", { resources: master }));
    const order = [...section(after, "resources").matchAll(/<operations\/>|"s(\d)"/g)].map(([, at]) =>
      at === undefined ? "op" : scores[Number(at)],
    );
    expect(order).toEqual(["op", "INFINITY", "3", "", "0", "-2", "-INFINITY", "+7"]);
  });

  it("a location with several rules becomes several locations", () => {
    const rule = (id: string): string => `<rule id="${id}" score="1"><expression id="${id}e" attribute="a" operation="defined"/></rule>`;
    const set = '<resource_set id="s"><resource_ref id="p"/></resource_set>';
    const before = cib("pacemaker-3.9", {
      resources: dummy("p"),
      constraints: `<rsc_location id="l" resource-discovery="never">${set}${rule("r1")}${rule("r2")}</rsc_location>`,
    });
    const { cib: after, best } = updateSchema(before);
    expect(best).toBe("pacemaker-4.0");
    const location = (number: number, inside: string): string =>
      `<rsc_location id="pcmk__3_10_upgrade-l-${number}" resource-discovery="never">${inside}</rsc_location>`;
    expect(section(after, "constraints")).toBe(location(1, `${set}${rule("r1")}`) + location(2, `<resource_set id-ref="s"/>${rule("r2")}`));
  });

  it("what is no longer supported goes, with what would be empty and what refers to it", () => {
    const old = (id: string, type = "upstart"): string => `<primitive id="${id}" class="${type}" type="x"/>`;
    const before = cib("pacemaker-3.9", {
      resources: `${dummy("p")}${old("u")}<group id="g">${old("g1", "nagios")}</group><clone id="c"><group id="cg">${old("c1")}</group></clone><template id="t" class="nagios" type="y"/><primitive id="fromt" template="t"/><bundle id="b"><rkt image="i"/></bundle>`,
      constraints: `<rsc_location id="l1" rsc="u" node="n" score="1"/><rsc_order id="o1" first="p" then="g"/><rsc_colocation id="k1" score="1"><resource_set id="s1"><resource_ref id="p"/><resource_ref id="c"/></resource_set><resource_set id="s2"><resource_ref id="b"/></resource_set></rsc_colocation><rsc_ticket id="t1" rsc="fromt" ticket="T"/>`,
      tags: '<tag id="t2"><obj_ref id="u"/></tag><tag id="t3"><obj_ref id="u"/><obj_ref id="p"/></tag>',
      acls: '<acl_role id="role"><acl_permission id="a1" kind="read" reference="u"/><acl_permission id="a2" kind="read" reference="p"/></acl_role>',
    });
    const { cib: after, best } = updateSchema(before);
    expect(best).toBe("pacemaker-4.0");
    expect(section(after, "resources")).toBe(writeCompact(read(dummy("p"))));
    expect(section(after, "constraints")).toBe(
      '<rsc_colocation id="k1" score="1"><resource_set id="s1"><resource_ref id="p"/></resource_set></rsc_colocation>',
    );
    expect(section(after, "tags")).toBe('<tag id="t3"><obj_ref id="p"/></tag>');
    expect(section(after, "acls")).toContain('<acl_permission id="a1" kind="read" xpath="/*[false()]"/>');
    expect(notes(before)).toContain("Dropping group g because it would become empty");
  });

  it("old options and meta-attributes are renamed or go", () => {
    const pair = (name: string, value = "1"): string => `<nvpair id="i-${name}" name="${name}" value="${value}"/>`;
    const before = cib("pacemaker-3.7", {
      crm_config: `<cluster_property_set id="s">${pair("remove-after-stop")}${pair("stonith-action", "poweroff")}${pair("crmd-transition-delay")}${pair("no-quorum-policy")}</cluster_property_set>`,
      resources: dummy(
        "p",
        `<meta_attributes id="pm">${pair("restart-type")}${pair("priority")}<nvpair id="v" name="none"/></meta_attributes><operations><op id="o" name="monitor" interval="5"><meta_attributes id="om">${pair("can_fail")}</meta_attributes></op></operations>`,
      ),
    });
    const { cib: after } = updateSchema(before);
    const names = [...after.walk()].flatMap((node) => (node.name === "nvpair" ? [`${node.get("name")}=${node.get("value")}`] : []));
    expect(names).toEqual(["stonith-action=off", "transition-delay=1", "no-quorum-policy=1", "priority=1"]);
    expect(validateCib(after)).toEqual([]);
  });

  it("every old thing is refused in a document that says it is of pacemaker-4.0", () => {
    const found = (sections: Readonly<Record<string, string>>): string[] =>
      validateCib(cib("pacemaker-4.0", sections)).map(({ message }) => message);
    expect(found({ resources: `<master id="m">${dummy("p")}</master>` })).toEqual(["<master> is a promotable clone in pacemaker-4.0"]);
    expect(found({ resources: '<primitive id="u" class="upstart" type="x"/>' })).toEqual([
      "class upstart is not supported in pacemaker-4.0",
    ]);
  });
});

it("joins the lifetime of a location to its rule, and drops those of other constraints", () => {
  const life = (id: string): string =>
    `<lifetime><rule id="${id}" score="0"><date_expression id="${id}-d" operation="lt" end="2020-01-01"/></rule></lifetime>`;
  const before = cib("pacemaker-3.9", {
    resources:
      '<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/><primitive id="b" class="ocf" provider="pacemaker" type="Dummy"/>',
    constraints: `<rsc_location id="l" rsc="a" node="n" score="5">${life("r")}</rsc_location><rsc_order id="o" first="a" then="b">${life("s")}</rsc_order>`,
  });
  const made = "pcmk__3_10_upgrade-l";
  expect(section(updateSchema(before).cib, "constraints")).toBe(
    `<rsc_location id="l" rsc="a"><rule id="${made}-lifetime-and-rule" boolean-op="and"><rule id="${made}-node-score-rule" score="5"><expression id="${made}-node-score-rule-expr" attribute="#uname" operation="eq" value="n"/></rule><rule id="r" score="0"><date_expression id="r-d" operation="lt" end="2020-01-01"/></rule></rule></rsc_location><rsc_order id="o" first="a" then="b"/>`,
  );
  expect(notes(before).join()).toContain("Dropping lifetime element from constraint o");
});

it("gives a pair that has the value of another one under its own name an id", () => {
  const set = (id: string, pairs: string): string => `<instance_attributes id="${id}">${pairs}</instance_attributes>`;
  const primitive = (id: string, inner: string): string =>
    `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inner}</primitive>`;
  const reference = '<nvpair id-ref="p" name="other"/>';
  const before = cib("pacemaker-3.9", {
    resources:
      primitive("a", set("s", '<nvpair id="p" name="one" value="1"/>')) +
      primitive("b", set("t", reference)) +
      primitive("c", set("u", reference)),
  });
  const after = section(updateSchema(before).cib, "resources");
  expect(after).toContain(
    '<instance_attributes id="t"><nvpair id="pcmk__3_10_upgrade-p-other" name="other" value="1"/></instance_attributes>',
  );
  expect(after).toContain('<instance_attributes id="u"><nvpair id-ref="pcmk__3_10_upgrade-p-other"/></instance_attributes>');
});
