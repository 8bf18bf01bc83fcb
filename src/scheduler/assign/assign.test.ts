import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { type ScoreEntry, ScoreLedger } from "../cluster/ledger.ts";
import type { Resource } from "../cluster/resource.ts";
import { constrain } from "../constrain/constraints.ts";
import { unpack } from "../unpack/unpack.ts";
import { type Assigned, assign, prepare } from "./assign.ts";

interface Parts {
  readonly nodes?: readonly string[];
  readonly nodeXml?: Readonly<Record<string, string>>;
  readonly properties?: Readonly<Record<string, string>>;
  readonly resources: string;
  readonly constraints?: string;
  /** Where each resource is active. */
  readonly active?: Readonly<Record<string, string>>;
  /** The nodes each instance of a clone is active on. */
  readonly copies?: Readonly<Record<string, readonly string[]>>;
}

const primitive = (id: string, meta: Readonly<Record<string, string>> = {}, more = ""): string => {
  const pairs = Object.entries(meta).map(([name, value]) => `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`);
  return `<primitive id="${id}" class="ocf" provider="kodou" type="Dummy">${
    pairs.length > 0 ? `<meta_attributes id="${id}-m">${pairs.join("")}</meta_attributes>` : ""
  }${more}</primitive>`;
};

function placed(parts: Parts): Assigned & { readonly ledger: readonly ScoreEntry[] } {
  const ledger = new ScoreLedger();
  return { ...assignedWith(parts, ledger), ledger: ledger.entries };
}

function assignedWith(parts: Parts, ledger: ScoreLedger | undefined): Assigned {
  const { nodes = ["n1", "n2"], nodeXml = {}, properties = {}, constraints = "", active = {}, copies = {} } = parts;
  const pairs = Object.entries({ "fencing-enabled": "false", ...properties }).map(
    ([name, value]) => `<nvpair id="o-${name}" name="${name}" value="${value}"/>`,
  );
  const histories = (node: string): string =>
    [...Object.entries(active), ...Object.entries(copies)]
      .filter(([, places]) => (typeof places === "string" ? places === node : places.includes(node)))
      .map(
        ([id]) =>
          `<lrm_resource id="${id}" class="ocf" provider="kodou" type="Dummy"><lrm_rsc_op id="${id}_last_0" operation_key="${id}_start_0" operation="start" call-id="1" rc-code="0" op-status="0" interval="0" transition-key="1:1:0:u" on_node="${node}"/></lrm_resource>`,
      )
      .join("");
  const text = `<cib have-quorum="true"><configuration><crm_config><cluster_property_set id="b">${pairs.join("")}</cluster_property_set></crm_config>
    <nodes>${nodes.map((name) => `<node id="${name}" uname="${name}">${nodeXml[name] ?? ""}</node>`).join("")}</nodes>
    <resources>${parts.resources}</resources><constraints>${constraints}</constraints></configuration>
    <status>${nodes
      .map(
        (name) =>
          `<node_state id="${name}" uname="${name}" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="${name}"><lrm_resources>${histories(name)}</lrm_resources></lrm></node_state>`,
      )
      .join("")}</status></cib>`;
  const cib = parseXml(text);
  if (!cib.ok) throw new Error(JSON.stringify(cib.error));
  return assign(prepare(constrain(unpack(cib.value, 1_700_000_000, ledger)), { ledger, areScoresKept: true }));
}

const homeOf = (cluster: Assigned, id: string): string | undefined => find(cluster, id).assigned?.name;

function find(cluster: Assigned, id: string): Resource {
  const found = cluster.top.flatMap((top) => top.withDescendants()).find((resource) => resource.id === id);
  if (!found) throw new Error(`no ${id}`);
  return found;
}

const location = (id: string, rsc: string, node: string, score: string): string =>
  `<rsc_location id="${id}" rsc="${rsc}" node="${node}" score="${score}"/>`;
const together = (id: string, rsc: string, other: string, score: string): string =>
  `<rsc_colocation id="${id}" rsc="${rsc}" with-rsc="${other}" score="${score}"/>`;

