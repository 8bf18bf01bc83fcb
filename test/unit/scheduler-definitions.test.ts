import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { schedule } from "../../src/scheduler/schedule.ts";
import { parseXml } from "../../src/xml/parse.ts";

const NOW = 1_600_000_200;
/** What a rule before noon of some day turns at. */
const [NOON, NOON_EPOCH_SECONDS] = ["2020-09-14 12:00:00Z", 1_600_084_800];

const DUMMY = 'class="ocf" provider="pacemaker" type="Dummy"';

const dummy = (id: string, content = ""): string => `<primitive id="${id}" ${DUMMY}>${content}</primitive>`;

const rule = `<rule id="r"><date_expression id="d" operation="lt" end="${NOON}"/></rule>`;

const entry = (key: string, task: string, intervalMs: number, exitCode: number, more = ""): string =>
  `<lrm_rsc_op id="${key}" operation_key="${key}" operation="${task}" interval="${intervalMs}" call-id="${intervalMs + 1}" rc-code="${exitCode}"
    op-status="0" transition-key="1:1:0:u" ${more}/>`;

const history = (id: string, ...entries: readonly string[]): string =>
  `<lrm_resource id="${id}" ${DUMMY}>${entries.join("")}</lrm_resource>`;

const state = (node: string, histories = "", attributes = ""): string =>
  `<node_state id="${node}" uname="${node}" in_ccm="true" crmd="online" join="member" expected="member">
    <lrm id="${node}"><lrm_resources>${histories}</lrm_resources></lrm>
    <transient_attributes id="${node}"><instance_attributes id="t-${node}">${attributes}</instance_attributes></transient_attributes></node_state>`;

interface Parts {
  readonly constraints?: string;
  readonly states?: string;
  readonly defaults?: string;
  readonly options?: string;
}

function planned(
  resources: string,
  { constraints = "", states = state("n1") + state("n2"), defaults = "", options = "" }: Parts = {},
): ReturnType<typeof schedule> {
  const read =
    parseXml(`<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1"><configuration><crm_config>
    <cluster_property_set id="o"><nvpair id="o-f" name="fencing-enabled" value="false"/>${options}</cluster_property_set></crm_config>
    <nodes><node id="n1" uname="n1"/><node id="n2" uname="n2"/></nodes><resources>${resources}</resources>
    <constraints>${constraints}</constraints>${defaults}</configuration><status>${states}</status></cib>`);
  if (!read.ok) throw new Error(read.error.message);
  return schedule(read.value, { nowEpochSeconds: NOW });
}

const recheck = (resources: string, parts?: Parts): unknown => planned(resources, parts).recheckAtEpochSeconds;

describe("rules about operations", () => {
  const withRule = (task: string): string =>
    dummy(
      "a",
      `<operations><op id="o" name="${task}" interval="0"><meta_attributes id="m">${rule}<nvpair id="p" name="timeout" value="9s"/></meta_attributes></op></operations>`,
    );

  it.each([
    ["start", NOON_EPOCH_SECONDS],
    ["promote", undefined],
  ])("that turn matter where an action was made by them: %s", (task, at) => expect(recheck(withRule(task))).toBe(at));

  it("may be those of all operations", () => {
    const defaults = `<op_defaults><meta_attributes id="m">${rule}<nvpair id="p" name="timeout" value="9s"/></meta_attributes></op_defaults>`;
    expect([recheck(dummy("a"), { defaults }), recheck("", { defaults })]).toEqual([NOON_EPOCH_SECONDS, undefined]);
  });

  it("come beside those of parameters, which are asked where a rule of a location is", () => {
    const ruled = dummy("a", `<instance_attributes id="i">${rule}<nvpair id="p" name="x" value="1"/></instance_attributes>`);
    const expression = '<expression id="e" attribute="#uname" operation="eq" value="n1"/>';
    const constraints = `<rsc_location id="l" rsc="a"><rule id="q" score="1">${expression}</rule></rsc_location>`;
    expect([recheck(ruled), recheck(ruled, { constraints })]).toEqual([undefined, NOON_EPOCH_SECONDS]);
  });
});

describe("operations that another resource has", () => {
  const others = dummy("z", '<operations id="zo"><op id="z1" name="monitor" interval="10s" on-fail="block"/></operations>');
  const limits =
    '<meta_attributes id="m"><nvpair id="m-f" name="failure-timeout" value="60"/><nvpair id="m-t" name="migration-threshold" value="1"/></meta_attributes>';
  const failed = history(
    "a",
    entry("a_start_0", "start", 0, 0),
    entry("a_monitor_10000", "monitor", 10_000, 1, 'last-rc-change="1599990000"'),
  );
  const counts =
    '<nvpair id="c1" name="fail-count-a#monitor_10000" value="1"/><nvpair id="c2" name="last-failure-a#monitor_10000" value="1599990000"/>';
  const states = state("n1", failed, counts) + state("n2");

  it.each([
    ['<operations id-ref="zo"/>', true],
    ['<operations><op id="a1" name="monitor" interval="10s" on-fail="block"/></operations>', false],
  ])("do not keep failures that block from expiring: with %s they expire: %s", (operations, expire) => {
    const { actions } = planned(others + dummy("a", limits + operations), { states }).graph;
    expect(actions.some(({ key }) => key === "a_clear_failcount_0")).toBe(expire);
  });

  it("are not mixed with those of a template", () => {
    const template = `<template id="T" ${DUMMY}><operations><op id="t1" name="monitor" interval="30s"/></operations></template>`;
    const { actions } = planned(`${others}${template}<primitive id="a" template="T"><operations id-ref="zo"/></primitive>`).graph;
    const monitors = actions.flatMap(({ key }) => (/^a_monitor_[1-9]/.test(key) ? key : []));
    expect(monitors).toEqual(["a_monitor_10000"]);
  });
});

it("leaves instances in the order of their promotion where none is looked for", () => {
  const file = join(import.meta.dirname, "..", "fixtures", "scheduler", "promotable-probed-nowhere.xml");
  const read = parseXml(readFileSync(file, "utf8"));
  if (!read.ok) throw new Error(read.error.message);
  const { actions } = schedule(read.value, { nowEpochSeconds: NOW }).graph;
  expect(actions.map(({ key, node }) => `${key} on ${node}`)).toEqual(["a:1_monitor_10000 on n3", "a:0_monitor_10000 on n1"]);
});

it("forgets a resource that was to wait for a node, and is active there, after what its failures ask for", () => {
  const failed = history("a", entry("a_start_0", "start", 0, 0), entry("a_monitor_10000", "monitor", 10_000, 1));
  const states = state("n1", failed.replace("<lrm_resource", `$& shutdown-lock="${NOW - 300}"`)) + state("n2");
  const options = '<nvpair id="o-l" name="shutdown-lock" value="true"/>';
  const { actions } = planned(dummy("a"), { states, options }).graph;
  const idOf = (key: string): number => actions.find((action) => action.key === key)?.id ?? Number.NaN;
  expect(idOf("a_lrm_delete_0")).toBeGreaterThan(idOf("a_stop_0"));
});
