import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addScores } from "../../score/score.ts";
import { parseXml } from "../../xml/parse.ts";
import type { ScoreEntry } from "../cluster/ledger.ts";
import type { Resource } from "../cluster/resource.ts";
import { schedule } from "../schedule.ts";
import { unexplainedScores } from "./ledger-check.ts";
import { balance, ScoreAccounts } from "./score-accounts.ts";

const resource = {} as Resource;
const entry = (effect: ScoreEntry["effect"], score: number): ScoreEntry => ({ effect, resource, nodeIndex: 0, score, source: "s" });

describe("score accounts", () => {
  it("come to what was added, in the arithmetic of scores", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: -2000, max: 2000 }), fc.constantFrom(-1_000_000, 1_000_000))), (scores) => {
        const accounts = new ScoreAccounts([entry("open", 0), ...scores.map((score) => entry("add", score))]);
        expect(balance(accounts.of(resource, 0))).toBe(scores.reduce(addScores, 0));
      }),
    );
  });

  it("forget what was only a try", () => {
    const accounts = new ScoreAccounts([entry("open", 5), entry("add", 7), entry("add", 100), entry("withdraw", 2), entry("add", 1)]);
    expect(balance(accounts.of(resource, 0))).toBe(13);
  });
});

describe("ledger", () => {
  const score = fc.oneof(fc.integer({ min: -500, max: 500 }).map(String), fc.constantFrom("INFINITY", "-INFINITY"));
  const wish = fc.record({
    rsc: fc.integer({ min: 0, max: 3 }),
    other: fc.integer({ min: 0, max: 3 }),
    node: fc.integer({ min: 1, max: 3 }),
    score,
  });

  it("explains every score, whatever is wished for, and is kept only when asked for", () => {
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 8 }), fc.array(wish, { maxLength: 5 }), (locations, colocations) => {
        const constraints = [
          ...locations.map(
            ({ rsc, node, score: value }, at) => `<rsc_location id="l${at}" rsc="r${rsc}" node="n${node}" score="${value}"/>`,
          ),
          ...colocations.map(
            ({ rsc, other, score: value }, at) => `<rsc_colocation id="c${at}" rsc="r${rsc}" with-rsc="r${other}" score="${value}"/>`,
          ),
        ];
        const nodes = ["n1", "n2", "n3"];
        const cib =
          parseXml(`<cib have-quorum="1"><configuration><crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
          <nodes>${nodes.map((name) => `<node id="${name}" uname="${name}"/>`).join("")}</nodes>
          <resources>${["r0", "r1", "r2"].map((id) => `<primitive id="${id}" class="ocf" provider="kodou" type="Dummy"/>`).join("")}
            <clone id="r3"><primitive id="r3p" class="ocf" provider="kodou" type="Dummy"/></clone></resources>
          <constraints>${constraints.join("")}</constraints></configuration>
          <status>${nodes.map((name) => `<node_state id="${name}" uname="${name}" in_ccm="true" crmd="online" join="member" expected="member"/>`).join("")}</status></cib>`);
        if (!cib.ok) throw new Error(cib.error.message);
        expect(unexplainedScores(schedule(cib.value, { nowEpochSeconds: 1, isLedgerKept: true }))).toEqual([]);
        expect(schedule(cib.value, { nowEpochSeconds: 1 }).ledger).toEqual([]);
      }),
    );
  });
});
