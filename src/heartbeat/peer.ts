import type { PeerStatus } from "../model/transport.ts";
import { MessageStream } from "./message-stream.ts";
import { SequenceTracker } from "./sequence.ts";

/** What a node knows of another one; times in ms on its own clock. */
export interface Peer {
  readonly name: string;
  status: PeerStatus;
  generation: number;
  uuid: string | undefined;
  lastStatusMs: number | undefined;
  lastStatusSeq: number;
  /** Silence after which it counts as dead: its own deadtime, as it announces. */
  deadAfterMs: number;
  /** It said that it leaves. */
  hasLeft: boolean;
  /** It runs kodou, not heartbeat. */
  isKodou: boolean;
  /** Its cluster daemon does not answer. */
  isSilent: boolean;
  /** It has said that it hears this run of ours: only then both sides count each other's packets. */
  hearsUs: boolean;
  /** Highest number of ours up to which it has everything. */
  acknowledged: number;
  /** It holds up the others and is waited for no longer. */
  isLagging: boolean;
  /** What the upper layer was told last. */
  reported: string;
  sequence: SequenceTracker;
  stream: MessageStream;
  readonly links: Map<string, { lastMs: number; isUp: boolean }>;
  /** Numbers whose last decimal digit is this one are acknowledged. */
  readonly ackRemainder: number;
}

/** A node that was not heard yet. */
export function newPeer(name: string, deadAfterMs: number, ackRemainder: number): Peer {
  return {
    name,
    status: "init",
    generation: 0,
    uuid: undefined,
    lastStatusMs: undefined,
    lastStatusSeq: 0,
    deadAfterMs,
    hasLeft: false,
    isKodou: false,
    isSilent: false,
    hearsUs: false,
    acknowledged: 0,
    isLagging: false,
    reported: "",
    sequence: new SequenceTracker(),
    stream: new MessageStream(),
    links: new Map(),
    ackRemainder,
  };
}

/** The peer was started again: nothing of its earlier run counts. */
export function beginIncarnation(peer: Peer, generation: number): void {
  peer.generation = generation;
  peer.sequence = new SequenceTracker();
  peer.stream = new MessageStream();
  peer.lastStatusSeq = 0;
  peer.hasLeft = false;
  peer.isSilent = false;
  peer.hearsUs = false;
  peer.isLagging = false;
  peer.status = "init";
}

/** Whether messages to it make sense. */
export function isListening(peer: Peer | undefined): boolean {
  return peer?.isKodou === true && peer.hearsUs && peer.status !== "dead" && !peer.isSilent;
}

/**
 * Status for the upper layer. A node whose cluster daemon hangs beats on, but nothing can be expected of it; one that
 * does not hear us cannot be talked to yet.
 */
export function statusForUpperLayer(peer: Peer): PeerStatus {
  if (peer.status === "dead" || (peer.isSilent && peer.status !== "init")) return "dead";
  return peer.isKodou && !peer.hearsUs ? "init" : peer.status;
}
