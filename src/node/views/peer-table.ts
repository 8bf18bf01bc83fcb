import { compareBytes } from "../../base/names.ts";
import type { Rank } from "../../election/rank.ts";
import { groupOf, type Hearing } from "../../membership/hearing.ts";
import type { PeerStatus, TransportEvent } from "../../model/transport.ts";
import type { Hello, LoadLevel } from "../interface/messages.ts";

/** How long a node whose messaging layer was started again has for coming back as if nothing had been. */
const RETURN_MS = 1000;

/** How long a node that has just come waits for the ones it hears to introduce themselves. */
const GREETING_MS = 500;

interface Peer {
  status: PeerStatus;
  generation: number;
  hasLeftCleanly: boolean;
  hello: Hello | undefined;
  /** Incarnation of the messaging layer that the hello came from. */
  helloGeneration: number;
  suspectUntilMs: number;
  /** Since when its present run is heard. */
  heardSinceMs: number;
  /** Its messaging layer was started again: until then it counts as it was, if it is the same run of the cluster daemon. */
  returningUntilMs: number;
  readonly links: Map<string, boolean>;
}

/** A candidate of an election, with the run of its daemon. */
export type RankedNode = Rank & { readonly incarnation: string };

/**
 * What a node knows of its peers: whom it hears, what they say of themselves, who is left out for a while and who is
 * on its way back; and the group of nodes that follows from it.
 */
export class PeerTable {
  readonly #self: string;
  readonly #incarnation: string;
  readonly #peers = new Map<string, Peer>();
  #companions: readonly string[] = [];
  /** The messaging layer was started again, and not all peers are heard yet. */
  #hasRestarted = false;

  constructor(self: string, incarnation: string) {
    this.#self = self;
    this.#incarnation = incarnation;
  }