describe("placement", () => {
  it("goes where the sum of scores is highest, and says who added what", () => {
    const cluster = placed({
      resources: primitive("a", { "resource-stickiness": "10" }),
      constraints: location("l1", "a", "n2", "5") + location("l2", "a", "n2", "4"),
      active: { a: "n1" },
    });
    expect(homeOf(cluster, "a")).toBe("n1");
    const added = cluster.ledger.filter(({ resource, effect, score }) => resource.id === "a" && effect === "add" && score !== 0);
    expect(added.map(({ nodeIndex, score, source }) => [cluster.nodes[nodeIndex]?.name, score, source])).toEqual([
      ["n2", 4, "l2"],
      ["n2", 5, "l1"],
      ["n1", 10, "#stickiness"],
    ]);
  });

  it("spreads what has no wish", () => {
    const cluster = placed({ resources: primitive("a") + primitive("b") });
    expect([homeOf(cluster, "a"), homeOf(cluster, "b")].sort()).toEqual(["n1", "n2"]);
  });

  it("places the primary where its dependent can follow", () => {
    const cluster = placed({
      resources: primitive("dependent") + primitive("primary"),
      constraints: together("c", "dependent", "primary", "INFINITY") + location("l", "dependent", "n1", "-INFINITY"),
    });
    expect(homeOf(cluster, "primary")).toBe("n2");
    expect(homeOf(cluster, "dependent")).toBe("n2");
  });

  it("takes an optional wish to be apart back when there is no other node", () => {
    const cluster = placed({ nodes: ["n1"], resources: primitive("a") + primitive("b"), constraints: together("c", "b", "a", "-100") });
    expect(homeOf(cluster, "b")).toBe("n1");
    const strict = placed({ nodes: ["n1"], resources: primitive("a") + primitive("b"), constraints: together("c", "b", "a", "-INFINITY") });
    expect(homeOf(strict, "b")).toBeUndefined();
  });

  it("does not let a dependent without influence move an active primary", () => {
    const wish = (influence: string): Assigned =>
      placed({
        resources: primitive("dependent") + primitive("primary"),
        constraints: `<rsc_colocation id="c" rsc="dependent" with-rsc="primary" score="INFINITY" influence="${influence}"/>${location("l", "dependent", "n2", "50")}`,
        active: { primary: "n1" },
      });
    expect(homeOf(wish("true"), "primary")).toBe("n2");
    expect(homeOf(wish("false"), "primary")).toBe("n1");
  });

  it("promotes the instance whose agent asked for it", () => {
    const score = `<instance_attributes id="ia"><nvpair id="ia-p" name="master-a" value="7"/></instance_attributes>`;
    const cluster = placed({
      nodeXml: { n2: score },
      resources: `<clone id="ac"><meta_attributes id="acm"><nvpair id="acp" name="promotable" value="true"/></meta_attributes>${primitive("a")}</clone>`,
    });
    const promoted = find(cluster, "ac").children.filter((instance) => instance.nextRole === "Promoted");
    expect(promoted.map((instance) => instance.assigned?.name)).toEqual(["n2"]);
  });

  it("keeps to the capacity of nodes where that is asked for", () => {
    const capacity = (id: string, value: number): string =>
      `<utilization id="${id}-u"><nvpair id="${id}-cpu" name="cpu" value="${value}"/></utilization>`;
    const cluster = placed({
      properties: { "placement-strategy": "utilization" },
      nodeXml: { n1: capacity("n1", 2), n2: capacity("n2", 1) },
      resources: primitive("a", {}, capacity("a", 2)) + primitive("b", {}, capacity("b", 1)) + primitive("c", {}, capacity("c", 1)),
    });
    expect(homeOf(cluster, "a")).toBe("n1");
    expect([homeOf(cluster, "b"), homeOf(cluster, "c")].filter(Boolean)).toEqual(["n2"]);
  });

  it("never breaks what must be, whatever is wished", () => {
    const score = fc.constantFrom("-INFINITY", "-100", "-1", "0", "1", "100", "INFINITY");
    const id = fc.constantFrom("a", "b", "c", "d");
    const pair = fc.record({ rsc: id, other: id, score: fc.constantFrom("-INFINITY", "-50", "50", "INFINITY") });
    const wish = fc.record({ rsc: id, node: fc.constantFrom("n1", "n2", "n3"), score });
    const active = fc.dictionary(id, fc.constantFrom("n1", "n2", "n3"), { maxKeys: 4 });
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 5 }), fc.array(wish, { maxLength: 6 }), active, (pairs, wishes, places) => {
        const cluster = placed({
          nodes: ["n1", "n2", "n3"],
          resources: ["a", "b", "c", "d"].map((name) => primitive(name)).join(""),
          constraints:
            pairs.map((one, at) => together(`c${at}`, one.rsc, one.other, one.score)).join("") +
            wishes.map((one, at) => location(`l${at}`, one.rsc, one.node, one.score)).join(""),
          active: places,
        });
        for (const one of wishes) if (one.score === "-INFINITY") expect(homeOf(cluster, one.rsc)).not.toBe(one.node);
        for (const one of pairs) {
          const here = homeOf(cluster, one.rsc);
          const there = homeOf(cluster, one.other);
          if (one.rsc === one.other || here === undefined) continue;
          // In a circle of wishes the one that comes last has its way.
          const isMutual = pairs.some((back) => back.rsc === one.other || (back !== one && back.other === one.rsc));
          if (one.score === "-INFINITY" && there !== undefined && !isMutual) expect(here).not.toBe(there);
          if (one.score === "INFINITY" && !isMutual) expect(here).toBe(there);
        }
      }),
      { numRuns: 200 },
    );
  });

  // With a ledger wishes are added one by one, without one as many as possible at once.
  it("comes to the same scores whether or not it is told who added what", () => {
    const nodes = ["n1", "n2", "n3", "n4", "n5"];
    const group = (id: string): string => `<group id="${id}">${primitive(`${id}a`)}${primitive(`${id}b`)}${primitive(`${id}c`)}</group>`;
    const clone = (id: string): string =>
      `<clone id="${id}"><meta_attributes id="${id}-m"><nvpair id="${id}-i" name="interleave" value="true"/></meta_attributes>${primitive(`${id}p`, { "resource-stickiness": "1" })}</clone>`;
    const dependent = fc.constantFrom("g1", "g2", "g3", "g4", "d", "c2");
    const primary = fc.constantFrom("c1", "c1", "c1", "c2", "g1", "d");
    const score = fc.constantFrom("-INFINITY", "-200", "50", "INFINITY", "INFINITY");
    const pair = fc.record({ rsc: dependent, other: primary, score });
    const wish = fc.record({ rsc: dependent, node: fc.constantFrom(...nodes), score: fc.constantFrom("-INFINITY", "-5", "50", "100") });
    const active = fc.dictionary(fc.constantFrom("g1a", "g2a", "g2b", "g3a", "d"), fc.constantFrom(...nodes), { maxKeys: 5 });
    const running = fc.subarray(nodes);
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 9 }), fc.array(wish, { maxLength: 9 }), active, running, (pairs, wishes, places, copies) => {
        const parts: Parts = {
          nodes,
          resources: [clone("c1"), clone("c2"), ...["g1", "g2", "g3", "g4"].map(group), primitive("d")].join(""),
          constraints:
            pairs.map((one, at) => together(`c${at}`, one.rsc, one.other, one.score)).join("") +
            wishes.map((one, at) => location(`l${at}`, one.rsc, one.node, one.score)).join(""),
          active: places,
          copies: { c1p: copies, c2p: copies.slice(1) },
        };
        expect(assignedWith(parts, undefined).scoreLines()).toEqual(assignedWith(parts, new ScoreLedger()).scoreLines());
      }),
      { numRuns: 200 },
    );
  });
});
