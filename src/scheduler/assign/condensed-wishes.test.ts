import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { INFINITY_SCORE } from "../../score/score.ts";
import { addWishes, type ScoreTable } from "./add-wishes.ts";
import { CondensedWishes } from "./condensed-wishes.ts";
import { SteadyNodes } from "./steady-nodes.ts";
import { scoreOnlyHere } from "./wish-on-node.ts";
import { UNUSABLE, type WishTree } from "./wished-score.ts";

const NODES = 4;

const bit = fc.constantFrom(0, 1, 1, 1);
const bits = fc.array(bit, { minLength: NODES, maxLength: NODES }).map((list) => Uint8Array.from(list));
const amount = fc.oneof(
  { arbitrary: fc.constant(0), weight: 4 },
  fc.constantFrom(1, 1, 50, -1, -50, 600_000, INFINITY_SCORE, -INFINITY_SCORE),
);
const amounts = fc.array(amount, { minLength: NODES, maxLength: NODES }).map((list) => Int32Array.from(list));
const score = fc.constantFrom(0, 0, 1, 49, 50, -1, -500_000, INFINITY_SCORE, -INFINITY_SCORE);
const scores = fc.array(score, { minLength: NODES, maxLength: NODES }).map((list) => Int32Array.from(list));

/** A chain: each wish with the one that it hangs on, an earlier one or none. */
const chain = fc.array(fc.tuple(amounts, fc.nat({ max: 3 })), { maxLength: 8 }).map((wishes): WishTree => {
  const ends: number[] = [];
  const open: number[] = [];
  wishes.forEach(([, left], at) => {
    while (open.length > left) ends[open.pop() ?? 0] = at;
    open.push(at);
  });
  for (const at of open) ends[at] = wishes.length;
  return { amounts: wishes.map(([wish]) => wish), ends, from: 0, to: wishes.length };
});

const gatherings = fc.record({ staysNonNegative: fc.boolean(), keepsAvailable: fc.boolean() });

function oneByOne(chains: readonly WishTree[], table: ScoreTable, available: Uint8Array): number[] {
  const values = table.values.slice();
  for (const one of chains) addWishes(available, one, { ...table, values }, { staysNonNegative: false, keepsAvailable: true });
  return [...values];
}

describe("condensed wishes", () => {
  it("come to what the wishes come to one after the other", () => {
    fc.assert(
      fc.property(fc.array(chain, { maxLength: 4 }), scores, bits, bits, (chains, values, isAllowed, available) => {
        const condensed = new CondensedWishes(chains, available);
        const table = { values: values.slice(), isAllowed };
        const hasBegun = condensed.addTo(table);
        const hasPlace = values.some((value, node) => isAllowed[node] === 1 && available[node] === 1 && value >= 0);
        expect(hasBegun).toBe(hasPlace);
        expect([...table.values]).toEqual(hasPlace ? oneByOne(chains, { values, isAllowed }, available) : [...values]);
      }),
      { numRuns: 2000 },
    );
  });

  it("come on each node to what they come to where it is the only one", () => {
    fc.assert(
      fc.property(fc.array(chain, { maxLength: 4 }), scores, bits, (chains, values, available) => {
        const alone = new CondensedWishes(chains, available).alone([...values]);
        values.forEach((before, node) => {
          if (before < 0 || available[node] !== 1) return;
          const gathering = { staysNonNegative: true, keepsAvailable: false };
          const expected = chains.reduce((score, one) => scoreOnlyHere(one, node, score, true, gathering), before);
          expect(alone[node]).toBe(expected);
        });
      }),
      { numRuns: 2000 },
    );
  });

  it("are few where nothing is taken away", () => {
    const wish = (...list: number[]): Int32Array => Int32Array.from(list);
    const chains = [{ amounts: [wish(1, 0, 0, 0), wish(0, 1, 0, 0), wish(1, 0, 5, 0)], ends: [3, 2, 3], from: 0, to: 3 }];
    expect(new CondensedWishes(chains, Uint8Array.of(1, 1, 1, 1)).size).toBe(1);
  });

  it("come to the same on other nodes whatever is closed, as long as a steady node is left", () => {
    let count = 0;
    fc.assert(
      fc.property(fc.array(chain, { maxLength: 4 }), scores, bits, bits, fc.nat(), (chains, scoresBefore, isAllowed, available, kept) => {
        const resource = { scores: scoresBefore, isAllowedOn: isAllowed };
        const steady = new SteadyNodes(NODES);
        steady.start(resource, available);
        const table = { values: scoresBefore.slice(), isAllowed };
        if (!new CondensedWishes(chains, available).addTo(table, steady)) return;
        const nodes = [0, 1, 2, 3];
        const closed = nodes.filter((node) => ((kept >> node) & 1) === 0);
        for (const node of closed) steady.drop(node);
        if (!steady.isAny) return;
        count += 1;
        const fewer = scoresBefore.map((value, node) => (closed.includes(node) ? -INFINITY_SCORE : value));
        const again = oneByOne(chains, { values: fewer, isAllowed }, available);
        for (const node of nodes) if (!closed.includes(node)) expect(again[node]).toBe(table.values[node]);
      }),
      { numRuns: 3000 },
    );
    expect(count).toBeGreaterThan(100);
  });
});

describe("a score on the only node", () => {
  it("is that of a table with no other node", () => {
    fc.assert(
      fc.property(chain, score, bit, gatherings, (one, before, isAvailable, gathering) => {
        const values = Int32Array.of(before, 0, 0, 0);
        const table = { values, isAllowed: Uint8Array.of(1, 0, 0, 0) };
        const available = Uint8Array.of(isAvailable, 1, 1, 1);
        addWishes(available, one, table, gathering);
        expect(values[0]).not.toBe(UNUSABLE);
        expect(scoreOnlyHere(one, 0, before, isAvailable === 1, gathering)).toBe(values[0]);
      }),
      { numRuns: 2000 },
    );
  });
});
