import { describe, expect, it } from "vitest";
import { schedule } from "../../scheduler/schedule.ts";
import { unpack } from "../../scheduler/unpack/unpack.ts";
import { parseXml } from "../../xml/parse.ts";
import { planLog } from "../log/plan-log.ts";
import { planningProblems, readingProblems } from "./configuration-problems.ts";

const NOW_EPOCH_SECONDS = 1_700_000_000;

interface Parts {
  readonly options?: Readonly<Record<string, string>>;
  readonly resources?: string;
  readonly constraints?: string;
  readonly status?: string;
  readonly more?: string;
  readonly nodes?: string;
}

const pairs = (id: string, values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`)
    .join("");

const meta = (id: string, values: Readonly<Record<string, string>>): string =>
  `<meta_attributes id="${id}-m">${pairs(id, values)}</meta_attributes>`;

const primitive = (id: string, inside = "", agent = 'class="ocf" provider="pacemaker" type="Dummy"'): string =>
  `<primitive id="${id}" ${agent}>${inside}</primitive>`;

function found({ options = {}, resources = "", constraints = "", status = "", more = "", nodes = "" }: Parts): string[] {
  const all = { "fencing-enabled": "false", ...options };
  const text = `<cib have-quorum="1"><configuration>
    <crm_config><cluster_property_set id="o">${pairs("o", all)}</cluster_property_set></crm_config>
    <nodes><node id="1" uname="n1"/>${nodes}</nodes><resources>${resources}</resources><constraints>${constraints}</constraints>${more}
    </configuration><status>${status}</status></cib>`;
  const read = parseXml(text);
  if (!read.ok) throw new Error(read.error.message);
  const unpacked = unpack(read.value, NOW_EPOCH_SECONDS);
  const before = [...readingProblems(unpacked), ...planningProblems(unpacked)];
  const { problems } = planLog(schedule(read.value, { nowEpochSeconds: NOW_EPOCH_SECONDS, unpacked }));
  return [...before, ...problems].map((one) => `${one.severity}: ${one.text}`);
}

const operation = (attributes: string): string => primitive("A", `<operations>${attributes}</operations>`);
const entry = (attributes: string): string =>
  `<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources>
   <lrm_resource id="A" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op ${attributes}/></lrm_resource></lrm_resources></lrm></node_state>`;
const clone = (id: string, values: Readonly<Record<string, string>>, inside: string): string =>
  `<clone id="${id}">${meta(id, values)}${inside}</clone>`;

const IGNORED_SETS = "error: Ignoring colocation of set s with set t because";
const UNKNOWN_IN_SET = [
  "warning: No resource, template, or tag named 'X'",
  "error: Ignoring resource sets for constraint 'c' because 'X' is not a valid resource or tag",
];
const inSequence = (set: string): string => `error: Ignoring X and later resources in set ${set}: No such resource`;
const colocatedSets = (attributes: string, first: string, second: string): Parts => {
  const set = (id: string, names: string): string =>
    `<resource_set id="${id}" ${attributes}>${names.replace(/\w+/g, '<resource_ref id="$&"/>')}</resource_set>`;
  return {
    resources: `${primitive("A") + primitive("B")}<clone id="C">${primitive("X")}</clone>`,
    constraints: `<rsc_colocation id="c" score="5">${set("s", first)}${set("t", second)}</rsc_colocation>`,
  };
};

const CASES: readonly (readonly [string, Parts, readonly string[]])[] = [
  ["nothing in a good configuration", { resources: primitive("A", meta("A", { priority: "3", "target-role": "Started" })) }, []],
  [
    "options with values they do not take",
    { options: { "no-quorum-policy": "perhaps", "symmetric-cluster": "yep", "cluster-delay": "soon" } },
    ["no-quorum-policy' because 'perhaps'", "symmetric-cluster' because 'yep'", "cluster-delay' because 'soon'"].map(
      (text) => `error: Using default value for cluster option '${text} is invalid`,
    ),
  ],
  [
    "fencing without quorum where there is no fencing",
    { options: { "no-quorum-policy": "fence" } },
    ["error: Resetting no-quorum-policy to 'stop' because fencing is disabled"],
  ],
  [
    "numbers of clones that are none",
    { resources: clone("C", { "clone-max": "yes", "clone-node-max": "1x" }, primitive("A")) },
    ["warning: Using 0 for clone-max of C because 'yes' is not a number"],
  ],
  ["two nodes of one name", { nodes: '<node id="2" uname="N1"/>' }, ["warning: More than one node entry has name 'N1'"]],
  [
    "amounts of capacity that count as others",
    {
      options: { "placement-strategy": "balanced" },
      nodes: `<node id="2" uname="n2"><utilization id="u">${pairs("u", { cpu: "08", disk: "8G", memory: "8589934592" })}</utilization></node>`,
      resources: clone("C", {}, primitive("A", `<utilization id="v">${pairs("v", { cpu: "some", memory: "-3" })}</utilization>`)),
    },
    [
      "Using 8 as utilization disk of node n2 instead of '8G'",
      "Using 2147483647 as utilization memory of node n2 instead of '8589934592'",
      "Using 0 as utilization cpu of A instead of 'some'",
    ].map((text) => `warning: ${text}`),
  ],
  [
    "amounts of capacity that nobody looks at",
    { nodes: `<node id="2" uname="n2"><utilization id="u">${pairs("u", { disk: "8G" })}</utilization></node>` },
    [],
  ],
  [
    "meta-attributes that mean nothing",
    {
      resources: primitive(
        "A",
        meta("A", { priority: "much", "multiple-active": "often", "migration-threshold": "-2", "target-role": "Up", requires: "luck" }),
      ),
    },
    [
      "warning: Using default (0) for resource A priority because 'much' is not a valid value: Bad input value provided",
      'warning: often is not a valid value for multiple-active, using default of "stop_start"',
      "warning: Using default (INFINITY) for resource A meta-attribute migration-threshold because '-2' is not a valid value: OK",
      "error: Resetting 'requires' for A to 'quorum' because 'luck' is not valid",
      "error: Ignoring 'target-role' for A because 'Up' is not valid",
    ],
  ],
  [
    "a role that only clones have",
    { resources: primitive("A", meta("A", { "target-role": "Promoted" })) },
    ["error: Ignoring 'target-role' for A because 'Promoted' only makes sense for promotable clones"],
  ],
  [
    "templates that are not there",
    { resources: '<primitive id="A" template="T"/>' },
    ["error: No template named 'T'", "error: Ignoring <primitive> resource 'A' because configuration is invalid"],
  ],
  [
    "clones of what cannot be told apart or promoted",
    {
      resources:
        clone("C", { "globally-unique": "true" }, primitive("L", "", 'class="lsb" type="x"')) +
        clone("D", { "globally-unique": "false", "clone-node-max": "2" }, primitive("M")) +
        clone("P", { promotable: "true" }, primitive("S", "", 'class="systemd" type="x"')),
    },
    [
      "warning: Ignoring globally-unique for C because lsb resources such as L:0 can be used only as anonymous clones",
      "error: Ignoring clone-node-max of 2 for D because anonymous clones support only one instance per node",
      "error: Resource S:0 is of type systemd and therefore cannot be used as a promotable clone resource",
      "error: Ignoring <clone> resource 'P' because configuration is invalid",
    ],
  ],
  [
    "bundles whose inside nobody reaches",
    { resources: `<bundle id="B"><podman image="x"/>${primitive("p")}</bundle>` },
    [
      "error: Cannot control B inside p without either ip-range-start or control-port",
      "error: Ignoring <bundle> resource 'B' because configuration is invalid",
    ],
  ],
  [
    "no answers to a failed stop of what is not active",
    { resources: operation('<op id="d" name="stop" interval="0" on-fail="standby"/>') },
    [],
  ],
  [
    "operations that cannot be",
    {
      resources: operation(
        '<op id="a" name="start" interval="10s"/><op id="b" name="monitor" interval="10s"/><op id="c" name="monitor" interval="10"/>' +
          '<op id="d" name="stop" interval="0" on-fail="standby"/><op id="e" name="monitor" interval="1s" on-fail="demote"/>' +
          '<op id="f" name="monitor" interval="tens"/>',
      ),
      status: entry(
        'id="A_last_0" operation_key="A_start_0" operation="start" rc-code="0" op-status="0" interval="0" call-id="1" transition-key="1:1:0:u"',
      ),
    },
    [
      "error: Resetting 'on-fail' for A stop action to default value because 'standby' is not allowed for stop",
      "error: Resetting 'on-fail' for A monitor action to default value because 'demote' is not allowed for it",
      "error: Ignoring a because start action cannot be recurring",
      ...Array(2).fill("error: Operation c is duplicate of b (do not use same name and interval combination more than once per resource)"),
    ],
  ],
  [
    "replicas that would share a port",
    {
      resources: `<bundle id="b"><podman image="i" replicas-per-host="2"/><network control-port="1"/>${primitive("A")}</bundle>`,
    },
    ["error: Specifying the 'control-port' for b requires 'replicas-per-host=1'"],
  ],
  [
    "recurring operations of what can be promoted, twice",
    {
      resources: clone(
        "C",
        { promotable: "true", "clone-max": "1" },
        operation('<op id="b" name="monitor" interval="10s" role="Promoted"/><op id="c" name="monitor" interval="10s" role="Unpromoted"/>'),
      ),
    },
    Array(4).fill("error: Operation c is duplicate of b (do not use same name and interval combination more than once per resource)"),
  ],
  [
    "a word for off that only old options know",
    { options: { "fencing-action": "poweroff" } },
    ["error: Using default value for cluster option 'fencing-action' because 'poweroff' is invalid"],
  ],
  [
    "constraints about nothing",
    {
      resources: primitive("A"),
      constraints:
        '<rsc_location id="l" rsc="X" node="n1" score="1"/><rsc_order id="o"><resource_set id="s"><resource_ref id="A"/><resource_ref id="Y"/></resource_set></rsc_order>',
    },
    [
      "warning: No resource, template, or tag named 'X'",
      "error: Ignoring constraint 'l' because 'X' is not a valid resource or tag",
      "warning: No resource, template, or tag named 'Y'",
      "error: Ignoring resource sets for constraint 'o' because 'Y' is not a valid resource or tag",
      "error: s: No resource found for Y",
    ],
  ],
  // Members of a clone are known by their own name only where an instance of them has a history.
  [
    "tags with members that are none",
    {
      resources: `${primitive("A") + primitive("B")}<clone id="C">${primitive("X")}</clone>`,
      constraints:
        '<rsc_order id="o" first="A" then="T"/><rsc_location id="l" rsc="T" node="n1" score="1"/><rsc_colocation id="c" rsc="T" with-rsc="A" score="1"/><rsc_colocation id="d" rsc="A" with-rsc="T" score="1"/><rsc_colocation id="e" rsc="T" with-rsc="A" score="0"/>',
      more: '<tags><tag id="T"><obj_ref id="B"/><obj_ref id="X"/></tag></tags>',
    },
    [
      "error: T: No resource found for X",
      "error: T: No resource found for X",
      "error: Ignoring colocation of set T resource X with set A: No such resource",
      "error: Ignoring set A colocation with resource X in set T: No such resource",
    ],
  ],
  [
    "a sequence that ends early",
    colocatedSets("", "X A", "B"),
    [...UNKNOWN_IN_SET, inSequence("s"), `${IGNORED_SETS} first resource X not found`],
  ],
  [
    "a sequence that begins late",
    colocatedSets("", "A", "B X"),
    [...UNKNOWN_IN_SET, inSequence("t"), `${IGNORED_SETS} last resource X not found`],
  ],
  [
    "sets with what is none",
    colocatedSets('sequential="false"', "X A", "B X"),
    [
      ...UNKNOWN_IN_SET,
      "error: Ignoring colocation of set s resource X with set t: No such resource",
      "error: Ignoring colocation of set s resource A with set t resource X: No such resource",
    ],
  ],
  [
    "constraints that say what they cannot",
    {
      resources: primitive("A") + primitive("B"),
      constraints:
        '<rsc_location id="l" rsc-pattern="(A" node="n1" score="1"/><rsc_order id="o" first="A" then="B" kind="Serialize" symmetrical="true"/>' +
        '<rsc_ticket id="t" rsc="A" ticket="T" loss-policy="fence"/><rsc_colocation id="c" rsc="A" with-rsc="B" score="1" influence="some"/>' +
        '<rsc_order id="p" first="A" then="B" first-action="notify"/>',
    },
    [
      "error: Ignoring constraint 'l' because rsc-pattern has invalid value '(A'",
      "warning: Ignoring symmetrical for 'o' because not valid with kind of 'Serialize'",
      "warning: Ignoring symmetrical for 'o' because not valid with kind of 'Serialize'",
      "error: Resetting 'loss-policy' for ticket 'T' to 'stop' because fencing is not configured",
      "error: Constraint 'c' has invalid value for influence (using default)",
      "warning: Cannot invert constraint 'p' (please specify inverse manually)",
    ],
  ],
  [
    "what is on its way out, once each",
    {
      options: { "stop-orphan-resources": "false", "cluster-delay": "#default" },
      resources: `${clone(
        "C",
        { promotable: "true", "target-role": "Master", "master-max": "1" },
        primitive("A", meta("A", { priority: "#default" })),
      )}<group id="G">${meta("G", { ordered: "false", collocated: "true" })}${primitive("B")}${primitive("D")}</group>`,
      constraints:
        '<rsc_location id="l" rsc="C" node="n1" score="1" role="Master"/><rsc_location id="k" rsc="C" node="n1" score="1" role="Slave"/>' +
        '<rsc_order id="o" first="C" then="G" require-all="false" score="1"/>' +
        '<rsc_colocation id="c" score="1"><resource_set id="s" ordering="listed"><resource_ref id="C"/></resource_set></rsc_colocation>',
      more:
        '<op_defaults><meta_attributes id="m"><rule id="r"><expression id="e" attribute="#uname" operation="eq" value="n1"/></rule>' +
        "</meta_attributes></op_defaults>",
    },
    [
      "Support for setting meta-attributes (such as cluster-delay) to the explicit value '#default'",
      "Support for legacy name 'stop-orphan-resources' for cluster option 'stop-removed-resources'",
      "Support for the stop-removed-resources cluster property",
      "Support for the master-max meta-attribute (such as in C)",
      "Support for the 'ordered' group meta-attribute",
      "Support for the Master role",
      "Support for setting meta-attributes (such as priority) to the explicit value '#default'",
      "Support for 'score' in rsc_order",
      "Support for require-all in ordering constraints",
      "Support for 'ordering' other than 'group' in resource_set (such as s)",
      "Support for the Slave role",
      "Support for rules with node attribute expressions in op or op_defaults",
    ].map((text) => expect.stringMatching(`^warning: ${text.replace(/[()]/g, ".")} is deprecated and will be `)),
  ],
  [
    "clones that cannot be interleaved",
    {
      resources:
        clone("C", { interleave: "true" }, primitive("c")) +
        clone("D", { "clone-node-max": "2", "globally-unique": "true" }, primitive("d")),
      constraints: '<rsc_colocation id="c1" rsc="C" with-rsc="D" score="INFINITY"/>',
    },
    ["error: Cannot interleave C and D because they do not support the same number of instances per node"],
  ],
  [
    "rules that cannot be judged",
    {
      resources: primitive("A"),
      constraints:
        '<rsc_location id="l" rsc="A"><rule id="r" score="1"><date_expression id="d" operation="gt"/><expression id="e" attribute="zone" operation="eq"/></rule></rsc_location>',
    },
    [
      "error: Treating date_expression d as not passing because gt requires start",
      "error: Treating expression e as not passing because value is required when operation is eq",
    ],
  ],
  [
    "history that cannot be read",
    {
      resources: primitive("A"),
      status: entry('id="e" operation="start" op-status="99" rc-code="0" transition-key="1:1:0:x"'),
    },
    ["error: Ignoring resource history entry e for A on n1 with invalid op-status '99'"],
  ],
  [
    "results without the expected one",
    {
      resources: primitive("A"),
      status: entry('id="e" operation="monitor" op-status="0" rc-code="0" interval="0" call-id="1" transition-key="1:1:-1:u"'),
    },
    ["warning: Expected result not found for e on n1 (corrupt or obsolete CIB?)"],
  ],
  [
    "not operations under way, whatever they lack",
    {
      resources: primitive("A"),
      status: entry('id="e" operation="migrate_to" op-status="-1" rc-code="193" interval="0" call-id="-1" transition-key="1"'),
    },
    [],
  ],
  [
    "levels of fencing beyond the last",
    { more: '<fencing-topology><fencing-level id="f" target="n1" index="10" devices="A"/></fencing-topology>' },
    ["error: Ignoring fencing level f with out-of-range index 10"],
  ],
];

describe("problems of configurations", () => {
  it.each(CASES)("are %s", (_title, parts, expected) => {
    expect(found(parts)).toEqual(expected);
  });

  it("names guest nodes that two resources would make", () => {
    const guest = (id: string): string => primitive(id, meta(id, { "remote-node": "vm" }));
    expect(found({ resources: guest("A") })).toEqual([]);
    expect(found({ resources: `${guest("A")}<group id="g">${guest("B")}</group>` })).toEqual([
      "warning: Ignoring remote-node of B: guest node vm is that of A",
    ]);
  });

  it("are guest nodes without a name", () => {
    expect(found({ resources: primitive("A", meta("A", { "remote-node": "" })) })).toEqual([
      "error: Ignoring <primitive> resource without ID",
    ]);
  });

  it("are fencing without devices", () => {
    expect(found({ options: { "fencing-enabled": "true" } })).toEqual([
      expect.stringContaining("error: Resource start-up disabled since no fencing resources have been defined"),
      "warning: Node n1 is unclean but cannot be fenced",
    ]);
  });
});
