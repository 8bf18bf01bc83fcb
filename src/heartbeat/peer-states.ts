import type { PeerStatus } from "../model/transport.ts";
import { fieldValue, type PacketField, parseHexField } from "../wire/packet.ts";
import type { CoreContext } from "./core-context.ts";
import type { MessageExchange } from "./message-exchange.ts";
import { MessageStream } from "./message-stream.ts";
import { namesGeneration } from "./named-generations.ts";
import type { PacketSender } from "./packet-sender.ts";
import { isListening, type Peer } from "./peer.ts";
import type { PeerWatch } from "./peer-watch.ts";
import { SequenceTracker } from "./sequence.ts";

/** What peers say of themselves, and what becomes of their state by it. Facts: heartbeat 3.0.6, node states. */
export class PeerStates {
  readonly #context: CoreContext;
  readonly #watch: PeerWatch;
  readonly #messages: MessageExchange;
  readonly #sender: PacketSender;

  constructor(context: CoreContext, watch: PeerWatch, messages: MessageExchange, sender: PacketSender) {
    this.#context = context;
    this.#watch = watch;
    this.#messages = messages;
    this.#sender = sender;
  }

  /** A `status` message in the peer's packet `seq`. Gives whether it said anything new, and that of one taken for dead. */
  status(peer: Peer, seq: number, fields: readonly PacketField[]): "old" | "new" | "returned" {
    const { configuration, log } = this.#context;
    const { nowMs } = this.#context.time();
    const wasDead = peer.status === "dead";
    // After its goodbye a heartbeat beats on for two seconds; only a new run counts.
    if (peer.hasLeft || (wasDead && seq <= peer.lastStatusSeq)) return "old";
    // A late copy says nothing new about the state, and must not undo it.
    const isNewest = seq > peer.lastStatusSeq;
    const intervalMs = peer.lastStatusMs === undefined ? 0 : nowMs - peer.lastStatusMs;
    if (!wasDead && intervalMs > configuration.warntimeMs)
      log("warning", `Late heartbeat: Node ${peer.name}: interval ${Math.round(intervalMs)} ms`);
    peer.lastStatusMs = nowMs;
    if (!isNewest) return "old";
    peer.lastStatusSeq = seq;
    peer.deadAfterMs = parseHexField(fields, "dt") || configuration.deadtimeMs;
    peer.uuid = fieldValue(fields, "srcuuid") ?? peer.uuid;
    if (wasDead) {
      log("warning", `Cluster node ${peer.name} returning after partition.`);
      peer.stream = new MessageStream();
      peer.sequence = new SequenceTracker();
      peer.sequence.take(seq, nowMs, 0);
    }
    this.#readKodouFields(peer, fields);
    const said = fieldValue(fields, "st");
    const next: PeerStatus = said === "active" || said === "dead" || said === "init" ? said : "up";
    if (next !== peer.status) log("info", `Status update for node ${peer.name}: status ${next}`);
    peer.status = next;
    this.#watch.report(peer);
    return wasDead ? "returned" : "new";
  }

  /**
   * The peer says goodbye. Where nothing else was heard of it so far, that is the end of a run before this node's own: nodes that
   * are started again together hear each other's last words, and must not do without one that is about to come.
   */
  goodbye(peer: Peer): void {
    if (!peer.hasLeft) this.#context.log("info", `Received shutdown notice from '${peer.name}'.`);
    peer.hasLeft = true;
    if (peer.isKodou && peer.reported === "") {
      peer.status = "init";
      peer.lastStatusMs = undefined;
    } else this.#die(peer);
  }

  /** Declares dead who has been silent for too long. */
  declareSilentDead(): void {
    for (const peer of this.#watch.silentPeers()) {
      this.#context.log("warning", `node ${peer.name}: is dead`);
      this.#die(peer);
    }
  }

  /** Messages of the peer were lost for good: for the upper layer it is gone, and back, so that both start over. */
  resynchronize(peer: Peer): void {
    peer.stream = new MessageStream();
    const event = this.#watch.eventOf(peer);
    if (!isListening(peer) || event.status === "dead") return;
    this.#context.upward({ ...event, status: "dead" });
    this.#context.upward(event);
  }

  #die(peer: Peer): void {
    peer.status = "dead";
    peer.hearsUs = false;
    this.#messages.forget(peer.name);
    this.#watch.report(peer);
  }

  #readKodouFields(peer: Peer, fields: readonly PacketField[]): void {
    const { node, generation } = this.#context.configuration;
    const kodou = fieldValue(fields, "kodou");
    peer.isKodou = kodou !== undefined;
    if (kodou === "silent" && !peer.isSilent) this.#context.log("warning", `the cluster daemon of ${peer.name} does not answer`);
    peer.isSilent = kodou === "silent";
    if (!peer.isKodou) return;
    const hearsUs = namesGeneration(fieldValue(fields, "khear"), node, generation);
    if (hearsUs && !peer.hearsUs) {
      peer.hearsUs = true;
      // Nothing sent before was meant for it.
      peer.acknowledged = Math.max(peer.acknowledged, this.#sender.lastSeq);
    }
  }
}
