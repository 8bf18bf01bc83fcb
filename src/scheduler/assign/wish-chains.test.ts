import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseXml } from "../../xml/parse.ts";
import { constrain } from "../constrain/constraints.ts";
import { unpack } from "../unpack/unpack.ts";
import { prepare } from "./assign.ts";
import type { Placement } from "./placement.ts";
import { WishChains } from "./wish-chains.ts";
import type { WishTree } from "./wished-score.ts";

const NODES = ["n1", "n2", "n3"];
const GROUPS = ["g1", "g2", "g3"];

const primitive = (id: string): string => `<primitive id="${id}" class="ocf" provider="kodou" type="Dummy"/>`;

interface Pair {
  readonly rsc: string;
  readonly other: string;
  readonly score: string;
}

function placementOf(pairs: readonly Pair[]): Placement {
  const groups = GROUPS.map((id) => `<group id="${id}">${["a", "b", "c"].map((member) => primitive(id + member)).join("")}</group>`);
  const colocations = pairs.map(
    ({ rsc, other, score }, at) => `<rsc_colocation id="c${at}" rsc="${rsc}" with-rsc="${other}" score="${score}"/>`,
  );
  const cib = parseXml(`<cib have-quorum="true"><configuration><crm_config/>
    <nodes>${NODES.map((name) => `<node id="${name}" uname="${name}"/>`).join("")}</nodes>
    <resources>${groups.join("")}<clone id="k">${primitive("p")}</clone>${primitive("d")}</resources>
    <constraints>${colocations.join("")}</constraints></configuration>
    <status>${NODES.map((name) => `<node_state id="${name}" uname="${name}" in_ccm="true" crmd="online" join="member" expected="member"/>`).join("")}</status></cib>`);
  if (!cib.ok) throw new Error(JSON.stringify(cib.error));
  return prepare(constrain(unpack(cib.value, 1_700_000_000)), { ledger: undefined, areScoresKept: false });
}

/** The wishes of a tree, each with the number of those that hang on it. */
function wishesIn({ amounts, ends, from, to }: WishTree): unknown[] {
  return amounts.slice(from, to).map((wish, at) => [[...wish.slice()], (ends[from + at] ?? 0) - from - at]);
}

describe("chains of wishes", () => {
  it("are the same whether they were kept or are made anew", () => {
    const id = fc.constantFrom(...GROUPS, "g1b", "g2c", "k", "d");
    const pair = fc.record({ rsc: id, other: id, score: fc.constantFrom("-INFINITY", "-200", "50", "INFINITY", "INFINITY") });
    const ask = fc.record({ colocation: fc.nat(), resource: fc.nat(), score: fc.integer({ min: -5, max: 5 }), isChange: fc.boolean() });
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 6 }), fc.array(ask, { minLength: 5, maxLength: 30 }), (pairs, asks) => {
        const placement = placementOf(pairs);
        const { top, colocations } = placement.cluster;
        const resources = top.flatMap((one) => one.withDescendants());
        for (const { colocation: at, resource, score, isChange } of asks) {
          if (isChange) resources[resource % resources.length]?.addScore(resource % NODES.length, score);
          const colocation = colocations[at % colocations.length];
          if (!colocation) continue;
          const kept = placement.chains.of(colocation, "dependent", colocation.primary);
          const anew = new WishChains(placement).of(colocation, "dependent", colocation.primary);
          expect(wishesIn(kept)).toEqual(wishesIn(anew));
        }
      }),
      { numRuns: 200 },
    );
  });
});
