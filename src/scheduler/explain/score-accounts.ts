import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import type { ScoreEntry } from "../cluster/ledger.ts";
import type { Resource } from "../cluster/resource.ts";

/** What came of a resource's score on a node: the entries of the ledger that still count, in order. */
export class ScoreAccounts {
  readonly #accounts = new Map<Resource, Map<number, { at: number; entry: ScoreEntry }[]>>();
  readonly #promotions = new Map<Resource, readonly ScoreEntry[]>();
  readonly #promotionRanks = new Map<Resource, number>();
  readonly #wishes = new Map<Resource, ScoreEntry[]>();
  readonly #unplacedBy = new Map<Resource, string>();
  readonly #counts = new Map<Resource, readonly number[]>();
  readonly #placed = new Map<Resource, ReadonlyMap<number, readonly ScoreEntry[]>>();
  #count = 0;

  constructor(entries: Iterable<ScoreEntry> = []) {
    for (const entry of entries) this.take(entry);
  }

  /** Books the next entry of the ledger. */
  take(entry: ScoreEntry): void {
    const at = this.#count;
    this.#count += 1;
    const byNode = this.#accounts.get(entry.resource) ?? new Map<number, { at: number; entry: ScoreEntry }[]>();
    this.#accounts.set(entry.resource, byNode);
    if (entry.effect === "withdraw")
      for (const [node, booked] of byNode) {
        const kept = booked.filter((one) => one.at < entry.score);
        if (kept.length > 0) byNode.set(node, kept);
        else byNode.delete(node);
      }
    else if (entry.effect === "wished") this.#wishes.set(entry.resource, [...this.wishesOf(entry.resource), entry]);
    else if (entry.effect === "placed") {
      this.#placed.set(entry.resource, new Map([...byNode.keys()].map((node) => [node, this.of(entry.resource, node)])));
      this.#counts.set(entry.resource, entry.counts ?? []);
      this.#unplacedBy.set(entry.resource, entry.source);
    } else if (entry.effect === "promoted") {
      if (!this.#promotionRanks.has(entry.resource)) this.#promotionRanks.set(entry.resource, this.#promotionRanks.size);
      this.#promotions.set(entry.resource, this.of(entry.resource.parent ?? entry.resource, entry.nodeIndex));
    } else if (entry.effect !== "decided") {
      const booked = byNode.get(entry.nodeIndex);
      if (booked) booked.push({ at, entry });
      else byNode.set(entry.nodeIndex, [{ at, entry }]);
    }
  }

  /** The entries that made a score when the resource got its place; those of the end when it was never given one. */
  atPlacement(resource: Resource, nodeIndex: number): readonly ScoreEntry[] {
    const placed = this.#placed.get(resource);
    return placed ? (placed.get(nodeIndex) ?? []) : this.of(resource, nodeIndex);
  }

  /** How many resources a node had when the resource got its place; undefined when it was never given one. */
  countAtPlacement(resource: Resource, nodeIndex: number): number | undefined {
    return this.#counts.get(resource)?.[nodeIndex];
  }

  /** The colocation that left the resource without a place whatever its scores; undefined when none did. */
  unplacedBy(resource: Resource): string | undefined {
    return this.#unplacedBy.get(resource) || undefined;
  }

  /** The entries that made the score by which an instance was ranked for promotion; undefined when it never was. */
  promotionOf(instance: Resource): readonly ScoreEntry[] | undefined {
    return this.#promotions.get(instance);
  }

  /** Place of an instance in the order in which the promoted role was given; undefined when it was never ranked. */
  promotionRank(instance: Resource): number | undefined {
    return this.#promotionRanks.get(instance);
  }

  /** The same with what the instance itself brings taken apart; a score below zero is made of that alone. */
  promotionInParts(instance: Resource): readonly ScoreEntry[] | undefined {
    const made = this.promotionOf(instance);
    const own = this.wishesOf(instance);
    if (!made) return undefined;
    const brought = balance(own) ?? 0;
    if (brought < 0) return own;
    const at = made.findIndex(({ source, score }) => source === "#promotion-score" && score === brought);
    return at < 0 ? made : [...made.slice(0, at), ...own, ...made.slice(at + 1)];
  }

  /** What an instance itself brings for its promotion. */
  wishesOf(instance: Resource): readonly ScoreEntry[] {
    return this.#wishes.get(instance) ?? [];
  }

  /** The entries that make a score; empty when the node is not in the resource's table. */
  of(resource: Resource, nodeIndex: number): readonly ScoreEntry[] {
    return (
      this.#accounts
        .get(resource)
        ?.get(nodeIndex)
        ?.map(({ entry }) => entry) ?? []
    );
  }
}

/**
 * Those entries that still count: nothing before the last one that took the place of what was there; entries of zero are
 * left out, and a ban that is repeated with every try.
 */
export function counting(entries: readonly ScoreEntry[]): ScoreEntry[] {
  const from = entries.findLastIndex(({ effect }) => effect === "set" || effect === "open");
  const told = new Set<string>();
  return entries.slice(Math.max(from, 0)).filter(({ score, source }) => {
    if (score > -INFINITY_SCORE) return score !== 0;
    const isNew = !told.has(source);
    told.add(source);
    return isNew;
  });
}

/** What entries of one account come to; undefined when there are none. */
export function balance(entries: readonly ScoreEntry[]): number | undefined {
  let sum: number | undefined;
  for (const { effect, score } of entries) sum = effect === "add" || effect === "wished" ? addScores(sum ?? 0, score) : score;
  return sum;
}
