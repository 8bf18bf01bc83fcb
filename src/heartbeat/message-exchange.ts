import { LIMITS } from "../base/limits.ts";
import { fieldValue, type PacketField, textField } from "../wire/packet.ts";
import type { AuthKeys } from "../wire/signature.ts";
import { fromByteString, toByteString } from "../wire/text-bytes.ts";
import type { CoreContext } from "./core-context.ts";
import { formatPlace, parsePlace, type WholeMessage } from "./message-stream.ts";
import { formatGenerations, namesGeneration } from "./named-generations.ts";
import { Outbox } from "./outbox.ts";
import type { PacketSender } from "./packet-sender.ts";
import { isListening, type Peer } from "./peer.ts";

const PROBE_MS = 200;
const BYTES_PER_STEP = 4 * LIMITS.messageFragmentBytes;
const STEP_MS = 2;
const SLOW_STEP_MS = 125;
/** Room for the other fields of a packet. */
const OVERHEAD_BYTES = 300;

/** Fields of a message's packet between kodou nodes: `kto` the runs it is meant for, `kfrag` its place, `kenc` the key's number, `kdata`. */
export const MESSAGE_TYPE = "kodou";

/**
 * Messages between kodou nodes on top of numbered packets: sealed, cut, sent no further ahead than listeners
 * acknowledge; put together, opened and handed up in order.
 */
export class MessageExchange {
  readonly #context: CoreContext;
  readonly #sender: PacketSender;
  /** Asks listeners to acknowledge at once. */
  readonly #probe: () => void;
  readonly #outbox = new Outbox();
  #closedAtMs: number | undefined;
  #nextProbeMs = 0;

  constructor(context: CoreContext, sender: PacketSender, probe: () => void) {
    this.#context = context;
    this.#sender = sender;
    this.#probe = probe;
  }

