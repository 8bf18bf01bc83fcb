import type { Resource } from "../cluster/resource.ts";
import type { WishBranch } from "./wish-chain.ts";
import { WishResults } from "./wish-results.ts";

/** The wishes of several chains, one after the other, for as long as the tables they come from stay as they are. */
export class JointWishes {
  readonly #chains: readonly WishBranch[];
  /** Each once. */
  readonly #tables: ReadonlySet<Resource>;
  readonly #tableList: readonly Resource[];
  readonly #version: number;
  readonly #state: number;
  readonly #nodeCount: number;
  readonly #steps: { plain?: WishResults[]; nonNegative?: WishResults[] } = {};

  constructor(chains: readonly WishBranch[], state: number, nodeCount: number) {
    this.#chains = chains;
    this.#tables = new Set(chains.flatMap(({ tables }) => tables));
    this.#tableList = [...this.#tables];
    this.#version = versionOf(this.#tableList);
    this.#state = state;
    this.#nodeCount = nodeCount;
  }

  /** How many chains they are. */
  get chainCount(): number {
    return this.#chains.length;
  }

  /** True as long as nothing has changed that they come from. */
  holds(state: number): boolean {
    return this.#state === state && this.#version === versionOf(this.#tableList);
  }

  /** True when a resource's own table is one of those they come from. */
  comesFrom(resource: Resource): boolean {
    return this.#tables.has(resource);
  }

  /** All of them in steps that are taken one after the other, as few as have turned out to be possible. */
  steps(staysNonNegative: boolean): WishResults[] {
    const kind = staysNonNegative ? "nonNegative" : "plain";
    return (this.#steps[kind] ??= [new WishResults(this.#chains, staysNonNegative, this.#nodeCount)]);
  }
}

/** Versions of tables only grow: the sum is the same only if each is. */
function versionOf(tables: readonly Resource[]): number {
  let sum = 0;
  for (let at = 0; at < tables.length; at += 1) sum += (tables[at] as Resource).tableVersion;
  return sum;
}
