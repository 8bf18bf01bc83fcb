import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Colocation } from "../constrain/colocation.ts";
import { addWishes, type ScoreTable } from "./add-wishes.ts";
import { CondensedWishes } from "./condensed-wishes.ts";
import type { SteadyNodes } from "./steady-nodes.ts";
import type { WishBranch } from "./wish-chain.ts";

/** The wishes of several chains, one after the other, for as long as the tables they come from stay as they are. */
export class JointWishes {
  readonly chains: readonly WishBranch[];
  /** Each once. */
  readonly #tables: ReadonlySet<Resource>;
  readonly #tableList: readonly Resource[];
  readonly #version: number;
  readonly #state: number;
  #condensed: CondensedWishes | undefined;

  /** They are heeded whatever resource on the other side of the colocations asks. */
  readonly areAlwaysHeeded: boolean;
  #alone: readonly number[] | undefined;

  /** `colocations` are those that the chains, one for each that is heeded, come from. */
  constructor(colocations: readonly Colocation[], chains: readonly WishBranch[], state: number) {
    this.chains = chains;
    this.areAlwaysHeeded = colocations.every(({ isInfluential, dependent }) => isInfluential && !dependent.isNestingAllowed);
    this.#tables = new Set(chains.flatMap(({ tables }) => tables));
    this.#tableList = [...this.#tables];
    this.#version = versionOf(this.#tableList);
    this.#state = state;
  }

  /** True as long as nothing has changed that they come from. */
  holds(state: number): boolean {
    return this.#state === state && this.#version === versionOf(this.#tableList);
  }

  /** True when a resource's own table is one of those they come from. */
  comesFrom(resource: Resource): boolean {
    return this.#tables.has(resource);
  }

  /** Adds all of them to a table, but for those that would leave no node. `steady` is told which nodes do not keep their scores. */
  addTo(available: Uint8Array, table: ScoreTable, steady: SteadyNodes | undefined): void {
    if (this.#condense(available).addTo(table, steady)) return;
    for (const chain of this.chains) addWishes(available, chain, table, { staysNonNegative: false, keepsAvailable: true });
  }

  /** Score of a node after all of them where it is the only one, from its base score; undefined where that has to be found out otherwise. */
  scoreAlone({ index, baseScore }: SchedulerNode, nodes: readonly SchedulerNode[], available: Uint8Array): number | undefined {
    if (baseScore < 0 || available[index] !== 1) return undefined;
    this.#alone ??= this.#condense(available).alone(nodes.map((node) => node.baseScore));
    return this.#alone[index];
  }

  #condense(available: Uint8Array): CondensedWishes {
    this.#condensed ??= new CondensedWishes(this.chains, available);
    return this.#condensed;
  }
}

/** Versions of tables only grow: the sum is the same only if each is. */
function versionOf(tables: readonly Resource[]): number {
  let sum = 0;
  for (let at = 0; at < tables.length; at += 1) sum += (tables[at] as Resource).tableVersion;
  return sum;
}
