import { LIMITS } from "../base/limits.ts";
import { decodePacket, fieldValue, type PacketField, parseHexField, verifyPacket } from "../wire/packet.ts";
import type { CoreContext } from "./core-context.ts";
import type { Peer } from "./peer.ts";

/** A packet that is whole, signed with one of our keys, and of a node of the cluster. */
export interface AdmittedPacket {
  readonly peer: Peer;
  /** Its `t`. */
  readonly type: string;
  readonly fields: readonly PacketField[];
  /** Whether it names no destination, or this node. */
  readonly isForUs: boolean;
}

/** Decides which packets are listened to. Whatever is not says why, once in ten seconds. */
export class PacketGate {
  readonly #context: CoreContext;

  constructor(context: CoreContext) {
    this.#context = context;
  }

  /** The packet in `bytes` that came in over `link`; undefined when it is not to be listened to. */
  admit(link: string, bytes: string): AdmittedPacket | undefined {
    const { configuration, ports, complain } = this.#context;
    const decoded = decodePacket(bytes);
    if (!decoded.ok) {
      complain(link, decoded.error);
      return undefined;
    }
    const { fields } = decoded.value;
    const source = (fieldValue(fields, "src") ?? "").toLowerCase();
    // What this node said itself comes back from every broadcast.
    if (source === configuration.node && fieldValue(fields, "srcuuid") === configuration.uuid) return undefined;
    const verified = verifyPacket(decoded.value, configuration.keys, ports.signer);
    if (!verified.ok) {
      complain(link, `packet of [${printable(source)}] refused: ${verified.error}`);
      return undefined;
    }
    const type = fieldValue(fields, "t");
    if (source === "" || type === undefined || !(parseHexField(fields, "ts") > 0)) return undefined;
    const peer = this.#sender(link, source, fieldValue(fields, "srcuuid"));
    if (peer === undefined) return undefined;
    const destination = fieldValue(fields, "dest");
    return { peer, type, fields, isForUs: destination === undefined || destination.toLowerCase() === configuration.node };
  }

  /** A peer for a node that is not in `ha.cf`, where `autojoin` allows it and there is room. */
  autojoin(name: string): Peer | undefined {
    if (this.#context.peers.size >= LIMITS.clusterNodes || !/^[!-~]{1,64}$/.test(name)) return undefined;
    this.#context.log("info", `node ${name} joins on its own (autojoin)`);
    return this.#context.addPeer(name);
  }

  #sender(link: string, source: string, uuid: string | undefined): Peer | undefined {
    const { configuration, peers, complain } = this.#context;
    const shown = printable(source);
    if (source === configuration.node) {
      if (uuid !== undefined && uuid !== configuration.uuid)
        complain(link, `another machine calls itself ${source}: give each node a name of its own (uname -n)`);
      return undefined;
    }
    if (uuid === configuration.uuid) complain(link, `node ${shown} has this node's uuid: delete hb_uuid on the machine that was cloned`);
    const peer = peers.get(source) ?? (configuration.mayAutojoin ? this.autojoin(source) : undefined);
    if (!peer) complain(link, `packet of unknown node [${shown}]: add it to the node lines of ha.cf on all nodes`);
    else if (!isTwin(peer, uuid)) return peer;
    else
      complain(link, `two machines call themselves ${shown}: the newcomer is not listened to; give each node a name of its own (uname -n)`);
    return undefined;
  }
}

/** A machine that has come to the name of one that lives: as long as that one is heard it alone is the node. */
function isTwin(peer: Peer, uuid: string | undefined): boolean {
  const isAlive = peer.status === "up" || peer.status === "active";
  return isAlive && !peer.hasLeft && uuid !== undefined && peer.uuid !== undefined && uuid !== peer.uuid;
}

function printable(text: string): string {
  return text.slice(0, 64).replace(/[^\x21-\x7e]/g, "?");
}
