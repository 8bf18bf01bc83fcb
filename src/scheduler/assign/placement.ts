import { INFINITY_SCORE } from "../../score/score.ts";
import type { ScoreLedger, Shortage } from "../cluster/ledger.ts";
import { isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Colocation } from "../constrain/colocation.ts";
import type { Constrained } from "../constrain/constraints.ts";
import type { Location } from "../constrain/location.ts";
import { ColocationLists } from "./colocation-lists.ts";
import { NodeValues } from "./node-values.ts";
import { type ScoreLine, ScoreNotes } from "./score-line.ts";
import { WishChains } from "./wish-chains.ts";

/** Gives a resource its place: the preferred node if that is as good as any; `isFinal` says that without a place it stops. */
export type AssignResource = (resource: Resource, preferred: SchedulerNode | undefined, isFinal: boolean) => SchedulerNode | undefined;

/** What is kept of how places were given out. */
export interface PlacementRecords {
  readonly ledger: ScoreLedger | undefined;
  readonly areScoresKept: boolean;
}

/** What the parts of assignment share: the cluster, the scores written down so far, and the way to assign others. */
export class Placement {
  readonly scoreNotes: ScoreNotes;
  readonly lists: ColocationLists;
  /** Resources whose wishes are being gathered: what comes back to one of them has gone in a circle. */
  readonly gathering = new Set<Resource>();
  /** Clones whose promotion is being decided. */
  readonly promoting = new Set<Resource>();
  /** Per node whether it can get resources. */
  readonly available: Uint8Array;
  /** Nodes that cannot. */
  closed: readonly number[];
  readonly values: NodeValues;
  readonly chains: WishChains;
  /** Grows when the colocations or the available nodes become others. */
  stateVersion = 0;
  readonly cluster: Constrained;
  readonly assign: AssignResource;
  /** Whoever writes a score tells it. */
  readonly ledger: ScoreLedger | undefined;
  /** Instances with nodes that their collective does not know, as often as that was found. */
  readonly foreignNodes: { readonly instance: Resource; readonly node: SchedulerNode }[] = [];
  readonly #locations = new Map<Resource, Location[]>();

  constructor(cluster: Constrained, { ledger, areScoresKept }: PlacementRecords, assign: AssignResource) {
    this.cluster = cluster;
    this.assign = assign;
    this.ledger = ledger;
    this.scoreNotes = new ScoreNotes(cluster.nodes, areScoresKept);
    this.available = Uint8Array.from(cluster.nodes, (node) => Number(isAvailable(node)));
    this.closed = closedNodes(this.available);
    this.values = new NodeValues(cluster.nodes);
    this.chains = new WishChains(this);
    this.lists = new ColocationLists(cluster.colocations, this.promoting);
    for (const location of cluster.locations) {
      this.#note(location.resource, location);
      // A wish for the promoted role is about what runs inside a bundle's containers.
      const inner = location.resource.bundle?.inner;
      if (inner && location.role === "Promoted") this.#note(inner, location);
    }
  }

  #note(resource: Resource, location: Location): void {
    const known = this.#locations.get(resource);
    if (known) known.push(location);
    else this.#locations.set(resource, [location]);
  }

  /** A node may have become available, or not be any more. */
  noteAvailability(node: SchedulerNode): void {
    const isOpen = Number(isAvailable(node));
    if (this.available[node.index] === isOpen) return;
    this.available[node.index] = isOpen;
    this.closed = closedNodes(this.available);
    this.stateVersion += 1;
  }

  /** Takes in one more colocation. */
  addColocation(colocation: Colocation): void {
    this.cluster.colocations.push(colocation);
    this.lists.add(colocation);
    this.stateVersion += 1;
  }

  /** True when a resource may take a host's attributes for those of a node. */
  looksAtHosts(resource: Resource): boolean {
    return this.values.areOfHosts(resource);
  }

  /** Location constraints that name this resource. */
  locationsOf(resource: Resource): readonly Location[] {
    return this.#locations.get(resource) ?? [];
  }

  /** Adds to a resource's score on a node; the node is let in if it was not. */
  add(resource: Resource, node: SchedulerNode, score: number, source: string, shortage?: Shortage): void {
    resource.allowOn(node);
    this.ledger?.opened(resource, node);
    this.ledger?.added(resource, node, score, source, shortage);
    resource.addScore(node.index, score);
  }

  /** Forbids a resource a node that is in its table. */
  ban(resource: Resource, node: SchedulerNode, source: string): void {
    resource.setScore(node.index, -INFINITY_SCORE);
    this.ledger?.vetoed(resource, node, source);
  }

  /** Puts new scores in the place of a resource's scores. */
  replace(resource: Resource, values: Int32Array, source: string): void {
    resource.setScores(values);
    this.ledger?.changed(resource, source);
  }

  /** Adds to the score of a resource and of everything below it. */
  addBelow(resource: Resource, node: SchedulerNode, score: number, source: string): void {
    for (const child of resource.children) this.addBelow(child, node, score, source);
    this.add(resource, node, score, source);
  }

  /** Bans a resource and everything below it from all nodes. */
  banEverywhere(resource: Resource, source: string): void {
    for (const node of this.cluster.nodes) this.addBelow(resource, node, -INFINITY_SCORE, source);
  }

  /** Writes down the scores of a resource and of everything below it, as they are now. */
  note(resource: Resource, kind: ScoreLine["kind"]): void {
    if (resource.isRemoved || !(this.scoreNotes.isKept || this.ledger)) return;
    this.scoreNotes.take(kind, resource);
    if (this.ledger)
      for (const node of this.cluster.nodes) if (resource.isAllowedOn[node.index] === 1) this.ledger.decided(resource, node, kind);
    for (const child of resource.children) this.note(child, kind);
  }

  /** True when a colocation lets the dependent bear on where its primary goes. */
  hasInfluence(colocation: Colocation, primary: Resource = colocation.primary): boolean {
    // A clean, active container is not moved for the sake of its connection.
    if (colocation.dependent.isNestingAllowed && !primary.isFailed && primary.activeOn.length === 1) return false;
    return colocation.isInfluential || primary.activeOn.length === 0;
  }
}

function closedNodes(available: Uint8Array): number[] {
  const found: number[] = [];
  for (let node = 0; node < available.length; node += 1) if (available[node] !== 1) found.push(node);
  return found;
}
