import { fieldValue, type PacketField, parseHexField, textField } from "../wire/packet.ts";
import type { CoreContext } from "./core-context.ts";
import { answerHaresources } from "./haresources-answers.ts";
import { hasFastLink, MESSAGE_TYPE, type MessageExchange } from "./message-exchange.ts";
import { type NodeListRequests, nodeListAnswer } from "./node-list.ts";
import type { OwnBeats } from "./own-beats.ts";
import type { AdmittedPacket, PacketGate } from "./packet-gate.ts";
import type { PacketSender } from "./packet-sender.ts";
import { beginIncarnation, type Peer } from "./peer.ts";
import type { PeerStates } from "./peer-states.ts";

/** A missing packet is asked for no sooner, so that one that was only overtaken may still come. */
const MIN_REQUEST_DELAY_MS = 50;
const PACKETS_PER_REQUEST = 50;

/** The parts of the core that a packet may move. */
export interface ReceptionParts {
  readonly gate: PacketGate;
  readonly beats: OwnBeats;
  readonly states: PeerStates;
  readonly messages: MessageExchange;
  readonly nodeList: NodeListRequests;
  readonly sender: PacketSender;
}

/**
 * The way of an admitted packet: control packets at once; numbered ones by incarnation and sequence (duplicates away,
 * gaps asked for, acknowledged), then to what they mean. Facts: heartbeat 3.0.6, sequence numbers and retransmission.
 */
export class Reception {
  readonly #context: CoreContext;
  readonly #parts: ReceptionParts;

  constructor(context: CoreContext, parts: ReceptionParts) {
    this.#context = context;
    this.#parts = parts;
  }

  take({ peer, type, fields, isForUs }: AdmittedPacket): void {
    if (!type.startsWith("NS_")) this.#numbered(peer, type, fields, isForUs);
    else if (isForUs) this.#control(peer, type, fields);
  }

  /** Asks for what is missing and due. */
  requestMissing(): void {
    for (const peer of this.#context.peers.values()) {
      if (peer.status === "dead") continue;
      for (const number of peer.sequence.due(this.#context.time().nowMs)) {
        this.#context.transmit([
          textField("t", "NS_rexmit"),
          textField("dest", peer.name),
          textField("firstseq", String(number)),
          textField("lastseq", String(number)),
        ]);
      }
    }
  }

  #control(peer: Peer, type: string, fields: readonly PacketField[]): void {
    const { messages, sender, states } = this.#parts;
    switch (type) {
      case "NS_rexmit": {
        const first = Number(fieldValue(fields, "firstseq"));
        const last = Number(fieldValue(fields, "lastseq"));
        if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) return;
        for (let seq = first; seq <= last && seq < first + PACKETS_PER_REQUEST; seq += 1) this.#resend(peer, seq);
        return;
      }
      case "NS_ackmsg": {
        const seq = parseHexField(fields, "ackseq");
        if (!(seq > peer.acknowledged) || seq > sender.lastSeq) return;
        peer.acknowledged = seq;
        peer.isLagging = false;
        return;
      }
      case "NS_nak_rexmit": {
        const seq = parseHexField(fields, "firstseq");
        if (!peer.sequence.giveUp(seq)) return;
        this.#context.log("error", `Irretrievably lost packet: node ${peer.name} seq ${seq}`);
        states.resynchronize(peer);
        messages.deliver(peer);
        return;
      }
    }
  }

  #resend(peer: Peer, seq: number): void {
    const { sender } = this.#parts;
    const outcome = sender.resend(seq, hasFastLink(this.#context), this.#context.time().nowMs);
    if (outcome.kind === "sent") this.#context.emit(outcome.packets);
    if (outcome.kind !== "gone") return;
    this.#context.transmit([
      textField("t", "NS_nak_rexmit"),
      textField("dest", peer.name),
      textField("firstseq", seq.toString(16)),
      textField("info", seq < sender.lastSeq ? "seqno too low" : "seqno not found"),
    ]);
  }

  #numbered(peer: Peer, type: string, fields: readonly PacketField[], isForUs: boolean): void {
    const { complain, configuration, log, ports } = this.#context;
    const { beats, messages, states } = this.#parts;
    const generation = parseHexField(fields, "hg");
    const seq = parseHexField(fields, "seq");
    if (!(generation > 0) || !(seq > 0)) return;
    if (generation < peer.generation) {
      complain("should_drop_message", `attempted replay attack [${peer.name}]? [gen = ${generation}, curgen = ${peer.generation}]`);
      return;
    }
    if (generation > peer.generation) {
      // Only a status message starts a new incarnation; the rest waits for it.
      if (type !== "status") return;
      if (peer.generation > 0) log("info", `Heartbeat restart on node ${peer.name}`);
      beginIncarnation(peer, generation);
      messages.forget(peer.name);
      // It shall know at once that it is heard.
      beats.beatSoon();
    }
    const delayMs = MIN_REQUEST_DELAY_MS + ports.random() * Math.max(0, configuration.rexmitDelayMs - MIN_REQUEST_DELAY_MS);
    const { verdict, lost, isReset } = peer.sequence.take(seq, this.#context.time().nowMs, delayMs);
    if (isReset) {
      log("error", `lost a lot of packets! (${lost} of ${peer.name})`);
      states.resynchronize(peer);
    } else if (lost > 0) {
      log("warning", `${lost} lost packet(s) for [${peer.name}] [${seq - lost - 1}:${seq}]`);
    }
    if (verdict === "duplicate" || verdict === "too-old") return;
    if (verdict === "repaired" && peer.sequence.firstMissing === undefined) log("info", `No pkts missing from ${peer.name}!`);
    if (seq % 10 === peer.ackRemainder && peer.sequence.firstMissing === undefined) this.#acknowledge(peer, seq);
    if (isForUs) this.#process(peer, type, seq, fields);
    messages.deliver(peer);
  }

  #process(peer: Peer, type: string, seq: number, fields: readonly PacketField[]): void {
    const { configuration, peers, transmit } = this.#context;
    const { gate, messages, nodeList, states } = this.#parts;
    switch (type) {
      case "status":
        this.#status(peer, seq, fields);
        return;
      case MESSAGE_TYPE:
        messages.receive(peer, seq, fields);
        return;
      case "shutdone":
        states.goodbye(peer);
        return;
      case "reqnodes":
        transmit(nodeListAnswer(peer.name, new Set([...configuration.nodes, configuration.node, ...peers.keys()])));
        return;
      case "repnodes":
        for (const name of nodeList.take(peer.name, fields)) gate.autojoin(name);
        return;
    }
    const answer = answerHaresources(peer.name, type, fields);
    if (answer && !peer.isKodou) transmit(answer);
  }

  #status(peer: Peer, seq: number, fields: readonly PacketField[]): void {
    const news = this.#parts.states.status(peer, seq, fields);
    if (news === "old") return;
    if (news === "returned") this.#parts.beats.beatSoon();
    const isAnswerAsked = peer.isKodou && fieldValue(fields, "kack") !== undefined;
    if (isAnswerAsked) this.#acknowledge(peer, (peer.sequence.firstMissing ?? seq + 1) - 1);
  }

  #acknowledge(peer: Peer, seq: number): void {
    if (seq <= 0) return;
    this.#context.transmit([textField("t", "NS_ackmsg"), textField("dest", peer.name), textField("ackseq", seq.toString(16))]);
  }
}