  /** Time by which `drain` has to be called; undefined when nothing waits. */
  get deadlineMs(): number | undefined {
    if (this.#outbox.isEmpty) return undefined;
    if (this.#closedAtMs !== undefined) return this.#nextProbeMs;
    return this.#context.time().nowMs + (this.#isFast() ? STEP_MS : SLOW_STEP_MS);
  }

  /** Takes a message for one node, or for all that listen. Nothing is sent when nobody does. */
  send(to: string | undefined, text: string): void {
    const { configuration, peers, ports } = this.#context;
    const hasListener = to === undefined ? [...peers.values()].some(isListening) : isListening(peers.get(to));
    if (!hasListener) return;
    const bytes = toByteString(text);
    if (bytes.length > LIMITS.clusterMessageBytes) {
      this.#context.log("error", `a message of ${bytes.length} bytes is too long and was not sent (limit ${LIMITS.clusterMessageBytes})`);
      return;
    }
    const { keys, node, generation, sealsMessages } = configuration;
    const messageId = this.#outbox.nextId();
    const secret = sealsMessages ? sealingSecret(keys, keys.active) : undefined;
    const sealed = secret === undefined ? bytes : ports.cipher.seal(secret, bytes, sealContext(node, generation, messageId));
    const keyNumber = secret === undefined ? undefined : keys.active;
    if (!this.#outbox.add({ messageId, to, keyNumber, data: btoa(sealed) }))
      this.#context.log("error", `a message of ${bytes.length} bytes was not sent: too many are waiting for slow nodes`);
  }

  /** The node is gone: what waits for it goes nowhere. */
  forget(node: string): void {
    this.#outbox.dropFor(node);
  }

  /** Sends what waits, a few packets at a time so that receivers' buffers hold them. */
  drain(): void {
    if (this.#outbox.isEmpty) {
      this.#closedAtMs = undefined;
      return;
    }
    const isFast = this.#isFast();
    const mostBytes = isFast ? LIMITS.messageFragmentBytes : LIMITS.slowFragmentBytes;
    let budget = isFast ? BYTES_PER_STEP : (this.#sender.slowCredit(this.#context.time().nowMs) ?? BYTES_PER_STEP);
    while (budget > 0 && !this.#outbox.isEmpty && this.#isWindowOpen()) {
      const piece = this.#outbox.take(mostBytes);
      if (!piece) return;
      const { to, messageId, offset, total, keyNumber, data } = piece;
      budget -= data.length + OVERHEAD_BYTES;
      const targets = [...this.#context.peers.values()].filter((peer) => isListening(peer) && (to === undefined || peer.name === to));
      if (targets.length === 0) continue;
      this.#context.transmit([
        textField("t", MESSAGE_TYPE),
        ...(to === undefined ? [] : [textField("dest", to)]),
        textField("kto", formatGenerations(targets)),
        textField("kfrag", formatPlace(messageId, offset, total)),
        ...(keyNumber === undefined ? [] : [textField("kenc", String(keyNumber))]),
        textField("kdata", data),
      ]);
    }
  }

  /** Takes a packet of a message; it comes out of `deliver` when it is whole. */
  receive(peer: Peer, seq: number, fields: readonly PacketField[]): void {
    const { node, generation } = this.#context.configuration;
    // Otherwise meant for an earlier run of ours: a late packet, or one that somebody recorded.
    if (!namesGeneration(fieldValue(fields, "kto"), node, generation)) return;
    const place = parsePlace(fieldValue(fields, "kfrag"));
    const data = fieldValue(fields, "kdata");
    const key = fieldValue(fields, "kenc");
    if (place && data !== undefined) peer.stream.add({ ...place, seq, keyNumber: key === undefined ? undefined : Number(key), data });
  }

  /** Hands up the peer's messages before which nothing is missing. */
  deliver(peer: Peer): void {
    for (const message of peer.stream.release(peer.sequence.firstMissing)) {
      const text = this.#open(peer, message);
      const { nowMs } = this.#context.time();
      if (text === undefined) this.#context.log("error", `a message of ${peer.name} could not be read: its key differs from ours`);
      else this.#context.upward({ kind: "message", from: peer.name, generation: peer.generation, text, nowMs });
    }
  }

  #open(peer: Peer, { messageId, keyNumber, data }: WholeMessage): string | undefined {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.length % 4 !== 0) return undefined;
    const sealed = atob(data);
    if (keyNumber === undefined) return fromByteString(sealed);
    const { configuration, ports } = this.#context;
    const secret = sealingSecret(configuration.keys, keyNumber);
    if (secret === undefined) return undefined;
    const bytes = ports.cipher.open(secret, sealed, sealContext(peer.name, peer.generation, messageId));
    return bytes === undefined ? undefined : fromByteString(bytes);
  }

  /** Whether no listener is too far behind. One that acknowledges nothing for a deadtime is waited for no longer. */
  #isWindowOpen(): boolean {
    const { nowMs } = this.#context.time();
    const ahead = (peer: Peer): number => this.#sender.lastSeq - peer.acknowledged;
    const isLate = (peer: Peer): boolean => isListening(peer) && !peer.isLagging && ahead(peer) >= LIMITS.packetsUnacknowledged;
    const late = [...this.#context.peers.values()].filter(isLate);
    if (late.length === 0) {
      this.#closedAtMs = undefined;
      return true;
    }
    if (this.#closedAtMs === undefined) {
      this.#closedAtMs = nowMs;
      this.#nextProbeMs = nowMs;
    }
    const { deadtimeMs } = this.#context.configuration;
    if (nowMs - this.#closedAtMs > deadtimeMs) {
      for (const peer of late) {
        peer.isLagging = true;
        this.#context.log("warning", `node ${peer.name} acknowledges nothing for ${deadtimeMs} ms: it is waited for no longer`);
      }
      this.#closedAtMs = undefined;
      return true;
    }
    if (nowMs >= this.#nextProbeMs) {
      this.#nextProbeMs = nowMs + PROBE_MS;
      this.#probe();
    }
    return false;
  }

  #isFast(): boolean {
    return hasFastLink(this.#context);
  }
}

/** Whether every node that listens to messages is reached over a network, not over serial lines only. */
export function hasFastLink({ configuration, peers }: Pick<CoreContext, "configuration" | "peers">): boolean {
  const fast = new Set(configuration.links.filter((link) => link.bytesPerSecond === undefined).map((link) => link.name));
  if (fast.size === configuration.links.length) return true;
  for (const peer of peers.values()) {
    if (isListening(peer) && ![...peer.links].some(([name, link]) => link.isUp && fast.has(name))) return false;
  }
  return fast.size > 0;
}

/** Secret of a key that messages may be sealed with: the methods of old nodes have none that is worth it. */
function sealingSecret(keys: AuthKeys, number: number): string | undefined {
  const key = keys.keys.get(number);
  return key?.method === "sha256" ? key.secret : undefined;
}

/** What a sealed message is bound to: nobody can pass it off as another sender's, run's or place's. */
function sealContext(node: string, generation: number, messageId: number): string {
  return `${node}:${generation}:${messageId}`;
}
