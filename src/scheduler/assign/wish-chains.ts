import type { Resource } from "../cluster/resource.ts";
import type { Colocation, ColocationSide } from "../constrain/colocation.ts";
import { JointWishes } from "./joint-wishes.ts";
import { ChainMemory, type ChainScene, factorOf, type WishBranch, WishChain } from "./wish-chain.ts";

/** Chains longer than this are made again each time: keeping them for all resources of a long row would take too much room. */
const KEPT_WISHES = 256;

/** Makes chains of wishes, and keeps those that will be asked for again. */
export class WishChains {
  readonly #scene: ChainScene;
  readonly #memory = new ChainMemory();
  readonly #kept = { dependent: new Map<Colocation, WishBranch>(), primary: new Map<Colocation, WishBranch>() };
  /** By the list that was asked for; undefined for those asked for once, as most are. */
  readonly #joint = {
    dependent: new WeakMap<readonly Colocation[], JointWishes | undefined>(),
    primary: new WeakMap<readonly Colocation[], JointWishes | undefined>(),
  };

  constructor(scene: ChainScene) {
    this.#scene = scene;
  }

  /** The wishes of one side of a colocation for its other side, or an instance of it, and of what wants to be with that one. */
  of(colocation: Colocation, side: ColocationSide, target: Resource): WishBranch {
    const kept = this.#kept[side].get(colocation);
    if (kept && this.#maySpeakTo(target) && kept.holds(this.#scene.stateVersion)) return kept;
    const chain = new WishChain(this.#scene, this.#memory, target, false);
    chain.add(colocation[side], colocation, factorOf(colocation));
    const { whole } = chain;
    if (!chain.isLasting || whole.to > KEPT_WISHES) return whole;
    this.#kept[side].set(colocation, whole);
    if (chain.isTree) this.#keepBranches(chain);
    return whole;
  }

  /** The members of a group are asked for one after the other: what hangs on the wish of one is what comes to the next. */
  #keepBranches(chain: WishChain): void {
    for (let place = 1; place < chain.followed.length; place += 1) {
      const colocation = chain.followed[place];
      if (colocation) this.#kept.dependent.set(colocation, chain.branch(place));
    }
  }

  /**
   * The wishes of one side of these colocations, one after the other, as instances of a clone ask for them with the same
   * list each time. Undefined where they have to be asked for one by one: for the first time, or where they come from the
   * resource that they change.
   */
  together(colocations: readonly Colocation[], side: ColocationSide, target: Resource): JointWishes | undefined {
    if (!sharesLists(target) || !this.#maySpeakTo(target)) return undefined;
    const { stateVersion } = this.#scene;
    const joints = this.#joint[side];
    const known = joints.get(colocations);
    if (known?.holds(stateVersion)) return known.comesFrom(target) ? undefined : known;
    if (!joints.has(colocations)) {
      joints.set(colocations, undefined);
      return undefined;
    }
    const branches: WishBranch[] = [];
    for (const colocation of colocations) {
      if (side === "dependent" && !this.#scene.hasInfluence(colocation)) continue;
      const kept = this.#kept[side].get(colocation);
      if (!kept?.holds(stateVersion)) return undefined;
      branches.push(kept);
    }
    const joint = new JointWishes(colocations, branches, stateVersion);
    joints.set(colocations, joint);
    return joint.comesFrom(target) ? undefined : joint;
  }

  /** What is kept was made for any resource that looks at nodes themselves, at a time when nothing was being gathered. */
  #maySpeakTo(target: Resource): boolean {
    return this.#scene.gathering.size === 0 && !this.#scene.looksAtHosts(target);
  }

  /** What a resource wants to be with wishes of it, and what that wants to be with in turn. */
  withPrimaries(resource: Resource): WishBranch {
    const chain = new WishChain(this.#scene, this.#memory, resource, true);
    chain.follow(resource, 1);
    return chain.whole;
  }
}

/** True for a clone and its instances, which have one list of colocations. */
function sharesLists({ kind, parent }: Resource): boolean {
  return kind === "clone" || (kind === "primitive" && parent?.kind === "clone");
}
