import { describe, expect, it } from "vitest";
import { parseXml } from "../xml/parse.ts";
import { validateCib } from "./validate.ts";

const DUMMY = '<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/>';

const problems = ({ resources = DUMMY, constraints = "", nodes = "" } = {}): string[] => {
  const parsed = parseXml(
    `<cib validate-with="pacemaker-4.0"><configuration><crm_config/><nodes>${nodes}</nodes><resources>${resources}</resources><constraints>${constraints}</constraints></configuration></cib>`,
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  return validateCib(parsed.value).map(({ message }) => message);
};
const op = (attributes: string): string => DUMMY.replace("/>", `><operations><op id="o" ${attributes}/></operations></primitive>`);
const rule = (expression: string, attributes = ""): string =>
  `<rsc_location id="l" rsc="a"><rule id="r" score="1" ${attributes}>${expression}</rule></rsc_location>`;

/** What Pacemaker's schemas refuse. */
const REFUSED: readonly (readonly [string, Parameters<typeof problems>[0]])[] = [
  ["a constraint about nothing", { constraints: '<rsc_location id="l" rsc="no" node="n" score="1"/>' }],
  ["a set with nothing", { constraints: '<rsc_order id="o"><resource_set id="s"><resource_ref id="no"/></resource_set></rsc_order>' }],
  ["a template that is not there", { resources: '<primitive id="a" template="no"/>' }],
  ["attributes shared with nothing", { resources: DUMMY.replace("/>", '><meta_attributes id-ref="no"/></primitive>') }],
  ["a group of nothing", { resources: '<group id="g"/>' }],
  ["a clone of nothing", { resources: '<clone id="c"/>' }],
  ["capacities of a group", { resources: `<group id="g"><utilization id="u"/>${DUMMY}</group>` }],
  ["operations of a clone", { resources: `<clone id="c"><operations/>${DUMMY}</clone>` }],
  ["a clone of two", { resources: `<clone id="c">${DUMMY}${DUMMY.replace('"a"', '"b"')}</clone>` }],
  ["a bundle without a container", { resources: '<bundle id="b"/>' }],
  ["an image without a name", { resources: '<bundle id="b"><docker/></bundle>' }],
  ["an OCF agent of nobody", { resources: '<primitive id="a" class="ocf" type="Dummy"/>' }],
  ["a provider of a service", { resources: '<primitive id="a" class="systemd" provider="x" type="y"/>' }],
  ["a class nobody knows", { resources: '<primitive id="a" class="foo" type="y"/>' }],
  ["a class besides a template", { resources: '<template id="t" class="lsb" type="y"/><primitive id="a" template="t" class="lsb"/>' }],
  ["an operation without an interval", { resources: op('name="start"') }],
  ["an answer to a failure that is none", { resources: op('name="start" interval="0" on-fail="foo"') }],
  ["a role that is none", { resources: op('name="monitor" interval="10" role="Foo"') }],
  ["an order of one", { constraints: '<rsc_order id="o" first="a"/>' }],
  ["a colocation in no role", { constraints: '<rsc_colocation id="c" rsc="a" with-rsc="a" rsc-role="Foo"/>' }],
  ["a place of no node", { constraints: '<rsc_location id="l" rsc="a" score="1"/>' }],
  ["a rule that says nothing", { constraints: rule("") }],
  [
    "a rule that is neither and nor or",
    { constraints: rule('<expression id="e" attribute="x" operation="eq" value="1"/>', 'boolean-op="xor"') },
  ],
  ["a comparison nobody knows", { constraints: rule('<expression id="e" attribute="x" operation="foo"/>') }],
  ["a node of no type", { nodes: '<node id="1" uname="n" type="foo"/>' }],
];

describe("a configuration is refused that has", () => {
  it.each(REFUSED)("%s", (_what, parts) => {
    expect(problems(parts)).not.toEqual([]);
  });
});

it("a configuration is good with references that lead somewhere, whatever the order", () => {
  const resources = `<primitive id="p" template="t"/><template id="t" class="lsb" type="y"/><group id="g">${DUMMY}</group>${op('name="monitor" interval="10s" role="Promoted"').replaceAll('"a"', '"b"')}`;
  const constraints = `<rsc_order id="order" first="g" then="p" kind="Serialize"/>${rule('<date_expression id="e" operation="gt" start="2024-01-01"/>', 'boolean-op="or"')}`;
  expect(problems({ resources, constraints, nodes: '<node id="1" uname="n" type="remote"/>' })).toEqual([]);
});

it("says of a reference to nothing what libxml2 says", () => {
  expect(problems({ constraints: '<rsc_ticket id="t" rsc="no" ticket="x"/>' })).toEqual([
    'IDREF attribute rsc references an unknown ID "no"',
  ]);
});

it("takes integers only where containers are counted", () => {
  const problemsOf = (inside: string): string[] => {
    const read = parseXml(`<cib validate-with="pacemaker-3.9"><configuration><crm_config/><nodes/>
      <resources><bundle id="b">${inside}</bundle></resources><constraints/></configuration><status/></cib>`);
    if (!read.ok) throw new Error(read.error.message);
    return validateCib(read.value).map(({ message }) => message);
  };
  expect(problemsOf('<docker image="x" replicas="3"/><network control-port="3121"/>')).toEqual([]);
  expect(problemsOf('<docker image="x" replicas="1.5"/>')).toEqual(['attribute "replicas" must be an integer, not "1.5"']);
});

it("refuses sections that are there twice, and counters of the document that are none", () => {
  const found = (root: string, sections: string, more = ""): string[] => {
    const parsed = parseXml(
      `<cib validate-with="pacemaker-4.0" ${root}><configuration><crm_config/><nodes/><resources/><constraints/>${sections}</configuration><status/>${more}</cib>`,
    );
    if (!parsed.ok) throw new Error(parsed.error.message);
    return validateCib(parsed.value).map(({ path, message }) => `${path}: ${message}`);
  };
  expect(found('epoch="+7" num_updates="0" have-quorum="1"', "<tags/>")).toEqual([]);
  expect(found("", "<nodes/>", "<status/>")).toEqual([
    "/cib/status: element <status> may be there once only",
    "/cib/configuration/nodes: element <nodes> may be there once only",
  ]);
  expect(found('epoch="x" have-quorum="yes"', "")).toEqual([
    '/cib: attribute "epoch" must be a number that is not negative, not "x"',
    '/cib: attribute "have-quorum" must be one of true, false, 1, 0, not "yes"',
  ]);
});

describe("rights, alerts, networks and dates", () => {
  const GOOD = {
    acls: '<acl_target id="ann"><role id="r"/></acl_target><acl_group id="ops"><role id="r"/></acl_group><acl_role id="r" description="d"><acl_permission id="p1" kind="read" xpath="/cib"/><acl_permission id="p2" kind="write" reference="b"/><acl_permission id="p3" kind="deny" object-type="nvpair" attribute="value"/></acl_role>',
    alerts:
      '<alert id="a" path="/p"><meta_attributes id="am"/><select><select_nodes/><select_attributes><attribute id="at" name="standby"/></select_attributes></select><recipient id="re" value="x"/></alert>',
    bundle:
      '<network control-port="3121" add-host="true"><port-mapping id="m1" port="80" internal-port="8080"/><port-mapping id="m2" range="90-99"/></network><storage><storage-mapping id="s1" source-dir="/a" target-dir="/b"/></storage>',
    rule: '<date_expression id="d1" operation="date_spec"><date_spec id="ds" hours="9-16"/></date_expression><date_expression id="d2" operation="in_range" start="2024-01-01"><duration id="du" months="2"/></date_expression>',
    levels:
      '<fencing-level id="f1" index="1" target="n" devices="x,y"/><fencing-level id="f2" index="1" target-attribute="a" target-value="b" devices="x"/>',
  };

  const document = ({ acls, alerts, bundle, rule: dates, levels }: typeof GOOD) => {
    const parsed = parseXml(`<cib validate-with="pacemaker-4.0"><configuration><crm_config/><nodes/><resources>
      <bundle id="b"><podman image="i"/>${bundle}</bundle></resources><constraints>
      <rsc_location id="l" rsc="b"><rule id="lr" score="1">${dates}</rule></rsc_location></constraints>
      <fencing-topology>${levels}</fencing-topology><acls>${acls}</acls><alerts>${alerts}</alerts></configuration><status/></cib>`);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return parsed.value;
  };

  it("are good as Pacemaker's schemas have them", () => {
    expect(validateCib(document(GOOD))).toEqual([]);
  });

  it.each([
    ["acls", ' kind="read"', ' kind="see"'],
    ["acls", ' kind="read"', ""],
    ["acls", ' xpath="/cib"', ""],
    ["acls", ' xpath="/cib"', ' xpath="/cib" reference="b"'],
    ["acls", ' reference="b"', ' reference="nothing"'],
    ["acls", '<role id="r"/>', '<role id="nobody"/>'],
    ["acls", "<acl_group", "<acl_team/><acl_group"],
    ["acls", 'acl_group id="ops"', 'acl_group id="p1"'],
    ["alerts", ' path="/p"', ""],
    ["alerts", "<select_nodes/>", "<select_nodes/><select_nodes/>"],
    ["alerts", "<recipient", "<select/><recipient"],
    ["alerts", ' value="x"', ""],
    ["bundle", 'add-host="true"', 'add-host="yes"'],
    ["bundle", 'port="80"', 'port="http"'],
    ["bundle", ' range="90-99"', ' range="90-99" port="1"'],
    ["bundle", ' source-dir="/a"', ""],
    ["rule", ' operation="date_spec"', ""],
    ["rule", 'hours="9-16"', 'hour="9-16"'],
    ["rule", ' operation="date_spec"', ' operation="date_spec" start="2024-01-01"'],
    ["rule", '<date_spec id="ds" hours="9-16"/>', ""],
    ["rule", ' start="2024-01-01"', ""],
    ["rule", '<duration id="du" months="2"/>', '<date_spec id="du" months="2"/>'],
    ["rule", ' operation="in_range"', ' operation="gt"'],
    ["rule", ' operation="in_range" start="2024-01-01"', ' operation="lt" start="2024-01-01" end="2024-03-01"'],
    ["levels", 'devices="x,y"', 'devices="x, y"'],
    ["levels", ' target="n"', ""],
    ["levels", ' target="n"', ' target="n" target-pattern="n.*"'],
  ] as const)("are refused otherwise, but read from disks (%s: %s as %s)", (part, from, to) => {
    const found = validateCib(document({ ...GOOD, [part]: GOOD[part].replace(from, to) }));
    expect(found).not.toEqual([]);
    expect(found.filter(({ isBearable }) => !isBearable)).toEqual([]);
  });
});

it("bears capacities of collectives, which older versions allowed", () => {
  const resources = `<group id="g"><utilization id="u"/>${DUMMY}</group>`;
  const parsed = parseXml(
    `<cib><configuration><crm_config/><nodes/><resources>${resources}</resources><constraints/></configuration></cib>`,
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  expect(validateCib(parsed.value).map(({ isBearable }) => isBearable)).toEqual([true]);
});

it("bears what an older version put beside the status", () => {
  const parsed = parseXml(
    '<cib validate-with="pacemaker-4.0" colour="red"><configuration><crm_config/><nodes/><resources/><constraints/></configuration><status/><nonsense/></cib>',
  );
  if (!parsed.ok) throw new Error(parsed.error.message);
  expect(validateCib(parsed.value)).toMatchObject([
    { path: "/cib/nonsense", isBearable: true },
    { path: "/cib", attribute: "colour", isBearable: true },
  ]);
});
