import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseXml } from "../../../xml/parse.ts";
import { writePretty } from "../../../xml/write.ts";
import { schedule } from "../../schedule.ts";
import { QUIET_PROBE } from "./quiet-probe.ts";

interface Probe {
  readonly exitCode: string;
  readonly operation: string;
  readonly interval: string;
  readonly status: string;
  readonly expected: string;
  readonly idEnd: string;
  readonly type: string;
}

const QUIET: Probe = { exitCode: "7", operation: "monitor", interval: "0", status: "0", expected: "7", idEnd: "_last_0", type: "Dummy" };
const OTHERS: Partial<Probe>[] = [
  { exitCode: "0" },
  { exitCode: "5" },
  { operation: "start" },
  { operation: "stop" },
  { interval: "10000" },
  { status: "4" },
  { status: "-1" },
  { expected: "0" },
  { idEnd: "_last_failure_0" },
];
/** Quiet as such, of another agent than the one configured now. */
const OF_ANOTHER_AGENT: Probe = { ...QUIET, type: "Stateful" };
/** From b to a, which makes it active on a, whatever has been read of a before. */
const MIGRATED: Probe = { ...QUIET, exitCode: "0", operation: "migrate_to", expected: "0" };

/** The history of a resource; `coded` writes the exit code and the status as references. */
function history(id: string, probe: Probe, coded = false): string {
  const { exitCode, operation, interval, status, expected, idEnd, type } = probe;
  const number = (text: string): string => (coded ? [...text].map((letter) => `&#${letter.charCodeAt(0)};`).join("") : text);
  return `<lrm_resource id="${id}" class="ocf" provider="pacemaker" type="${type}"><lrm_rsc_op id="${id}${idEnd}" operation_key="${id}_${operation}_${interval}" operation="${operation}" transition-key="1:2:${expected}:u" call-id="3" rc-code="${number(exitCode)}" op-status="${number(status)}" interval="${interval}" migrate_source="b" migrate_target="a" last-rc-change="1700000000"/></lrm_resource>`;
}

/** Resources that are found nowhere, so many that the reader of documents passes over what is written like their histories. */
const OTHER_IDS = Array.from({ length: 45 }, (_, index) => `other${index}`);

function cluster(probes: readonly Probe[], coded: boolean): string {
  const ids = probes.map((_, index) => `r${index % 3}`);
  const node = (name: string, own: readonly number[]): string =>
    `<node_state id="${name}" uname="${name}" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="${name}"><lrm_resources>${[
      ...OTHER_IDS.map((id) => history(id, QUIET, coded)),
      ...own.map((index) => history(ids[index] ?? "", probes[index] ?? QUIET, coded)),
    ].join("")}</lrm_resources></lrm></node_state>`;
  const primitive = (id: string): string => `<primitive id="${id}" class="ocf" provider="pacemaker" type="Dummy"/>`;
  return `<cib validate-with="pacemaker-4.0" have-quorum="1"><configuration><crm_config><cluster_property_set id="o">
    <nvpair id="o-1" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes><node id="a" uname="a"/><node id="b" uname="b"/></nodes><resources>${OTHER_IDS.map(primitive).join("")}${primitive("r0")}<group id="g">${primitive("r1")}${primitive("r2")}</group></resources>
    <constraints/></configuration><status>${node("a", [0, 1, 2])}${node("b", [5, 3, 4])}</status></cib>`;
}

function planOf(text: string, isKindExpected: boolean): unknown {
  const read = parseXml(text, isKindExpected ? { frequent: QUIET_PROBE } : {});
  if (!read.ok) throw new Error(read.error.message);
  const { graphXml, summary, scores, warnings } = schedule(read.value, { nowEpochSeconds: 1_700_000_100 });
  return [writePretty(graphXml()), summary, scores, warnings];
}

describe("quiet probes", () => {
  it("are told from all else a history may say", () => {
    const judged = (text: string): boolean => {
      const read = parseXml(text);
      if (!read.ok) throw new Error(read.error.message);
      return read.value.fits(QUIET_PROBE);
    };
    expect(judged(history("r", QUIET))).toBe(true);
    for (const other of OTHERS) expect(judged(history("r", { ...QUIET, ...other }))).toBe(false);
    const [start, entry, end] = history("r", QUIET).split(/(<lrm_rsc_op.*\/>)/s);
    expect(judged(`${start}${entry}${entry}${end}`)).toBe(false);
    expect(judged(`${start}${end}`)).toBe(false);
    expect(judged(`${start}${entry?.replace(/ transition-key="[^"]*"/, "")}${end}`)).toBe(false);
    expect(judged(`${start}${entry?.replace(/ id="[^"]*"/, "")}${end}`)).toBe(false);
  });

  it("lead to the plan that reading them in full leads to", () => {
    // What is written as references is never passed over, not taken for a quiet probe, and read like any other history.
    const probe = fc.oneof(
      { weight: 3, arbitrary: fc.constant(QUIET) },
      { weight: 2, arbitrary: fc.constantFrom(...OTHERS).map((other) => ({ ...QUIET, ...other })) },
      { weight: 1, arbitrary: fc.constantFrom(OF_ANOTHER_AGENT, MIGRATED) },
      { weight: 1, arbitrary: fc.constant({ ...QUIET, exitCode: "0", operation: "start", expected: "0" }) },
    );
    fc.assert(
      fc.property(fc.array(probe, { minLength: 6, maxLength: 6 }), fc.boolean(), (probes, isKindExpected) => {
        expect(planOf(cluster(probes, false), isKindExpected)).toEqual(planOf(cluster(probes, true), false));
      }),
    );
  });
});
