/** Status of a node as heartbeats report it. Source: Heartbeat 3.0.6, status values of `t=status`. */
export type PeerStatus = "init" | "up" | "active" | "dead";

/**
 * What the messaging layer (heartbeat's links today) tells the cluster node. Membership knows
 * nothing of links and packets: peer liveness and ordered messages are all it consumes.
 */
export type TransportEvent =
  | {
      readonly kind: "peer-status";
      readonly node: string;
      readonly status: PeerStatus;
      /** Grows with every start of the peer: a higher value is a new incarnation. */
      readonly generation: number;
      /** True when the peer said that it leaves, false when it fell silent. */
      readonly hasLeftCleanly: boolean;
      readonly nowMs: number;
    }
  | {
      readonly kind: "message";
      readonly from: string;
      readonly generation: number;
      /** One whole message; messages of one sender incarnation arrive in order, each once. */
      readonly text: string;
      readonly nowMs: number;
    }
  | { readonly kind: "link-status"; readonly peer: string; readonly link: string; readonly isUp: boolean; readonly nowMs: number }
  /** The messaging layer ended and was started again: messages may be lost, and peers' states come anew. */
  | { readonly kind: "restarted"; readonly nowMs: number }
  /** Every configured node was heard, or `initdead` has passed: membership may form its first view. */
  | { readonly kind: "communication-up"; readonly nowMs: number };

/** What the cluster node asks of the messaging layer. */
export type TransportCommand =
  /** Sends to one node, or to every live peer when `to` is undefined. A node never hears its own messages. */
  | { readonly kind: "send"; readonly to: string | undefined; readonly text: string }
  /** Says goodbye to all peers; beats end afterwards. */
  | { readonly kind: "leave" };
