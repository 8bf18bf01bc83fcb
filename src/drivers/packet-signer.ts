import { createHmac } from "node:crypto";
import type { PacketSigner } from "../ports/packet-signer.ts";

/** Signatures by Node's crypto. */
export const packetSigner: PacketSigner = {
  hmac: (method, secret, bytes) => createHmac(method, Buffer.from(secret, "latin1")).update(Buffer.from(bytes, "latin1")).digest("hex"),
};
