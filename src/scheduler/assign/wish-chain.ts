import { LIMITS } from "../../base/limits.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { ByNode } from "../cluster/node-scores.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Colocation } from "../constrain/colocation.ts";
import type { ColocationLists } from "./colocation-lists.ts";
import { areAmountsLasting, type WishScene, wishAmounts } from "./wish-amounts.ts";
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
  /** What the way led to; a group is spoken for by its first member. */
  readonly entered: Resource | undefined;
  /** Where the way goes on, and the next one of them to follow. */
  readonly list: readonly Colocation[];
  next: number;
  readonly factor: number;
  /** Place of its wish in the chain. */
  readonly place: number;
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

/**
 * What all chains may still take. Where many wishes go in circles there are more ways through them than can ever be walked;
 * what such configurations want contradicts itself anyway. When nothing is left a resource heeds those that name it.
 */
interface Budget {
  repeats: number;
  steps: number;
}

/** What chains have in common. */
export class ChainMemory {
  readonly budget: Budget = { repeats: LIMITS.colocationRepeatsInAll, steps: LIMITS.colocationSteps };
  /** The last wish for each colocation. */
  readonly wishes = new Map<Colocation, Wish>();
}

/** Factor of a colocation, single precision as in the reference. */
export function factorOf(colocation: Colocation, factor = 1): number {
  return Math.fround(Math.fround(factor * colocation.score) / INFINITY_SCORE);
}

/** A wish of a chain with all that hang on it, or all wishes of the chain. */
export class WishBranch implements WishTree {
  readonly amounts: readonly ByNode<Int32Array>[];
  readonly ends: readonly number[];
  readonly from: number;
  readonly to: number;
  readonly #chain: WishChain;

  constructor(chain: WishChain, from: number, to: number) {
    this.amounts = chain.amounts;
    this.ends = chain.ends;
    this.from = from;
    this.to = to;
    this.#chain = chain;
  }

  /** True as long as nothing has changed that its wishes come from. */
  holds(stateVersion: number): boolean {
    return this.#chain.holds(this.from, this.to, stateVersion);
  }

  /** Resources whose tables its wishes come from. */
  get tables(): readonly Resource[] {
    return this.#chain.tablesOf(this.from, this.to);
  }
}

/** The wishes that hang together for one resource. */
export class WishChain {
  readonly amounts: ByNode<Int32Array>[] = [];
  readonly ends: number[] = [];
  /** It holds as long as the tables stay as they are. */
  isLasting: boolean;
  /** It goes nowhere twice and was cut nowhere: what hangs on a wish does not depend on what that one hangs on. */
  isTree = true;
  /** For each wish the colocation that it comes from, if that would be heeded as much on its own. */
  readonly followed: (Colocation | undefined)[] = [];
  /** Two for each wish: the one whose wish it is, and the dependent. */
  readonly #tables: Resource[] = [];
  /** For each wish the versions of its tables taken together: they only grow. */
  readonly #versions: number[] = [];
  readonly #stateVersion: number;
  readonly #scene: ChainScene;
  readonly #visited = new Set<Resource>();
  readonly #memory: ChainMemory;
  #repeatsLeft: number = LIMITS.colocationRepeats;
  readonly #target: Resource;
  readonly #looksAtHosts: boolean;
  readonly #followsPrimaries: boolean;

  constructor(scene: ChainScene, memory: ChainMemory, target: Resource, followsPrimaries: boolean) {
    this.#scene = scene;
    this.#stateVersion = scene.stateVersion;
    this.#memory = memory;
    this.#target = target;
    this.#followsPrimaries = followsPrimaries;
    this.#looksAtHosts = scene.looksAtHosts(target);
    this.isLasting = scene.gathering.size === 0 && !this.#looksAtHosts;
  }

  /** All its wishes. */
  get whole(): WishBranch {
    return new WishBranch(this, 0, this.ends.length);
  }

  /** A wish and all that hang on it. */
  branch(place: number): WishBranch {
    return new WishBranch(this, place, this.ends[place] ?? place);
  }

