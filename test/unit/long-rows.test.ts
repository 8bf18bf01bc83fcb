import { describe, expect, it } from "vitest";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import { element, type XmlElement } from "../../src/xml/element.ts";
import { GENERATED_NOW_EPOCH_SECONDS } from "../fuzz/generate.ts";

const LONG_MS = 120_000;

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

const primitives = (count: number): XmlElement[] =>
  upTo(count).map((at) => element("primitive", { id: `r${at}`, class: "ocf", provider: "heartbeat", type: "Dummy" }));

/** Some nodes where nothing runs yet. */
function scheduled(nodeCount: number, resources: XmlElement[], constraints: XmlElement[]): ScheduleResult {
  const nodeIds = upTo(nodeCount).map((at) => at + 1);
  const states = nodeIds.map((id) =>
    element("node_state", { id, uname: `n${id}`, in_ccm: "true", crmd: "online", join: "member", expected: "member" }),
  );
  const noFencing = element("nvpair", { id: "options-fencing", name: "fencing-enabled", value: "false" });
  const nodes = nodeIds.map((id) => element("node", { id, uname: `n${id}` }));
  const configuration = element("configuration", {}, [
    element("crm_config", {}, [element("cluster_property_set", { id: "options" }, [noFencing])]),
    element("nodes", {}, nodes),
    element("resources", {}, resources),
    element("constraints", {}, constraints),
  ]);
  const attributes = { "validate-with": "pacemaker-4.0", crm_feature_set: "3.20.0", "have-quorum": "1", "dc-uuid": "1" };
  const cib = element("cib", attributes, [configuration, element("status", {}, states)]);
  return schedule(cib, { nowEpochSeconds: GENERATED_NOW_EPOCH_SECONDS });
}

/** Nodes of the resources that are started. */
const startedOn = ({ graph }: ScheduleResult): (string | undefined)[] =>
  graph.actions.flatMap(({ key, node }) => (/^r\d+_start_0$/.test(key) ? [node] : []));

const wish = (from: number, to: number, score: string | number): XmlElement =>
  element("rsc_colocation", { id: `c${from}-${to}`, rsc: `r${from}`, "with-rsc": `r${to}`, score });

const onSecond = (resource: string): XmlElement => element("rsc_location", { id: "l", rsc: resource, node: "n2", score: 100 });

describe("rows longer than calls can be nested", () => {
  const COLOCATED = 1500;

  it.each([
    ["each with the next", (at: number) => wish(at, at + 1, "INFINITY"), COLOCATED - 1],
    ["each with the one before", (at: number) => wish(at + 1, at, "INFINITY"), 0],
  ])(
    "of colocations, %s: all go where the one that all follow wants to be",
    (_name, make, leader) => {
      const wishes = upTo(COLOCATED - 1).map(make);
      const nodes = startedOn(scheduled(2, primitives(COLOCATED), [...wishes, onSecond(`r${leader}`)]));
      expect(nodes).toEqual(Array(COLOCATED).fill("n2"));
    },
    LONG_MS,
  );

  it(
    "of colocations that go in a circle: all are together",
    () => {
      const wishes = upTo(COLOCATED).map((at) => wish(at, (at + 1) % COLOCATED, "INFINITY"));
      const nodes = startedOn(scheduled(2, primitives(COLOCATED), wishes));
      expect(nodes).toEqual(Array(COLOCATED).fill(nodes[0]));
    },
    LONG_MS,
  );

  it(
    "of orders",
    () => {
      const count = 5000;
      const orders = upTo(count - 1).map((at) => element("rsc_order", { id: `o${at}`, first: `r${at}` }).set("then", `r${at + 1}`));
      expect(startedOn(scheduled(1, primitives(count), orders))).toHaveLength(count);
    },
    LONG_MS,
  );

  it(
    "of members of a group",
    () => {
      const count = 3000;
      expect(startedOn(scheduled(1, [element("group", { id: "g" }, primitives(count))], []))).toHaveLength(count);
    },
    LONG_MS,
  );
});

it(
  "more ways through colocations than can be walked come to an end",
  () => {
    const all = upTo(120);
    const wishes = all.flatMap((a) => all.flatMap((b) => (a === b ? [] : [wish(a, b, ((a * 7 + b * 13) % 50) - 20)])));
    expect(startedOn(scheduled(2, primitives(all.length), wishes)).length).toBeGreaterThan(0);
  },
  LONG_MS,
);
