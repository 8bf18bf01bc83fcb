import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmVerify } from "./crm-verify.ts";

const DUMMY = (id: string, inside = ""): string =>
  `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy">${inside}</primitive>`;
const meta = (id: string, name: string, value: string, rule = ""): string =>
  `<meta_attributes id="${id}">${rule}<nvpair id="${id}-p" name="${name}" value="${value}"/></meta_attributes>`;
const operation = (attributes: string, inside = ""): string =>
  `<operations><op id="op" interval="0" ${attributes}>${inside}</op></operations>`;
const set = (id: string, names: string, attributes = ""): string =>
  `<resource_set id="${id}" ${attributes}>${names.replace(/\w+/g, '<resource_ref id="$&"/>')}</resource_set>`;
/** A history of A in which one operation has an outcome. */
const outcome = (task: string, code: number, more = "", status = 0): string =>
  `<lrm_resource id="A" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="A_last_failure_0" operation_key="A_${task}_0" operation="${task}"
    crm_feature_set="3.19.0" transition-key="1:1:0:0c4f6a5e-1111-2222-3333-444455556666" call-id="2" rc-code="${code}" op-status="${status}" interval="0" ${more}/></lrm_resource>`;
const UP = 'in_ccm="true" crmd="online" join="member" expected="member"';
const DOWN = 'in_ccm="false" crmd="offline" join="down" expected="down"';

interface Parts {
  readonly resources: string;
  readonly constraints?: string;
  readonly defaults?: string;
  readonly history?: string;
  readonly state?: string;
  readonly attributes?: string;
}

/** What `crm_verify -V` says of a cluster of one node without fencing, and how it ends. */
async function verified({
  resources,
  constraints = "",
  defaults = "",
  history = "",
  state = UP,
  attributes = "",
}: Parts): Promise<string[]> {
  const text = `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1"><configuration>
    <crm_config><cluster_property_set id="options"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes><node id="1" uname="n1"/></nodes><resources>${resources}</resources><constraints>${constraints}</constraints>
    ${defaults === "" ? "" : `<op_defaults>${defaults}</op_defaults>`}</configuration><status><node_state id="1" uname="n1" ${state}>
    <transient_attributes id="1"><instance_attributes id="t">${attributes}</instance_attributes></transient_attributes>
    <lrm id="1"><lrm_resources>${history}</lrm_resources></lrm></node_state></status></cib>`;
  const files = new Map([["cib.xml", text]]);
  const { stderr, exitCode } = await runInMemory(crmVerify, ["-x", "cib.xml", "-V"], { files, nowEpochSeconds: 1_700_000_000 });
  const lines = stderr
    .split("\n")
    .filter((line) => /^(error|warning): |\t(error|crit): /.test(line) && !line.endsWith("pass schema validation"));
  return [...lines, `exit ${exitCode}`];
}

const NO_FENCE = (task: string, resource = "A"): string =>
  `error: Resetting 'on-fail' for ${task} of ${resource} to 'stop' because 'fence' is not valid when fencing is disabled`;
const UNNAMED = "error: Ignoring resource history entry A_last_failure_0 without migrate_source and migrate_target";
const LOST_TICKET = "error: Resetting 'loss-policy' for ticket 'T' to 'stop' because fencing is not configured";
const USELESS = (id: string): string => `warning: Ignoring symmetrical for '${id}' because not valid with kind of 'Serialize'`;
const LATER = '<rule id="r"><date_expression id="d" operation="gt" start="2100-01-01"/></rule>';