  /** Names of all peers ever heard of. */
  get names(): string[] {
    return [...this.#peers.keys()];
  }

  /** The other members of the last view. */
  get companions(): readonly string[] {
    return this.#companions;
  }

  /** Notes the members of a view that this node has joined. */
  joined(members: readonly string[]): void {
    this.#companions = members.filter((name) => name !== this.#self);
  }

  statusOf(name: string): PeerStatus {
    return this.#peers.get(name)?.status ?? "init";
  }

  linksOf(name: string): { link: string; isUp: boolean }[] {
    return [...(this.#peers.get(name)?.links ?? [])].map(([link, isUp]) => ({ link, isUp }));
  }

  hasLeftCleanly(name: string): boolean {
    return this.#peers.get(name)?.hasLeftCleanly === true;
  }

  /** Id that the peer gives itself. */
  nodeIdOf(name: string): string | undefined {
    return this.#peers.get(name)?.hello?.nodeId;
  }

  linkChanged(event: Extract<TransportEvent, { kind: "link-status" }>): void {
    this.#peer(event.peer).links.set(event.link, event.isUp);
  }

  /** Takes news of a peer; true when it is heard from now on. */
  statusChanged(event: Extract<TransportEvent, { kind: "peer-status" }>, nowMs: number): boolean {
    const peer = this.#peer(event.node);
    const isNewRun = event.generation !== peer.generation;
    if (isNewRun) {
      peer.suspectUntilMs = 0;
      // A hello may overtake the news of the run that sent it.
      if (peer.helloGeneration !== event.generation && isHeard(peer)) peer.returningUntilMs = nowMs + RETURN_MS;
    }
    if (event.status === "dead") {
      peer.hello = undefined;
      peer.returningUntilMs = 0;
    }
    const wasHeard = isHeard(peer) && !isNewRun;
    peer.status = event.status;
    peer.generation = event.generation;
    peer.hasLeftCleanly = event.hasLeftCleanly;
    const isNew = !wasHeard && isHeard(peer);
    if (isNew) peer.heardSinceMs = nowMs;
    return isNew;
  }

  /** This node's own messaging layer was started again: peers' states come anew. */
  restarted(nowMs: number): void {
    for (const peer of this.#peers.values()) {
      if (isHeard(peer)) peer.returningUntilMs = nowMs + RETURN_MS;
      peer.status = "init";
      peer.links.clear();
    }
    this.#hasRestarted = true;
  }

  /** True once after a restart of the messaging layer: everybody is heard again, or will not be. */
  hasRecovered(nowMs: number): boolean {
    if (!this.#hasRestarted) return false;
    if (![...this.#peers.values()].every((peer) => peer.returningUntilMs <= nowMs || isHeard(peer))) return false;
    this.#hasRestarted = false;
    return true;
  }

  /** Takes what a peer says of itself: a new run of its daemon, the same one with a new messaging layer, or nothing new. */
  greeted(from: string, generation: number, hello: Hello): "new" | "back" | "known" {
    const peer = this.#peer(from);
    const isNew = peer.hello?.incarnation !== hello.incarnation;
    const isBack = !isNew && peer.helloGeneration !== generation;
    peer.hello = hello;
    peer.helloGeneration = generation;
    if (isNew) peer.returningUntilMs = 0;
    return isNew ? "new" : isBack ? "back" : "known";
  }

  /** How many processors a peer says it has. */
  processorsOf(name: string): number | undefined {
    return this.#peers.get(name)?.hello?.processors;
  }

  /** How much a peer says it has to do. */
  loadOf(name: string): LoadLevel {
    return this.#peers.get(name)?.hello?.load ?? "negligible";
  }

  /** Leaves a node out until `untilMs`. */
  suspect(name: string, untilMs: number): void {
    this.#peer(name).suspectUntilMs = untilMs;
  }

  isSuspect(name: string, nowMs: number): boolean {
    return (this.#peers.get(name)?.suspectUntilMs ?? 0) > nowMs;
  }

  /** Whom this node hears and does not leave out, sorted. */
  hears(nowMs: number): string[] {
    const present = [...this.#peers].filter(([, peer]) => this.#isPresent(peer, nowMs) && peer.suspectUntilMs <= nowMs);
    return present.map(([name]) => name).sort(compareBytes);
  }

  /** The group this node belongs to, with ranks; itself included. */
  group(own: Omit<Rank, "node">, nowMs: number): RankedNode[] {
    // A node that is left out for a while still counts for those who hear it: else this node would wait for a view that nobody else wants.
    const live = [...this.#peers].filter(([, peer]) => this.#isPresent(peer, nowMs) && peer.hello !== undefined);
    const heard = live.filter(([, peer]) => peer.suspectUntilMs <= nowMs).map(([name]) => name);
    const nodes = new Map<string, Hearing>([[this.#self, { hears: new Set(heard), companions: new Set(this.#companions) }]]);
    for (const [name, peer] of live) nodes.set(name, { hears: new Set(peer.hello?.hears), companions: new Set(peer.hello?.companions) });
    return groupOf(this.#self, nodes).map((node) => {
      const hello = this.#peers.get(node)?.hello;
      if (node === this.#self || !hello) return { node: this.#self, incarnation: this.#incarnation, ...own };
      return { node, incarnation: hello.incarnation, ...hello.rank };
    });
  }

  /**
   * A node that has just come lets the ones it hears introduce themselves and hear it, before it makes a view of its
   * own: time by which they should have; undefined when there is nothing to wait for.
   */
  greetingEndMs(nowMs: number): number | undefined {
    const isGreeting = (peer: Peer): boolean => isHeard(peer) && peer.hello?.hears.includes(this.#self) !== true;
    const ends = [...this.#peers.values()].filter(isGreeting).map((peer) => peer.heardSinceMs + GREETING_MS);
    const waiting = ends.filter((endMs) => endMs > nowMs);
    return waiting.length === 0 ? undefined : Math.max(...waiting);
  }

  /** Times at which somebody's state changes although nothing happens. */
  deadlinesMs(nowMs: number): number[] {
    return [...this.#peers.values()].flatMap((peer) => [peer.suspectUntilMs, peer.returningUntilMs].filter((ms) => ms > nowMs));
  }

  /** It is heard, or was until just now and comes back. What an earlier run of it said of itself does not count. */
  #isPresent(peer: Peer, nowMs: number): boolean {
    if (peer.returningUntilMs > nowMs) return true;
    if (peer.helloGeneration < peer.generation) peer.hello = undefined;
    return isHeard(peer);
  }

  #peer(name: string): Peer {
    let peer = this.#peers.get(name);
    if (!peer) {
      peer = {
        status: "init",
        generation: 0,
        hasLeftCleanly: false,
        hello: undefined,
        helloGeneration: 0,
        suspectUntilMs: 0,
        heardSinceMs: 0,
        returningUntilMs: 0,
        links: new Map(),
      };
      this.#peers.set(name, peer);
    }
    return peer;
  }
}

function isHeard(peer: Peer): boolean {
  return (peer.status === "active" || peer.status === "up") && !peer.hasLeftCleanly;
}
