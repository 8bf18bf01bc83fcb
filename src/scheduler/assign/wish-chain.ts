import { LIMITS } from "../../base/limits.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { Colocation } from "../constrain/colocation.ts";
import type { ByNode } from "../node-scores.ts";
import type { Resource } from "../resource.ts";
import type { ColocationLists } from "./colocation-lists.ts";
import { type WishScene, wishAmounts } from "./wish-amounts.ts";
import { WishResults } from "./wish-results.ts";
import type { WishTree } from "./wished-score.ts";

/** What chains of wishes are made from. */
export interface ChainScene extends WishScene {
  readonly lists: Pick<ColocationLists, "thisWith" | "withThis" | "isLasting">;
  /** Grows when the colocations or the available nodes become others. */
  readonly stateVersion: number;
  /** Resources whose wishes are being gathered: what comes back to one of them has gone in a circle. */
  readonly gathering: Set<Resource>;
}

/** A resource on the way through the colocations. */
interface Step {
  /** Where the way goes on, and the next one of them to follow. */
  readonly list: readonly Colocation[];
  next: number;
  readonly factor: number;
  /** Place of its wish in the chain. */
  readonly place: number;
  /** What is being gathered since this step. */
  readonly entered: readonly Resource[];
}

const NOT_A_WISH = -1;

/** What a resource wished, and from what that was computed. */
interface Wish {
  readonly source: Resource;
  readonly factor: number;
  readonly version: number;
  readonly stateVersion: number;
  readonly amounts: ByNode<Int32Array>;
}

interface Kept {
  readonly chain: WishChain;
  readonly version: number;
  readonly state: number;
}

/** Chains longer than this are made again each time: keeping them for all resources of a long row would take too much room. */
const KEPT_WISHES = 256;

/**
 * What all chains may still take. Where many wishes go in circles there are more ways through them than can ever be walked;
 * what such configurations want contradicts itself anyway. When nothing is left a resource heeds those that name it.
 */
interface Budget {
  repeats: number;
  steps: number;
}

/** What chains have in common. */
interface Shared {
  readonly budget: Budget;
  /** The last wish for each colocation. */
  readonly wishes: Map<Colocation, Wish>;
}

/** Makes chains of wishes, and keeps those that will be asked for again. */
export class WishChains {
  readonly #scene: ChainScene;
  readonly #kept = { dependent: new Map<Colocation, Kept>(), primary: new Map<Colocation, Kept>() };
  readonly #shared: Shared = { budget: { repeats: LIMITS.colocationRepeatsInAll, steps: LIMITS.colocationSteps }, wishes: new Map() };

  constructor(scene: ChainScene) {
    this.#scene = scene;
  }

