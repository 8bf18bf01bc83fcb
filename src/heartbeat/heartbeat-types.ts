import type { TransportEvent } from "../model/transport.ts";
import type { MessageCipher } from "../ports/message-cipher.ts";
import type { PacketSigner } from "../ports/packet-signer.ts";
import type { PacketForm } from "../wire/packet.ts";
import type { AuthKeys } from "../wire/signature.ts";

/** One medium as the core sees it. */
export interface HeartbeatLink {
  readonly name: string;
  /** Form of the packets sent over it; both are understood on all. */
  readonly form: PacketForm;
  /** Bytes per second of a serial line; undefined for a network. */
  readonly bytesPerSecond: number | undefined;
}

/** What the core is told at its start; times in ms. */
export interface HeartbeatConfiguration {
  readonly node: string;
  /** 16 bytes, one character each. */
  readonly uuid: string;
  /** Higher than at any earlier start. */
  readonly generation: number;
  readonly nodes: readonly string[];
  readonly links: readonly HeartbeatLink[];
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  readonly warntimeMs: number;
  readonly initdeadMs: number;
  readonly rexmitDelayMs: number;
  readonly hopfudge: number;
  /** Adds the inner signature to netstring packets, as `msgfmt classic` does. */
  readonly hasInnerSignature: boolean;
  readonly mayAutojoin: boolean;
  readonly keys: AuthKeys;
  /** Encrypts messages between kodou nodes while the active key is a sha256 one; what others sent is understood either way. */
  readonly sealsMessages: boolean;
}

/** What the core needs besides events. */
export interface HeartbeatPorts {
  readonly signer: PacketSigner;
  readonly cipher: MessageCipher;
  /** A number from 0 to 1. */
  readonly random: () => number;
  /** First line of /proc/loadavg. */
  readonly loadAverage: () => string;
}

/** Time of one step. */
export interface HeartbeatTime {
  readonly nowMs: number;
  readonly epochSeconds: number;
}

/** A packet for one link. */
export interface Transmission {
  readonly kind: "transmit";
  readonly link: string;
  readonly bytes: string;
}

/** What has to happen outside of the core. */
export type HeartbeatEffect =
  | Transmission
  | { readonly kind: "upward"; readonly event: TransportEvent }
  | { readonly kind: "log"; readonly level: "info" | "warning" | "error"; readonly text: string };
