import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { MessageCipher } from "../ports/message-cipher.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const keys = new Map<string, Buffer>();

/** AES-256-GCM by Node's crypto: random nonce, then the ciphertext, then the tag. The key is derived from the secret by HKDF. */
export const messageCipher: MessageCipher = {
  seal: (secret, bytes, context) => {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", keyOf(secret), nonce).setAAD(Buffer.from(context, "latin1"));
    const sealed = Buffer.concat([cipher.update(Buffer.from(bytes, "latin1")), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("latin1");
  },
  open: (secret, sealed, context) => {
    const all = Buffer.from(sealed, "latin1");
    if (all.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", keyOf(secret), all.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(context, "latin1"))
      .setAuthTag(all.subarray(all.length - TAG_BYTES));
    try {
      const body = all.subarray(NONCE_BYTES, all.length - TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString("latin1");
    } catch {
      return undefined;
    }
  },
};

function keyOf(secret: string): Buffer {
  let key = keys.get(secret);
  if (!key) {
    key = Buffer.from(hkdfSync("sha256", Buffer.from(secret, "latin1"), "", "kodou node messages", 32));
    keys.set(secret, key);
  }
  return key;
}
