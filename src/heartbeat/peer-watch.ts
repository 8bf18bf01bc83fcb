import type { TransportEvent } from "../model/transport.ts";
import type { CoreContext } from "./core-context.ts";
import { type Peer, statusForUpperLayer } from "./peer.ts";

/** Judges silence of peers and links, and reports what changed to the upper layer. Facts: heartbeat 3.0.6, node states. */
export class PeerWatch {
  readonly #context: CoreContext;
  readonly #startedAtMs: number;
  /** Nobody is declared dead before: this node itself was held up. */
  #noDeathsUntilMs = Number.NEGATIVE_INFINITY;

  constructor(context: CoreContext) {
    this.#context = context;
    this.#startedAtMs = context.time().nowMs;
  }

  /**
   * The timer came `lateMs` late: this process stood still. Then silence of others proves nothing for a while, for
   * their packets may wait in the socket.
   */
  heldUp(lateMs: number): void {
    const { keepaliveMs, warntimeMs } = this.#context.configuration;
    if (lateMs <= keepaliveMs) return;
    if (lateMs > warntimeMs / 2)
      this.#context.log("warning", `this process was held up for ${Math.round(lateMs)} ms: nobody is declared dead because of that`);
    this.#noDeathsUntilMs = this.#context.time().nowMs + 2 * keepaliveMs;
  }

  /** A packet of the peer came over this link. */
  linkHeard(peer: Peer, link: string): void {
    const { nowMs } = this.#context.time();
    const state = peer.links.get(link) ?? { lastMs: nowMs, isUp: false };
    peer.links.set(link, state);
    state.lastMs = nowMs;
    if (state.isUp) return;
    state.isUp = true;
    this.#context.log("info", `Link ${peer.name}:${link} up.`);
    this.#context.upward({ kind: "link-status", peer: peer.name, link, isUp: true, nowMs });
  }

  /** Peers that have been silent for too long, for the caller to declare dead; links are dealt with here. */
  silentPeers(): Peer[] {
    if (this.#context.time().nowMs < this.#noDeathsUntilMs) return [];
    const all = [...this.#context.peers.values()];
    for (const peer of all) this.#checkLinks(peer);
    return all.filter((peer) => this.#isSilent(peer));
  }

  /** Tells the upper layer about the peer if there is something new. */
  report(peer: Peer): void {
    const event = this.eventOf(peer);
    if (event.status === "init" && peer.reported === "") return;
    const text = `${event.status} ${event.generation} ${event.hasLeftCleanly}`;
    if (text === peer.reported) return;
    peer.reported = text;
    this.#context.upward(event);
  }

  /** All that the upper layer should know now. */
  snapshot(): TransportEvent[] {
    const { nowMs } = this.#context.time();
    const out: TransportEvent[] = [];
    for (const peer of this.#context.peers.values()) {
      for (const [link, { isUp }] of peer.links) out.push({ kind: "link-status", peer: peer.name, link, isUp, nowMs });
      if (peer.reported !== "") out.push(this.eventOf(peer));
    }
    return out;
  }

  eventOf(peer: Peer): Extract<TransportEvent, { kind: "peer-status" }> {
    return {
      kind: "peer-status",
      node: peer.name,
      status: statusForUpperLayer(peer),
      generation: peer.generation,
      hasLeftCleanly: peer.hasLeft,
      nowMs: this.#context.time().nowMs,
    };
  }

  #checkLinks(peer: Peer): void {
    const { nowMs } = this.#context.time();
    for (const [link, state] of peer.links) {
      if (!state.isUp || nowMs - state.lastMs <= this.#context.configuration.deadtimeMs) continue;
      state.isUp = false;
      this.#context.log("info", `Link ${peer.name}:${link} dead.`);
      this.#context.upward({ kind: "link-status", peer: peer.name, link, isUp: false, nowMs });
    }
  }

  #isSilent(peer: Peer): boolean {
    if (peer.status === "dead") return false;
    const limitMs = peer.lastStatusMs === undefined ? this.#context.configuration.initdeadMs : peer.deadAfterMs;
    return this.#context.time().nowMs - (peer.lastStatusMs ?? this.#startedAtMs) > limitMs;
  }
}