  /** True as long as the tables are as they were that some of its wishes come from. */
  holds(from: number, to: number, stateVersion: number): boolean {
    if (stateVersion !== this.#stateVersion) return false;
    for (let at = from; at < to; at += 1) if (this.#versionOf(at) !== this.#versions[at]) return false;
    return true;
  }

  /** Resources whose tables some of its wishes come from. */
  tablesOf(from: number, to: number): readonly Resource[] {
    return this.#tables.slice(2 * from, 2 * to);
  }

  /** Adds the wishes of `source`, times the factor, then those of what is colocated with it. */
  add(source: Resource, colocation: Colocation, factor: number): void {
    const step = this.#enter(source, colocation, factor);
    if (step) this.#walk(step);
  }

  /** Adds what is colocated with a resource. */
  follow(source: Resource, factor: number): void {
    this.#walk(this.#step(undefined, source, factor, NOT_A_WISH));
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
    const { budget } = this.#memory;
    budget.steps -= 1;
    if (budget.steps < 0) {
      step.next = step.list.length;
      this.isTree = false;
      return undefined;
    }
    if (this.#followsPrimaries) return this.#enter(other.primary, other, factorOf(other, step.factor));
    return this.#scene.hasInfluence(other) ? this.#enter(other.dependent, other, factorOf(other, step.factor)) : undefined;
  }

  /** Adds the wish of a resource; for a group its first member speaks. Undefined when the way has come back to where it was. */
  #enter(source: Resource, colocation: Colocation, factor: number): Step | undefined {
    const { gathering } = this.#scene;
    let speaker: Resource | undefined = source;
    for (; speaker; speaker = speaker.children[0]) {
      if (gathering.has(speaker) || this.#isRepeatedTooOften(speaker)) {
        this.isTree = false;
        break;
      }
      gathering.add(speaker);
      if (speaker.kind !== "group") return this.#addOwn(source, speaker, colocation, factor);
    }
    this.#forget(source, speaker);
    return undefined;
  }

  #leave({ place, entered }: Step): void {
    if (place !== NOT_A_WISH) this.ends[place] = this.ends.length;
    this.#forget(entered, undefined);
  }

  /** What was entered, down to what speaks for it or to the one at which the way ended, may be entered again. */
  #forget(entered: Resource | undefined, end: Resource | undefined): void {
    for (let one = entered; one && one !== end; one = one.kind === "group" ? one.children[0] : undefined) this.#scene.gathering.delete(one);
  }

  #isRepeatedTooOften(source: Resource): boolean {
    if (!this.#visited.has(source)) {
      this.#visited.add(source);
      return false;
    }
    const { budget } = this.#memory;
    this.isTree = false;
    this.#repeatsLeft -= 1;
    budget.repeats -= 1;
    return this.#repeatsLeft < 0 || budget.repeats < 0;
  }

  #addOwn(entered: Resource, source: Resource, colocation: Colocation, factor: number): Step {
    const place = this.ends.length;
    const { dependent } = colocation;
    this.#tables.push(source, dependent);
    const version = source.tableVersion + dependent.tableVersion;
    this.#versions.push(version);
    this.amounts.push(this.#amountsOf(source, colocation, factor, version));
    this.ends.push(place + 1);
    this.followed.push(factor === factorOf(colocation) ? colocation : undefined);
    return this.#step(entered, source, factor, place);
  }

  #versionOf(place: number): number {
    return (this.#tables[2 * place] as Resource).tableVersion + (this.#tables[2 * place + 1] as Resource).tableVersion;
  }

  /** What a resource wishes; in long rows it was asked for the same thing before. */
  #amountsOf(source: Resource, colocation: Colocation, factor: number, version: number): ByNode<Int32Array> {
    const scene = this.#scene;
    const { wishes } = this.#memory;
    const stateVersion = this.#stateVersion;
    const known = this.#looksAtHosts ? undefined : wishes.get(colocation);
    if (known?.source === source && known.factor === factor && known.version === version && known.stateVersion === stateVersion)
      return known.amounts;
    const looksAtHosts = this.#looksAtHosts || scene.looksAtHosts(source);
    const amounts = wishAmounts(scene, source, this.#target, colocation, factor, looksAtHosts);
    if (!looksAtHosts && areAmountsLasting(scene, source, colocation))
      wishes.set(colocation, { source, factor, version, stateVersion, amounts });
    else this.isLasting = false;
    return amounts;
  }

  #step(entered: Resource | undefined, source: Resource, factor: number, place: number): Step {
    const { lists } = this.#scene;
    if (!lists.isLasting(source, this.#followsPrimaries ? "dependent" : "primary")) this.isLasting = false;
    return { entered, list: this.#followsPrimaries ? lists.thisWith(source) : lists.withThis(source), next: 0, factor, place };
  }
}
