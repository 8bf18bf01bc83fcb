/** Methods of `authkeys`; sha256 is ours, real heartbeat knows the others. */
export type SignatureMethod = "crc" | "md5" | "sha1" | "sha256";

/** Makes keyed digests of byte strings (one character per byte), as lower-case hex. */
export interface PacketSigner {
  hmac(method: "md5" | "sha1" | "sha256", secret: string, bytes: string): string;
}