  /** The wishes of one side of a colocation for its other side, or an instance of it, and of what wants to be with that one. */
  of(colocation: Colocation, side: "dependent" | "primary", target: Resource): WishChain {
    const { stateVersion } = this.#scene;
    const kept = this.#kept[side].get(colocation);
    if (
      kept?.state === stateVersion &&
      this.#scene.gathering.size === 0 &&
      kept.version === versionOf(kept.chain) &&
      !this.#scene.looksAtHosts(target)
    )
      return kept.chain.taken();
    const chain = new WishChain(this.#scene, this.#shared, target, false);
    chain.add(colocation[side], colocation, factorOf(colocation));
    if (chain.isLasting && chain.ends.length <= KEPT_WISHES)
      this.#kept[side].set(colocation, { chain, version: versionOf(chain), state: stateVersion });
    return chain;
  }

  /** What a resource wants to be with wishes of it, and what that wants to be with in turn. */
  withPrimaries(resource: Resource): WishChain {
    const chain = new WishChain(this.#scene, this.#shared, resource, true);
    chain.follow(resource, 1);
    return chain;
  }
}

/** Factor of a colocation, single precision as in the reference. */
function factorOf(colocation: Colocation, factor = 1): number {
  return Math.fround(Math.fround(factor * colocation.score) / INFINITY_SCORE);
}

/** Versions only grow: the sum is the same only if each is. */
function versionOf({ tables }: WishChain): number {
  let sum = 0;
  for (let at = 0; at < tables.length; at += 1) sum += (tables[at] as Resource).tableVersion;
  return sum;
}

/** The wishes that hang together for one resource. */
export class WishChain implements WishTree {
  readonly amounts: ByNode<Int32Array>[] = [];
  readonly ends: number[] = [];
  /** Resources whose tables it was made from. */
  readonly tables: Resource[] = [];
  /** It holds as long as the tables stay as they are. */
  isLasting: boolean;
  #isTakenAgain = false;
  #results: { plain?: WishResults; nonNegative?: WishResults } = {};
  readonly #scene: ChainScene;
  readonly #visited = new Set<Resource>();
  readonly #budget: Budget;
  readonly #wishes: Map<Colocation, Wish>;
  #repeatsLeft: number = LIMITS.colocationRepeats;
  readonly #target: Resource;
  readonly #followsPrimaries: boolean;

  constructor(scene: ChainScene, shared: Shared, target: Resource, followsPrimaries: boolean) {
    this.#scene = scene;
    this.#budget = shared.budget;
    this.#wishes = shared.wishes;
    this.#target = target;
    this.#followsPrimaries = followsPrimaries;
    this.isLasting = scene.gathering.size === 0 && !scene.looksAtHosts(target);
  }

  /** Takes note that it is taken again, so that results are worth keeping. */
  taken(): this {
    this.#isTakenAgain = true;
    return this;
  }

  /** What is known of its results; undefined for a chain that is taken once. */
  results(staysNonNegative: boolean): WishResults | undefined {
    if (!this.#isTakenAgain) return undefined;
    const kind = staysNonNegative ? "nonNegative" : "plain";
    return (this.#results[kind] ??= new WishResults(this, staysNonNegative, this.#scene.available.length));
  }

  /** Adds the wishes of `source`, times the factor, then those of what is colocated with it. */
  add(source: Resource, colocation: Colocation, factor: number): void {
    const step = this.#enter(source, colocation, factor);
    if (step) this.#walk(step);
  }

  /** Adds what is colocated with a resource. */
  follow(source: Resource, factor: number): void {
    this.#walk(this.#step(source, factor, NOT_A_WISH, []));
  }

  /** Goes on from a step, depth first. Rows of colocations may be longer than calls can be nested. */
  #walk(from: Step): void {
    const steps = [from];
    for (let step = steps.at(-1); step !== undefined; step = steps.at(-1)) {
      const next = this.#next(step);
      if (next) steps.push(next);
      else if (step.next >= step.list.length) {
        this.#leave(step);
        steps.pop();
      }
    }
  }

  /** The step that the next colocation of a step leads to; undefined when it leads nowhere, or there is none. */
  #next(step: Step): Step | undefined {
    const other = step.list[step.next];
    if (!other) return undefined;
    step.next += 1;
    this.#budget.steps -= 1;
    if (this.#budget.steps < 0) {
      step.next = step.list.length;
      return undefined;
    }
    if (this.#followsPrimaries) return this.#enter(other.primary, other, factorOf(other, step.factor));
    return this.#scene.hasInfluence(other) ? this.#enter(other.dependent, other, factorOf(other, step.factor)) : undefined;
  }

  /** Adds the wish of a resource; for a group its first member speaks. Undefined when the way has come back to where it was. */
  #enter(source: Resource, colocation: Colocation, factor: number): Step | undefined {
    const { gathering } = this.#scene;
    const entered: Resource[] = [];
    for (let speaker: Resource | undefined = source; speaker; speaker = speaker.children[0]) {
      if (gathering.has(speaker) || this.#isRepeatedTooOften(speaker)) break;
      gathering.add(speaker);
      entered.push(speaker);
      if (speaker.kind !== "group") return this.#addOwn(speaker, colocation, factor, entered);
    }
    for (const one of entered) gathering.delete(one);
    return undefined;
  }

  #leave({ place, entered }: Step): void {
    if (place !== NOT_A_WISH) this.ends[place] = this.ends.length;
    for (const one of entered) this.#scene.gathering.delete(one);
  }

  #isRepeatedTooOften(source: Resource): boolean {
    if (!this.#visited.has(source)) {
      this.#visited.add(source);
      return false;
    }
    this.#repeatsLeft -= 1;
    this.#budget.repeats -= 1;
    return this.#repeatsLeft < 0 || this.#budget.repeats < 0;
  }

  #addOwn(source: Resource, colocation: Colocation, factor: number, entered: readonly Resource[]): Step {
    const place = this.ends.length;
    this.amounts.push(this.#amountsOf(source, colocation, factor));
    this.ends.push(place + 1);
    this.tables.push(source);
    if (colocation.dependent !== source) this.tables.push(colocation.dependent);
    return this.#step(source, factor, place, entered);
  }

  /** What a resource wishes; in long rows it was asked for the same thing before. */
  #amountsOf(source: Resource, colocation: Colocation, factor: number): ByNode<Int32Array> {
    const { stateVersion } = this.#scene;
    const version = source.tableVersion + colocation.dependent.tableVersion;
    const known = this.#wishes.get(colocation);
    const isKnown = known?.source === source && known.factor === factor && known.version === version && known.stateVersion === stateVersion;
    if (isKnown && !this.#scene.looksAtHosts(this.#target)) return known.amounts;
    const { amounts, isLasting } = wishAmounts(this.#scene, source, this.#target, colocation, factor);
    if (isLasting) this.#wishes.set(colocation, { source, factor, version, stateVersion, amounts });
    else this.isLasting = false;
    return amounts;
  }

  #step(source: Resource, factor: number, place: number, entered: readonly Resource[]): Step {
    const { lists } = this.#scene;
    if (!lists.isLasting(source, this.#followsPrimaries ? "dependent" : "primary")) this.isLasting = false;
    return { list: this.#followsPrimaries ? lists.thisWith(source) : lists.withThis(source), next: 0, factor, place, entered };
  }
}
