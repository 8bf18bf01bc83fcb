import { LIMITS } from "../base/limits.ts";
import {
  encodeClassic,
  encodeNetstring,
  FIELD_BINARY,
  fieldValue,
  type PacketField,
  textField,
  withInnerSignature,
} from "../wire/packet.ts";
import type { HeartbeatConfiguration, HeartbeatPorts, HeartbeatTime, Transmission } from "./heartbeat-types.ts";

interface Sent {
  readonly fields: readonly PacketField[];
  resentAtMs: number;
}

/** How much a serial line may take now, bytes. */
interface Credit {
  bytes: number;
  atMs: number;
}

/** What became of a request to send a packet once more. */
export type ResendOutcome =
  | { readonly kind: "sent"; readonly packets: Transmission[] }
  | { readonly kind: "too-soon" }
  | { readonly kind: "gone" };

/** Part of a serial line's speed that messages may use; the rest is for beats. */
const MESSAGE_SHARE = 0.5;
const CREDIT_MS = 2000;

/**
 * Send side of the protocol: gives packets the fields each one carries and their number, signs them, chooses links, and
 * remembers the last ones for retransmission. Facts: heartbeat 3.0.6, fields of every message.
 */
export class PacketSender {
  readonly #configuration: HeartbeatConfiguration;
  readonly #ports: HeartbeatPorts;
  readonly #history = new Map<number, Sent>();
  readonly #credits = new Map<string, Credit>();
  #seq = 0;

  constructor(configuration: HeartbeatConfiguration, ports: HeartbeatPorts) {
    this.#configuration = configuration;
    this.#ports = ports;
  }

  /** Number of the last numbered packet. */
  get lastSeq(): number {
    return this.#seq;
  }

  /**
   * Makes the packets for one message of ours: over all links, but over a serial line only as much as it bears beside
   * the beats while `hasFastLink` says that everyone is reached by a network too.
   */
  send(own: readonly PacketField[], destinationUuid: string | undefined, hasFastLink: boolean, time: HeartbeatTime): Transmission[] {
    const { node, uuid, generation, nodes, hopfudge } = this.#configuration;
    const isNumbered = !(fieldValue(own, "t") ?? "").startsWith("NS_");
    const fields: PacketField[] = [...own];
    if (destinationUuid !== undefined) fields.push({ name: "destuuid", type: FIELD_BINARY, value: destinationUuid });
    fields.push(textField("src", node), { name: "srcuuid", type: FIELD_BINARY, value: uuid });
    if (isNumbered) {
      this.#seq += 1;
      fields.push(textField("seq", this.#seq.toString(16)));
    }
    fields.push(textField("hg", generation.toString(16)), textField("ts", time.epochSeconds.toString(16)));
    if (isNumbered) fields.push(textField("ld", this.#ports.loadAverage()));
    fields.push(textField("ttl", String(hopfudge + nodes.length)));
    if (isNumbered) this.#remember(fields);
    return this.#put(fields, hasFastLink, time.nowMs);
  }

  /** Sends a remembered packet again, to all, unless that was done just now. */
  resend(seq: number, hasFastLink: boolean, nowMs: number): ResendOutcome {
    const sent = this.#history.get(seq);
    if (!sent) return { kind: "gone" };
    if (nowMs - sent.resentAtMs < this.#configuration.rexmitDelayMs - 10) return { kind: "too-soon" };
    sent.resentAtMs = nowMs;
    return { kind: "sent", packets: this.#put(sent.fields, hasFastLink, nowMs) };
  }

  /** Bytes that every serial line can take now; undefined without one. */
  slowCredit(nowMs: number): number | undefined {
    let least: number | undefined;
    for (const link of this.#configuration.links) {
      if (link.bytesPerSecond === undefined) continue;
      const { bytes } = this.#credit(link.name, link.bytesPerSecond, nowMs);
      least = Math.min(least ?? bytes, bytes);
    }
    return least;
  }

  #remember(fields: readonly PacketField[]): void {
    this.#history.set(this.#seq, { fields, resentAtMs: Number.NEGATIVE_INFINITY });
    this.#history.delete(this.#seq - LIMITS.packetHistory);
  }

  #put(fields: readonly PacketField[], hasFastLink: boolean, nowMs: number): Transmission[] {
    const { links, keys, hasInnerSignature } = this.#configuration;
    const { signer } = this.#ports;
    const isMessage = fieldValue(fields, "t") === "kodou";
    let signed: PacketField[] | undefined;
    let netstring: string | undefined;
    let classic: string | undefined;
    const innerSigned = (): PacketField[] => {
      signed ??= withInnerSignature(fields, keys, signer);
      return signed;
    };
    const out: Transmission[] = [];
    for (const link of links) {
      if (link.form === "classic") classic ??= encodeClassic(innerSigned());
      else netstring ??= encodeNetstring(hasInnerSignature ? innerSigned() : fields, keys, signer);
      const bytes = (link.form === "classic" ? classic : netstring) ?? "";
      if (isMessage && link.bytesPerSecond !== undefined) {
        const credit = this.#credit(link.name, link.bytesPerSecond, nowMs);
        if (hasFastLink && credit.bytes < bytes.length) continue;
        credit.bytes -= bytes.length;
      }
      out.push({ kind: "transmit", link: link.name, bytes });
    }
    return out;
  }

  #credit(link: string, bytesPerSecond: number, nowMs: number): Credit {
    const perMs = (bytesPerSecond * MESSAGE_SHARE) / 1000;
    const most = perMs * CREDIT_MS;
    const credit = this.#credits.get(link) ?? { bytes: most, atMs: nowMs };
    credit.bytes = Math.min(most, credit.bytes + (nowMs - credit.atMs) * perMs);
    credit.atMs = nowMs;
    this.#credits.set(link, credit);
    return credit;
  }
}
