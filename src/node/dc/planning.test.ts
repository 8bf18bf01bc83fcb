import { expect, it } from "vitest";
import { element, type XmlElement } from "../../xml/element.ts";
import type { Plan } from "../interface/planner.ts";
import { Planning } from "./planning.ts";

function plan(recheckAtEpochSeconds?: number): Plan {
  return { graph: { actions: [], batchLimit: 0 }, recheckAtEpochSeconds, severity: "input", summary: [] };
}

function document(interval?: string): XmlElement {
  const options = interval === undefined ? [] : [element("nvpair", { id: "o-1", name: "cluster-recheck-interval", value: interval })];
  const set = element("cluster_property_set", { id: "cib-bootstrap-options" }, options);
  return element("cib", {}, [element("configuration", {}, [element("crm_config", {}, [set])])]);
}

/** Planning with a document; the reasons of the plans that were carried out are kept. */
function planning(cib: XmlElement, made: Plan, isElsewhere = false): { planning: Planning; reasons: string[]; asked: number[] } {
  const reasons: string[] = [];
  const asked: number[] = [];
  const port = {
    input: () => cib,
    planElsewhere: () => (isElsewhere ? asked.push(asked.length + 1) : undefined),
    carryOut: (_plan: Plan, reason: string) => void reasons.push(reason),
    log: () => undefined,
  };
  return { planning: new Planning(() => made, port), reasons, asked };
}

it.each([
  [undefined, undefined, 1900],
  ["5min", undefined, 1300],
  ["PT1M", undefined, 1060],
  ["1500ms", undefined, 1002],
  ["nonsense", undefined, 1900],
  ["5min", 1010, 1010],
  ["5min", 900, 1001],
  ["0", 1010, 1010],
])("with a recheck interval of %s and a plan that wants one at %s it plans again at %i", (interval, wanted, at) => {
  const { planning: it, reasons } = planning(document(interval), plan(wanted));
  it.request("start");
  it.advance(0, 1000);
  it.advance(1, at - 1);
  expect(reasons).toEqual(["start"]);
  it.advance(2, at);
  expect(reasons).toEqual(["start", "time passed"]);
});

it("never plans again by itself with an interval of 0", () => {
  const { planning: it, reasons } = planning(document("0"), plan());
  it.request("start");
  it.advance(0, 1000);
  it.advance(1, 10_000_000);
  expect(reasons).toEqual(["start"]);
  expect(it.deadlinesMs(1, 10_000_000)).toEqual([]);
});

it("gathers changes of clients until they pause, but not for ever", () => {
  const { planning: it, reasons } = planning(document(), plan());
  for (let atMs = 0; atMs <= 190; atMs += 10) {
    it.requestSoon(`change at ${atMs}`, atMs);
    it.advance(atMs, 1000);
  }
  expect(it.isGathering).toBe(true);
  expect(reasons).toEqual([]);
  it.advance(200, 1000);
  expect(reasons).toEqual(["change at 0"]);
  it.requestSoon("one more", 300);
  expect(Math.min(...it.deadlinesMs(300, 1000))).toBe(320);
});

it("drops plans that come too late, and after three makes one itself", () => {
  const { planning: it, reasons, asked } = planning(document(), plan(), true);
  for (let round = 1; round <= 3; round += 1) {
    it.request(`reason ${round}`);
    it.advance(0, 1000);
    it.request("something happened");
    it.made(asked.length, plan());
  }
  expect(reasons).toEqual([]);
  it.advance(0, 1000);
  expect(reasons).toEqual(["something happened"]);
  expect(it.isUnderWay).toBe(false);
});

it("goes on when a plan cannot be made, and tries again", () => {
  const reasons: string[] = [];
  const logged: string[] = [];
  let isBroken = true;
  const planner = (): Plan => {
    if (isBroken) throw new RangeError("too deep");
    return plan();
  };
  const it = new Planning(planner, {
    input: () => document(),
    planElsewhere: () => undefined,
    carryOut: (_plan, reason) => void reasons.push(reason),
    log: (level, text) => void logged.push(`${level}: ${text.split("\n")[0]}`),
  });
  it.request("node lost");
  it.advance(0, 1000);
  expect(logged).toEqual(["error: no plan (node lost), tried again in a minute: RangeError: too deep"]);
  isBroken = false;
  it.advance(1, 1059);
  expect(reasons).toEqual([]);
  it.advance(2, 1060);
  expect(reasons).toEqual(["time passed"]);
});
