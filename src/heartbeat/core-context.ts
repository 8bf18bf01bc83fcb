import type { TransportEvent } from "../model/transport.ts";
import type { PacketField } from "../wire/packet.ts";
import type { HeartbeatConfiguration, HeartbeatEffect, HeartbeatPorts, HeartbeatTime } from "./heartbeat-types.ts";
import type { Peer } from "./peer.ts";

/** What the parts of the core share: the facts, and the ways to have an effect within the present step. */
export interface CoreContext {
  readonly configuration: HeartbeatConfiguration;
  readonly ports: HeartbeatPorts;
  readonly peers: ReadonlyMap<string, Peer>;
  /** Takes a node up among the peers. */
  addPeer(name: string): Peer;
  /** Time of the present step. */
  time(): HeartbeatTime;
  /** Sends a message of ours to all nodes. */
  transmit(own: readonly PacketField[]): void;
  /** Puts packets that are made already on their links. */
  emit(packets: readonly HeartbeatEffect[]): void;
  /** Tells the upper layer. */
  upward(event: TransportEvent): void;
  log(level: "info" | "warning" | "error", text: string): void;
  /** Logs what may come with every packet: each text once in ten seconds. */
  complain(about: string, reason: string): void;
}