const CASES: readonly (readonly [string, Parts, readonly string[]])[] = [
  [
    "answers to failures that defaults give, for each action",
    { resources: DUMMY("A"), defaults: meta("d", "on-fail", "fence") },
    [NO_FENCE("monitor"), NO_FENCE("start"), "exit 78"],
  ],
  [
    "answers that nobody knows",
    { resources: DUMMY("A"), defaults: meta("d", "on-fail", "pray") },
    [
      "error: Using default 'on-fail' for monitor of A because 'pray' is not valid",
      "error: Using default 'on-fail' for start of A because 'pray' is not valid",
      "exit 78",
    ],
  ],
  [
    "no answers that a rule holds back",
    { resources: DUMMY("A", operation('name="start"', meta("s", "on-fail", "fence", LATER))) },
    ["exit 0"],
  ],
  [
    "a demotion as the answer to what cannot be answered so, the demotion among it",
    {
      resources: `<clone id="C">${meta("m", "promotable", "true")}${DUMMY("A", operation('name="demote" on-fail="demote"'))}</clone>`,
      constraints: '<rsc_location id="l" rsc="C" role="Promoted" node="n1" score="-INFINITY"/>',
      history: outcome("promote", 0),
    },
    ["error: Resetting 'on-fail' for A:0 demote action to default value because 'demote' is not allowed for it", "exit 78"],
  ],
  ["answers for a stop of what is not active", { resources: DUMMY("A", operation('name="stop" on-fail="standby"')) }, ["exit 0"]],
  [
    "answers for failures that have happened, once more",
    { resources: DUMMY("A"), defaults: meta("d", "on-fail", "fence"), history: outcome("start", 1) },
    [NO_FENCE("start"), NO_FENCE("start"), NO_FENCE("stop"), "exit 78"],
  ],
  [
    "sets whose order cannot be symmetrical",
    {
      resources: DUMMY("A") + DUMMY("B"),
      constraints: `<rsc_order id="o" symmetrical="true">${set("s", "A")}${set("t", "B", 'kind="Serialize"')}</rsc_order>`,
    },
    [USELESS("t"), "exit 78"],
  ],
  [
    "no sets that have another kind than their order",
    {
      resources: DUMMY("A") + DUMMY("B"),
      constraints: `<rsc_order id="o" kind="Serialize" symmetrical="true">${set("s", "A", 'kind="Mandatory"')}${set("t", "B")}</rsc_order>`,
    },
    [USELESS("o"), USELESS("t"), "exit 78"],
  ],
  [
    "tickets for each resource of their sets",
    {
      resources: DUMMY("A") + DUMMY("B"),
      constraints: `<rsc_ticket id="t" ticket="T" loss-policy="fence">${set("s", "A")}${set("u", "B")}</rsc_ticket>`,
    },
    [LOST_TICKET, LOST_TICKET, "exit 78"],
  ],
  [
    "containers that are not there",
    {
      resources: `<group id="G">${meta("m", "container", "box")}${DUMMY("A")}${DUMMY("B")}</group>${DUMMY("C", meta("n", "container", "A"))}`,
    },
    ["error: Resource A: Unknown container box", "error: Resource B: Unknown container box", "exit 78"],
  ],
  [
    "failures that never expire, where they are only counted",
    {
      resources: DUMMY("A", `${meta("m", "failure-timeout", "30s")}${operation('name="demote" on-fail="block"')}`),
      history: outcome("demote", 1),
      attributes: '<nvpair id="x" name="fail-count-A#demote_0" value="2"/>',
    },
    ["warning: Ignoring failure timeout (30s) for A because it conflicts with on-fail=block", "exit 78"],
  ],
  [
    "no failures that never expire where nobody counts them",
    {
      resources: DUMMY(
        "A",
        `${meta("m", "failure-timeout", "30s")}${meta("n", "migration-threshold", "0")}${operation('name="demote" on-fail="block"')}`,
      ),
      history: outcome("demote", 1),
      attributes: '<nvpair id="x" name="fail-count-A#demote_0" value="2"/>',
    },
    ["exit 0"],
  ],
  [
    "migrations that failed without a word where they went",
    { resources: DUMMY("A"), history: outcome("migrate_from", 0, "", 2) },
    [UNNAMED, "exit 78"],
  ],
  ["departures that nearly went well", { resources: DUMMY("A"), history: outcome("migrate_to", 190) }, [UNNAMED, "exit 78"]],
  ["arrivals", { resources: DUMMY("A"), history: outcome("migrate_from", 0) }, ["exit 0"]],
  [
    "departures, also where failures are ignored",
    { resources: DUMMY("A", operation('name="migrate_to" on-fail="ignore"')), history: outcome("migrate_to", 1) },
    [UNNAMED, "exit 78"],
  ],
  [
    "no arrivals whose failure is ignored",
    { resources: DUMMY("A", operation('name="migrate_from" on-fail="ignore"')), history: outcome("migrate_from", 1) },
    ["exit 0"],
  ],
  [
    "results that do not say by which plan they were ordered",
    { resources: DUMMY("A"), history: outcome("start", 0).replace(/transition-key="[^"]*"/, 'transition-key="1:2:x:u"') },
    [
      "warning: Expected result not found for A_start_0 on n1 (corrupt or obsolete CIB?)",
      "(decode_transition_key@kodou) \terror: Invalid transition key '1:2:x:u'",
      "exit 78",
    ],
  ],
  [
    "fatal failures, whatever their code",
    { resources: DUMMY("A"), history: outcome("start", 5, "", 6) },
    [
      "(unpack_rsc_op@kodou) \terror: Preventing A from restarting anywhere because of fatal failure (Not installed) | A_last_failure_0",
      "exit 0",
    ],
  ],
  [
    "what keeps a node from leaving",
    {
      resources: DUMMY("A"),
      constraints: '<rsc_ticket id="t" rsc="A" ticket="T" loss-policy="freeze"/>',
      history: outcome("start", 0),
      attributes: '<nvpair id="s" name="shutdown" value="1"/>',
    },
    ["(pcmk__create_graph@kodou) \tcrit: Cannot shut down n1 because of A: unmanaged (A_stop_0)", "exit 0"],
  ],
  [
    "entries of an instance by its name",
    {
      resources: `<clone id="C">${DUMMY("A")}</clone>`,
      history: outcome("start", 0).replace(
        "/></lrm",
        '/><lrm_rsc_op id="A_x" operation_key="A_monitor_9" operation="monitor" interval="9" rc-code="x" op-status="0" call-id="3"/></lrm',
      ),
    },
    ["error: Ignoring resource history entry A_x for A:0 on n1 with invalid rc-code 'x'", "exit 78"],
  ],
  ["nothing of nodes that are gone", { resources: DUMMY("A"), history: outcome("migrate_to", 1), state: DOWN }, ["exit 0"]],
  [
    "no sets that are not to be together or apart",
    {
      resources: DUMMY("A") + DUMMY("B"),
      constraints: `<rsc_colocation id="c">${set("s", "A")}${set("t", "B")}</rsc_colocation>`,
    },
    ["exit 0"],
  ],
];

describe("crm_verify -V finds", () => {
  it.each(CASES)("%s", async (_, parts, expected) => {
    expect(await verified(parts)).toEqual(expected);
  });

  it("what is active too often, twice of what can be promoted and of containers", async () => {
    const state = (id: number, history: string): string =>
      `<node_state id="${id}" uname="n${id}" ${UP}><lrm id="${id}"><lrm_resources>${history}</lrm_resources></lrm></node_state>`;
    const count = async (resources: string, history: string, name: string): Promise<number> => {
      const text = `<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1"><configuration><crm_config/>
        <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes><resources>${resources}</resources><constraints/></configuration>
        <status>${state(1, history)}${state(2, history)}</status></cib>`;
      const { stderr } = await runInMemory(crmVerify, ["-x", "cib.xml", "-V"], { files: new Map([["cib.xml", text]]) });
      return stderr.split("\n").filter((line) => line.includes(`${name} might be active on 2 nodes`)).length;
    };
    const active = outcome("start", 0);
    const instance = active.replace('id="A"', 'id="A:0"');
    const container = active
      .replace('id="A"', 'id="B-podman-0"')
      .replace('provider="pacemaker" type="Dummy"', 'provider="heartbeat" type="podman"');
    const clone = (pairs: string): string =>
      `<clone id="C"><meta_attributes id="m"><nvpair id="m-u" name="globally-unique" value="true"/>${pairs}</meta_attributes>${DUMMY("A")}</clone>`;
    const bundle = '<bundle id="B"><podman image="i"/><network ip-range-start="192.0.2.1"/></bundle>';
    expect(await count(clone(""), instance, "A:0")).toBe(1);
    expect(await count(clone('<nvpair id="m-p" name="promotable" value="true"/>'), instance, "A:0")).toBe(2);
    expect(await count(bundle, container, "B-podman-0")).toBe(2);
  });
});
